"""The lists that can be had with whole numbers: the ledgers' own, as filtered there."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib import admin
from django.db.models import Model

from beneficiaries.models import Certificate, Person
from lianyungang_cdpf.audit.exports import AuditedExport, ListResource, safe
from lianyungang_cdpf.pages.exports.models import UnmaskedExport
from lianyungang_cdpf.pages.templatetags.portal_lists import chosen_filters
from subsidies.models import Payment

MODELS: dict[str, type[Model]] = {
    UnmaskedExport.Ledger.PEOPLE: Person,
    UnmaskedExport.Ledger.CERTIFICATES: Certificate,
    UnmaskedExport.Ledger.PAYMENTS: Payment,
}
# What the columns of a list read beside its own row and what its ledger joins.
READ_WITH = {UnmaskedExport.Ledger.PEOPLE: ("certificates", "hardships")}
AT_ONCE = 500
# How a search and an order are told: neither says what was typed.
UNTOLD = {"搜索": "搜索：有", "排序": ""}


def ledger_of(code: str) -> AuditedExport:
    """The admin of the list."""
    return admin.site.get_model_admin(MODELS[code])


def resource_of(code: str) -> type[ListResource]:
    """The columns of the list."""
    return ledger_of(code).resource_classes[0]


def chosen_by(request, code: str) -> tuple[list[int], str]:
    """(keys, filters in words) of the rows that the reader's list shows with the filters of this address.

    One key more than may be exported says that there are too many. Raises IncorrectLookupParameters for filters that
    the list does not have.
    """
    ledger = ledger_of(code)
    most = settings.UNMASKED_EXPORT["most_rows"]
    keys = list(ledger.get_export_queryset(request).values_list("pk", flat=True)[: most + 1])
    chips = chosen_filters(ledger.get_changelist_instance(request))
    told = (UNTOLD.get(chip["title"], f"{chip['title']}：{chip['words']}") for chip in chips)
    return keys, "；".join(filter(None, told))[:300]


def rows_of(code: str, staff, keys: list[int]) -> Iterator[list]:
    """The cells of those of the rows that the staff member sees now, with every number whole that they may have."""
    columns = resource_of(code).columns_for(staff).values()
    records = MODELS[code].objects.visible_to(staff).select_related(*ledger_of(code).list_select_related)
    records = records.prefetch_related(*READ_WITH.get(code, ()))
    for start in range(0, len(keys), AT_ONCE):
        for record in records.filter(pk__in=keys[start : start + AT_ONCE]).order_by("pk"):
            yield [plain(read(record)) for read in columns]


def plain(value):
    """A cell that no spreadsheet takes for a formula, nor XlsxWriter for rich text, which it would write unescaped."""
    cell = safe(value)
    return f"'{cell}" if isinstance(cell, str) and cell.startswith("<r>") else cell
