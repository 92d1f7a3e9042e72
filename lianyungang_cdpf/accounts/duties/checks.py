"""`manage.py check --deploy`: no account of a production portal stands above the roles."""

from django.core import checks
from django.db import DatabaseError, connection, transaction

from lianyungang_cdpf.accounts.duties.invariants import above_all_roles


@checks.register(checks.Tags.security, deploy=True)
def nobody_stands_above_the_roles(app_configs, **kwargs):
    """An error for each account that does; nothing where there is no database yet."""
    try:
        with transaction.atomic():
            if "accounts_rolechange" not in connection.introspection.table_names():
                return []
            return [checks.Error(sentence, id="accounts.E001") for sentence in above_all_roles()]
    except DatabaseError:
        return []
