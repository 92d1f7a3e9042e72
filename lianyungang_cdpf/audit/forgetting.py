"""What signing in leaves behind, and how it goes: the tables are Django's and django-axes'."""

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from lianyungang_cdpf.audit.purging import AsItIs, InBatches, deleted


def _ended(moment):
    return Session.objects.filter(expire_date__lt=moment)


def _failed(before):
    return AccessAttempt.objects.filter(attempt_time__lt=before)


PURGES = (
    AsItIs("sessions", lambda moment: _ended(moment).count(), lambda moment: deleted(_ended(moment))),
    InBatches("sign_in_failures", _failed, deleted),
)
