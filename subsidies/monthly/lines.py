"""Differences as people read them: who, where, what was and what is, and why; as rows of a page and of a file."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.timezone import localtime

from beneficiaries.admin.files import masked_id_of, with_sight
from beneficiaries.exports import county_name, town_name
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.masking import mask_account_no, mask_id_number
from subsidies.models import DifferenceReason, Payment
from subsidies.monthly.comparing import Line as OfMonth
from subsidies.monthly.differences import Found
from subsidies.monthly.models import Difference

ROWS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Line:
    """A difference as it is shown."""

    found: Found
    name: str
    id_number: str
    id_shown: object
    place: str
    account_before: str
    account_now: str
    by: str

    @property
    def key(self) -> str:
        """What the page's box is called."""
        return f"{self.found.kind.value}:{self.found.change.person}"

    @property
    def accounts(self) -> str:
        """Both accounts, where they differ."""
        if self.found.kind != Difference.ACCOUNT:
            return ""
        return f"{self.account_before or '无'} → {self.account_now or '无'}"

    @property
    def before(self) -> str:
        return f"{self.found.before:,.2f}" if self.found.change.before else "—"

    @property
    def now(self) -> str:
        return f"{self.found.now:,.2f}" if self.found.change.now else "—"

    @property
    def written_at(self):
        return self.found.written.at if self.found.written else None


class DifferencesFile(ListResource):
    """与上月相比的变动, numbers masked as on the page."""

    class Meta:
        model = DifferenceReason

    columns = {
        "变动": lambda line: line.found.kind.label,
        "姓名": lambda line: line.name,
        "身份证号": lambda line: line.id_number,
        "地区": lambda line: line.place,
        "上月金额（元）": lambda line: line.found.before,
        "本月金额（元）": lambda line: line.found.now,
        "差额（元）": lambda line: line.found.now - line.found.before,
        "上月账号": lambda line: line.account_before,
        "本月账号": lambda line: line.account_now,
        "原因": lambda line: line.found.reason or "未写明",
        "说明": lambda line: line.found.told,
        "填写人": lambda line: line.by,
        "填写时间": lambda line: f"{localtime(line.written_at):%Y-%m-%d %H:%M}" if line.written_at else "",
    }


def lines(found: Iterable[Found], staff: Staff) -> list[Line]:
    """The differences with names, places and accounts; two statements for every thousand.

    Whose payment the staff member does not see is left out.
    """
    found = list(found)
    parts = (found[first : first + ROWS_AT_ONCE] for first in range(0, len(found), ROWS_AT_ONCE))
    return [line for part in parts for line in _lines(part, staff)]


def _lines(found: list[Found], staff: Staff) -> list[Line]:
    keys = {side.payment for one in found for side in _sides(one)}
    rows = Payment.objects.visible_to(staff).filter(pk__any_of=keys).select_related("person", "area__parent__parent")
    payments = {one.pk: one for one in with_sight(rows, staff)}
    authors = {one.written.by for one in found if one.written}
    names = {one.pk: str(one) for one in Staff.objects.filter(pk__in=authors)} if authors else {}
    return [
        _line(one, [payments[side.payment] for side in _sides(one)], names)
        for one in found
        if all(side.payment in payments for side in _sides(one))
    ]


def _sides(found: Found) -> list[OfMonth]:
    return [side for side in (found.change.before, found.change.now) if side]


def _line(found: Found, payments: list[Payment], names: dict[int, str]) -> Line:
    last, change = payments[-1], found.change
    masked = [mask_account_no(one.account_no) + (f"（{one.account_holder}）" if one.account_holder else "")
              for one in payments]  # fmt: skip
    before, now = (masked[0] if change.before else ""), (masked[-1] if change.now else "")
    return Line(
        found, last.person.name, mask_id_number(last.person.id_number), masked_id_of(last.person, last.person_in_sight),
        f"{county_name(last.area)} {town_name(last.area)}".strip(), before, now,
        names.get(found.written.by, "") if found.written else "",
    )  # fmt: skip
