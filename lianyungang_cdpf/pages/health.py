"""/healthz: the process answers. /readyz: it can do its work (database reachable, no migration missing)."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse


def healthz(request):
    """200 while the process lives."""
    return JsonResponse({"status": "ok"})


def readyz(request):
    """200 when the database answers and is migrated, else 503 with the reason's code."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "database_unreachable"}, status=503)
    if pending:
        return JsonResponse({"status": "migrations_pending"}, status=503)
    return JsonResponse({"status": "ok"})
