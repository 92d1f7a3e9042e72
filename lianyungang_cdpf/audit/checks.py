"""`manage.py check`, and so the start of every command: what is to be purged is known, and by what."""

from django.core import checks

from lianyungang_cdpf.audit.purging import purges
from lianyungang_cdpf.audit.retention import BadRules


@checks.register()
def rules_can_be_purged_by(app_configs, **kwargs):
    """An error where the retention rules are missing, broken, or not those that the apps purge by."""
    try:
        purges()
    except BadRules as error:
        return [checks.Error(str(error), id="audit.E001")]
    return []
