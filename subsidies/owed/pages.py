"""The work lists 应补未补 and 应退未退 of a programme and a month: by town, person by person, and as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianyungang_cdpf.accounts.deed_pages import deed_page
from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.exports import Workbook
from subsidies.models import Programme, Roll, RollType
from subsidies.owed.claims import Claims, both, owed_in, undue_in
from subsidies.owed.lines import ClaimsFile, by_town, lines

# Who sees payments, and whom the lists name.
VIEW, SEE_PEOPLE = "subsidies.view_payment", "beneficiaries.view_person"
PER_PAGE = 50


@dataclass(frozen=True)
class Direction:
    """One of the two lists."""

    code: str
    title: str
    heading: str
    claims: Callable

    @property
    def is_owed(self) -> bool:
        return self.code == "owed"


DIRECTIONS = {
    one.code: one
    for one in (
        Direction("owed", "应补未补", "符合的规定", owed_in),
        Direction("undue", "应退未退", "不符合的原因", undue_in),
    )
}


class FindForm(forms.Form):
    """Of which programme and month; by default the last month of the first programme that has a roll."""

    programme = forms.TypedChoiceField(
        label="补贴项目", required=False, empty_value=None, error_messages={"invalid_choice": "请重新选择补贴项目。"}
    )
    month = forms.TypedChoiceField(
        label="月份", required=False, empty_value=None, coerce=lambda text: date.fromisoformat(f"{text}-01"),
        error_messages={"invalid_choice": "这个月份还没有花名册，请重新选择月份。"},
    )  # fmt: skip

    def __init__(self, data, *, staff, **kwargs):
        self.programmes = {one.code: one for one in Programme.objects.filter(roll_type=RollType.MONTHLY)}
        self.months = months_with_rolls(staff)
        data = {**data.dict(), **self._defaults(data)}
        super().__init__(data, **kwargs)
        self.fields["programme"].coerce = self.programmes.get
        self.fields["programme"].choices = [(code, one.name) for code, one in self.programmes.items()]
        months = sorted({month for listed in self.months.values() for month in listed}, reverse=True)
        self.fields["month"].choices = [(f"{month:%Y-%m}", f"{month.year}年{month.month}月") for month in months]

    def _defaults(self, data) -> dict[str, str]:
        code = data.get("programme") or next((code for code in self.programmes if code in self.months), "")
        last = max(self.months.get(code, ()), default=None)
        return {"programme": code, "month": data.get("month") or (f"{last:%Y-%m}" if last else "")}

    def told(self) -> dict:
        """What the pages say of what was asked for: nothing while no roll stands, or no programme is monthly."""
        programme, month = self.cleaned_data["programme"], self.cleaned_data["month"]
        if programme is None or month is None:
            return {}
        # Without a roll of one's own office everybody is unpaid, which the pages must say.
        return {"programme": programme, "month": month, "has_roll": month in self.months.get(programme.code, ())}


class ListForm(FindForm):
    """And of which county or town."""

    place = forms.ModelChoiceField(
        Area.objects.none(), label="地区", required=False, empty_label="全部", to_field_name="code",
        error_messages={"invalid_choice": "请重新选择地区。"},
    )  # fmt: skip

    def __init__(self, data, *, staff, **kwargs):
        super().__init__(data, staff=staff, **kwargs)
        places = Area.objects.choosable_by(staff).filter(level__in=(Level.COUNTY, Level.TOWN))
        self.fields["place"].queryset = places.order_by("path")


def months_with_rolls(staff) -> dict[str, set[date]]:
    """By code of the programme, the months of the standing rolls of one's own office, else of any."""
    rolls = Roll.objects.standing().filter(programme__roll_type=RollType.MONTHLY)
    for listed in (rolls.visible_to(staff), rolls):
        found: dict[str, set[date]] = {}
        for code, month in listed.order_by().values_list("programme__code", "month").distinct():
            found.setdefault(code, set()).add(month)
        if found:
            return found
    return {}


def work_list_page(view):
    """Who may open the pages, and that they only show."""
    return deed_page(VIEW)(deed_page(SEE_PEOPLE)(require_safe(view)))


@work_list_page
def summary(request):
    """Both lists' people and sums by town."""
    form = FindForm(request.GET, staff=request.user)
    context = {"title": "应补未补、应退未退", "form": form}
    if not form.is_valid():
        return render(request, "subsidies/owed/summary.html", context, status=400)
    if told := form.told():
        owed, undue = both(request.user, told["programme"], told["month"])
        context |= {**told, "owed": owed, "undue": undue, "towns": by_town(owed, undue, request.user)}
    return render(request, "subsidies/owed/summary.html", context)


@work_list_page
def listed(request, direction: str):
    """One list, person by person."""
    direction, form = DIRECTIONS[direction], ListForm(request.GET, staff=request.user)
    if not form.is_valid():
        return _refused(request, direction, form)
    context = {"title": f"{direction.title}名单", "direction": direction, "form": form, **form.told()}
    if "month" in context:
        claims = _claims(request, direction, form)
        page = Paginator(claims.lines, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"claims": claims, "page": page, "lines": lines(page, context["programme"], request.user)}
        context["may_recover"] = not direction.is_owed and request.user.has_perm("subsidies.recover_payment")
    return render(request, "subsidies/owed/list.html", context)


@work_list_page
def as_xlsx(request, direction: str):
    """One list as a workbook, as the page lists it."""
    direction, form = DIRECTIONS[direction], ListForm(request.GET, staff=request.user)
    if not form.is_valid():
        return _refused(request, direction, form)
    told = form.told()
    shown = lines(_claims(request, direction, form).lines, told["programme"], request.user) if told else []
    content = Workbook().export_data(ClaimsFile().export(shown))
    record(by=request.user, deed=f"导出{direction.title}名单", summary=f"{len(shown)} 行，xlsx")
    response = HttpResponse(content, content_type=Workbook().get_content_type())
    month = f"-{told['month']:%Y%m}" if told else ""
    response.headers["Content-Disposition"] = f'attachment; filename="{direction.code}{month}.xlsx"'
    return response


def _refused(request, direction: Direction, form: ListForm):
    context = {"title": f"{direction.title}名单", "direction": direction, "form": form}
    return render(request, "subsidies/owed/list.html", context, status=400)


def _claims(request, direction: Direction, form: ListForm) -> Claims:
    asked = form.cleaned_data
    return direction.claims(request.user, asked["programme"], asked["month"], asked["place"])
