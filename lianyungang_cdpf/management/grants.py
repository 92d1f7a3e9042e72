"""What the portal's database roles may do on PostgreSQL, by table (T2): the one place where that is said.

The owner of the tables migrates (`prepare`) and serves nobody. The portal and its worker sign in as a role that may
read and write, but of the audit log only read and add to: neither a hole in a page nor a stolen password of the
database changes what is written. Archiving a month deletes lines, so `archive_audit` is run by a role of its own,
which may do that and no more than the portal besides; and the triggers (audit/triggers.py) let it, as the owner,
delete only what lies in an archive. Nobody but the owner may TRUNCATE, make tables, or switch triggers off.
"""

import re
from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

from lianyungang_cdpf.audit.models import AuditArchive, AuditCheck, AuditLine, AuditSeal

ADDED_TO = tuple(model._meta.db_table for model in (AuditLine, AuditSeal, AuditArchive, AuditCheck))
# What goes into the file of a month.
ARCHIVED = tuple(model._meta.db_table for model in (AuditLine, AuditSeal))
# Only read: which migrations have run.
READ = ("django_migrations",)
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
# From 17 on PostgreSQL lets others than the owner ANALYZE, which a large import does to the tables that it filled.
MAINTAINED_SINCE = 170_000


def tables() -> list[str]:
    """Every table of the models."""
    return sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})


def of_role(role: str, *, archives: bool = False) -> Iterator[str]:
    """The statements that give a role what the portal needs and take everything else away; run them as the owner.

    `role` must exist and fit NAME.
    """
    changed = [table for table in tables() if table not in ADDED_TO]
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"REVOKE ALL ON SCHEMA public FROM {role}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(changed)} TO {role}"
    yield f"GRANT SELECT, INSERT ON {', '.join(ADDED_TO)} TO {role}"
    yield f"GRANT SELECT ON {', '.join(READ)} TO {role}"
    if archives:
        yield f"GRANT DELETE ON {', '.join(ARCHIVED)} TO {role}"
    if connection.pg_version >= MAINTAINED_SINCE:
        yield f"GRANT MAINTAIN ON {', '.join(changed)} TO {role}"


def owns(model: type[models.Model]) -> bool:
    """Whether the role of this connection may alter a model's table, as its owner; always where there are none."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table]
        )
        return cursor.fetchone()[0]


def too_much() -> list[str]:
    """What the role of this connection may do to the audit log beyond reading and adding to it: 表：权限."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t || '：' || p FROM unnest(%s) t, unnest(%s) p WHERE has_table_privilege(t, p) ORDER BY 1",
            [list(ADDED_TO), ["UPDATE", "DELETE", "TRUNCATE", "TRIGGER"]],
        )
        return [told for (told,) in cursor.fetchall()]
