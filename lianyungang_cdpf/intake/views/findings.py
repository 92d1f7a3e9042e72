"""The findings of an import as pages and lists show them: grouped by kind, numbers masked, nothing invisible."""

import json
import re
from dataclasses import dataclass, field

from django.db.models import Count, F, Value, Window
from django.db.models.functions import Concat, RowNumber, StrIndex, Substr

from lianyungang_cdpf.intake.models import ImportRow
from lianyungang_cdpf.intake.presentation import fix, label, rank, shown
from lianyungang_cdpf.intake.views.wording import count_of, money_of
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number

FIRST_ROWS = 20
TEXT_FILE = "文本文件"
# What may be an ID, account or telephone number, however it is spaced. Months, dates and amounts are shorter.
_NUMBER = re.compile(r"\d(?:[\s.\-－]?\d){9,}(?:[Xx](?:\d\d)?)?")
CERTIFICATE_LENGTH = 20


@dataclass(frozen=True)
class Finding:
    """One row of the file with what was found of it."""

    sheet: str
    row: int
    name: str
    id_number: str
    amount: str
    code: str
    is_error: bool
    sentence: str
    others: tuple[str, ...]
    is_left_out: bool = False
    codes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return label(self.code)

    @property
    def fix(self) -> str:
        return fix(self.code)


@dataclass
class Group:
    """All rows of one kind of finding: how many they are, and the first of them."""

    code: str
    count: int
    rows: list[Finding] = field(default_factory=list)

    @property
    def label(self) -> str:
        return label(self.code)

    @property
    def fix(self) -> str:
        return fix(self.code)

    @property
    def count_shown(self) -> str:
        return count_of(self.count)

    @property
    def has_more(self) -> bool:
        return self.count > len(self.rows)


def finding_of(row: ImportRow) -> Finding:
    """The row as it is shown; a payload that cannot be read shows only where the row stands."""
    payload = _payload(row)
    codes = [code for code in row.codes.split(",") if code]
    primary = codes[0] if codes else ""
    return Finding(
        sheet=shown(row.sheet) or TEXT_FILE,
        row=row.row,
        name=shown(_as_written(payload, "name")),
        id_number=shown(mask_id_number(_as_written(payload, "id_number"))),
        amount=money_of(payload.get("amount")) or shown(payload.get("amount")),
        code=primary,
        is_error=row.verdict == ImportRow.Verdict.BAD,
        sentence=_sentence(payload, primary),
        others=tuple(label(code) for code in codes[1:]),
        is_left_out=row.verdict == ImportRow.Verdict.LEFT_OUT,
        codes=tuple(codes),
    )


def _payload(row: ImportRow) -> dict:
    try:
        payload = json.loads(row.payload or "{}")
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def _as_written(payload: dict, field: str) -> str:
    """The value as read, or what the cell held where it could not be read."""
    if payload.get(field):
        return str(payload[field])
    return next((str(text) for _, named, text in payload.get("problems", ()) if named == field), "")


def _sentence(payload: dict, code: str) -> str:
    """What the row's own messages say of its primary finding."""
    said = [message for message in payload.get("messages", ()) if message.get("code") == code]
    return " ".join(shown(masked(message.get("sentence", ""), code)) for message in said) or label(code)


def masked(sentence: str, code: str) -> str:
    """The sentence without whole numbers: a wrong one is a right one with a slip in it."""
    mask = mask_account_no if code.removeprefix("W_").startswith("BANK_") else _mask_by_length
    return _NUMBER.sub(lambda match: mask("".join(filter(str.isalnum, match[0]))), sentence)


def _mask_by_length(number: str) -> str:
    """A certificate number is an ID number with category and grade behind it, which are hidden too."""
    return mask_certificate_no(number) if len(number) >= CERTIFICATE_LENGTH else mask_id_number(number)


def found_rows(job, *, errors: bool, code: str = ""):
    """Rows with errors, or rows that may be posted but carry a warning; with `code`, those where it is primary."""
    rows = ImportRow.objects.filter(job=job).exclude(codes="").order_by("id")
    bad, left_out = ImportRow.Verdict.BAD, ImportRow.Verdict.LEFT_OUT
    rows = rows.filter(verdict=bad) if errors else rows.exclude(verdict__in=[bad, left_out])
    return _with_primary(rows).filter(primary=code) if code else rows


def left_out_rows(job):
    """Rows that the clerk left out: neither wrong nor to be posted."""
    return ImportRow.objects.filter(job=job, verdict=ImportRow.Verdict.LEFT_OUT).order_by("id")


def _with_primary(rows):
    ended = Concat(F("codes"), Value(","))
    return rows.annotate(primary=Substr(F("codes"), 1, StrIndex(ended, Value(",")) - 1))


def counts_of(job, *, errors: bool) -> dict[str, int]:
    """Rows per kind of finding, the commonest first. Counted from the rows, so that list and count always agree."""
    rows = _with_primary(found_rows(job, errors=errors)).order_by().values("primary").annotate(rows=Count("id"))
    counts = {row["primary"]: row["rows"] for row in rows}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], rank(item[0]))))


def groups_of(job, *, errors: bool) -> list[Group]:
    """A group for each kind of finding, each with its first rows."""
    groups = {code: Group(code, count) for code, count in counts_of(job, errors=errors).items()}
    for row in ImportRow.objects.filter(pk__in=_first_ids(job, errors=errors)).order_by("id") if groups else ():
        finding = finding_of(row)
        groups[finding.code].rows.append(finding)
    return list(groups.values())


def _first_ids(job, *, errors: bool) -> list[int]:
    """The ids of the first rows of each kind, in one statement however many kinds there are."""
    place = Window(RowNumber(), partition_by=[F("primary")], order_by=[F("id").asc()])
    rows = _with_primary(found_rows(job, errors=errors)).annotate(place=place)
    return list(rows.filter(place__lte=FIRST_ROWS).values_list("id", flat=True))
