"""Names that other offices and public notices told of people; removed when their time is over.

Payments, approvals, what went to the bank, recovery and the cases of a comparison are accounts: never removed here.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from beneficiaries.models import FormerNumber, Person
from lianyungang_cdpf.audit.purging import AsItIs, InBatches, deleted
from subsidies.models import ComparisonEntry, Notice
from subsidies.notices.ending import remove_ended


def of_strangers(before):
    """Lines of lists about people who are not on file, by number, former number, or name and birthday."""
    numbered = (Exists(model.objects.filter(id_digest=OuterRef("id_digest"))) for model in (Person, FormerNumber))
    named = Exists(Person.objects.filter(name_key=OuterRef("name_key"), birth_date=OuterRef("birth_date")))
    known = Q(named)
    for one in numbered:
        known |= ~Q(id_digest="") & Q(one)
    return ComparisonEntry.objects.filter(~known, listed_in__posted_at__lt=before)


def _notices_over(moment) -> int:
    return Notice.objects.over(localdate(moment)).count()


PURGES = (
    AsItIs("notices", _notices_over, lambda moment: remove_ended(localdate(moment))),
    InBatches("list_entries", of_strangers, deleted),
)
