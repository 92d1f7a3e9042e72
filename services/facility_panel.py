"""服务对象 on the page of a 残疾人之家: who is served of how many places, and how often they were there.

The page is the facilities' and is told of this panel by settings.FACILITY_PANELS.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum
from django.utils.timezone import localdate

from beneficiaries.admin.files import with_sight
from lianyungang_cdpf.accounts.scoping import in_scope
from services.models import SERVING_KINDS, FacilityStay, MonthlyAttendance

VIEW, ADD = "services.view_facilitystay", "services.add_facilitystay"
LISTED = 60


@dataclass(frozen=True)
class MonthLine:
    """A month of the home: how many people it has days of, how many of them were there, and all their days."""

    month: date
    people: int
    present: int
    days: int

    @property
    def average(self) -> str:
        """Days of each who was there, to one place; — where nobody was."""
        return f"{self.days / self.present:.1f}" if self.present else "—"


@dataclass(frozen=True)
class PeopleServed:
    """Ready for the template. `finding` is (sign of the frame, sentence); `people` are those in the reader's sight."""

    finding: tuple[str, str]
    notices: list[str]
    year: int
    months: list[MonthLine]
    people: list[FacilityStay]
    more: int
    may_add: bool
    template: str = "services/facility_panel.html"


def people_served(staff, facility) -> PeopleServed | None:
    """The panel for a facility that keeps a register; a fixed number of statements, whatever its length."""
    if facility.kind.code not in SERVING_KINDS or not staff.has_perm(VIEW):
        return None
    today = localdate()
    stays = FacilityStay.objects.filter(facility=facility)
    served = stays.served_on(today)
    counts = served.aggregate(all=Count("pk"), seen=Count("pk", filter=in_scope(staff)))
    lingering = stays.current().filter(admitted_on__lte=today).exclude(pk__in=served.order_by().values("pk")).count()
    months = _months(facility)
    year = months[-1].month.year if months else today.year
    people = list(_people(served.visible_to(staff), year, staff)[:LISTED])
    return PeopleServed(
        finding=finding(counts["all"], facility.capacity, is_closed=facility.revoked_on is not None),
        notices=list(_notices(facility, counts["all"], counts["all"] - counts["seen"], lingering)),
        year=year,
        months=months,
        people=people,
        more=counts["seen"] - len(people),
        may_add=staff.has_perm(ADD) and facility.revoked_on is None,
    )


def finding(served: int, places: int | None, *, is_closed: bool = False) -> tuple[str, str]:
    """How many are served of how many places; more than there are is said first. One that was 撤销 has no place."""
    if is_closed:
        return ("b" if served else "n"), f"在册 {served} 人；设施已撤销，不再接收。"
    if places is None:
        return "n", f"在册 {served} 人；没有登记可服务人数。"
    if served > places:
        return "b", f"超员：在册 {served} 人，可服务 {places} 人，超出 {served - places} 人。"
    return "o", f"在册 {served} 人，可服务 {places} 人，还可接收 {places - served} 人。"


def _notices(facility, served: int, unseen: int, lingering: int):
    if facility.revoked_on and served:
        yield f"设施已于 {facility.revoked_on:%Y-%m-%d} 撤销，仍有 {served} 人没有登记退出：请逐人登记退出日期和原因。"
    if lingering:
        yield f"另有 {lingering} 人档案已登记去世或迁出，还没有登记退出：请补登退出日期和原因。"
    if unseen:
        yield f"其中 {unseen} 人由其他地区登记，名单不在这里显示。"


def _months(facility) -> list[MonthLine]:
    """The months of the last year that has days on file: this year, once it has any."""
    rows = MonthlyAttendance.objects.standing().filter(stay__facility=facility).order_by("-month")
    sums = rows.values("month").annotate(people=Count("pk"), present=Count("pk", filter=Q(days__gt=0)), sum=Sum("days"))
    lines = [MonthLine(one["month"], one["people"], one["present"], one["sum"]) for one in sums[:12]]
    return [line for line in reversed(lines) if line.month.year == lines[0].month.year]


def _people(stays, year: int, staff):
    """Those who have been there longest first, with their days of the year and whether their file is in sight."""
    of_year = Q(attendance__month__gte=date(year, 1, 1), attendance__month__lte=date(year, 12, 31))
    stands = Q(attendance__cancelled_at__isnull=True)
    stays = with_sight(stays.select_related("person"), staff)
    return stays.annotate(days_of_year=Sum("attendance__days", filter=of_year & stands)).order_by("admitted_on", "pk")
