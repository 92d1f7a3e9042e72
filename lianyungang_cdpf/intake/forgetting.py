"""The rows of imports, which are copies of what people's records say: removed when nobody needs them any more.

Name, fingerprint, counts and findings of the import stay, and so does which row became which payment.
"""

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Length
from django.utils import timezone

from lianyungang_cdpf.audit.purging import AsItIs, InBatches
from lianyungang_cdpf.intake.keeping import POSTED, State, expired, purge_expired
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, ImportTrace, KeptRows, RowDecision

NOT_POSTED = (State.READY, State.FAILED, State.MAPPING)
GIVEN_UP = "上传以后一直没有入账，已到保存期限，系统放弃了这次导入并清除了行。仍需导入的，请重新上传。"


def stale(before):
    """Imports that were never posted and whose file has gone already (keeping.py)."""
    return ImportJob.objects.filter(state__in=NOT_POSTED, stored_name="", created_at__lt=before)


def give_up(jobs) -> int:
    """Close imports that nobody posts, and remove their rows with what was decided about them."""
    keys = list(jobs.select_for_update().values_list("pk", flat=True))
    for model in (ImportRow, KeptRows, RowDecision, ImportTrace):
        model.objects.filter(job__in=keys).delete()
    closed = {"state": State.DISCARDED, "sentence": GIVEN_UP, "finished_at": timezone.now()}
    return ImportJob.objects.filter(pk__in=keys).update(**closed)


def with_rows(before):
    """Posted imports with something in their rows."""
    posted = ImportJob.objects.alias(over=Coalesce("finished_at", "created_at"))
    rows = _holding(ImportRow, "payload", "before")
    decided = _holding(RowDecision, "original", "values")
    pieces = [Exists(model.objects.filter(job=OuterRef("pk"))) for model in (KeptRows, ImportTrace)]
    holding = Q(Exists(rows)) | Q(Exists(decided)) | Q(pieces[0]) | Q(pieces[1])
    return posted.filter(holding, state__in=POSTED, over__lt=before)


def _holding(model, *columns):
    """Rows of the import of which one of the encrypted columns, which no filter takes, is not empty."""
    rows = model.objects.filter(job=OuterRef("pk")).alias(length=sum((Length(name) for name in columns), Value(0)))
    return rows.filter(length__gt=0)


def empty_rows(jobs) -> int:
    """Empty the rows of posted imports; their places, verdicts, findings and reasons stay."""
    keys = list(jobs.select_for_update(of=("self",)).values_list("pk", flat=True))
    ImportRow.objects.filter(job__in=keys).update(payload="", before="", seal=None)
    RowDecision.objects.filter(job__in=keys).update(original="", values="", seal=None)
    for model in (KeptRows, ImportTrace):
        model.objects.filter(job__in=keys).delete()
    return len(keys)


PURGES = (
    AsItIs("uploads", lambda moment: expired(moment).count(), lambda moment: purge_expired(moment=moment)),
    InBatches("stale_imports", stale, give_up, at_once=20),
    InBatches("import_rows", with_rows, empty_rows, at_once=1),
)
