"""What the pages of comparing ask for."""

from datetime import date

from django import forms
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.form_fields import day_field, text_field
from lianyungang_cdpf.accounts.models import Area, Level, Staff
from subsidies.approval.actions import REASON_LENGTH
from subsidies.comparison.actions import SEE
from subsidies.comparison.models import CaseKind, ComparisonCase
from subsidies.models import Programme, RollType
from subsidies.owed.pages import months_with_rolls

Outcome = ComparisonCase.Outcome
ALL, NOBODY = "all", "nobody"


def place_field(staff) -> forms.ModelChoiceField:
    """A county or a town of the staff member's own."""
    places = Area.objects.choosable_by(staff).filter(level__in=(Level.COUNTY, Level.TOWN)).order_by("path")
    return forms.ModelChoiceField(
        places, label="地区", required=False, empty_label="全部", to_field_name="code",
        error_messages={"invalid_choice": "请重新选择地区。"},
    )  # fmt: skip


def owners_for(staff):
    """Who sees cases and works in the staff member's place."""
    codename = SEE.partition(".")[2]
    holders = Staff.objects.choosable_by(staff).filter(is_active=True, role__permissions__codename=codename)
    return holders.distinct().order_by("username")


def choice_field(label: str, choices, **more) -> forms.ChoiceField:
    """A list to choose from, none of it by default."""
    sentence = {"invalid_choice": f"请重新选择{label}。", "required": f"请选择{label}。"}
    return forms.ChoiceField(label=label, choices=choices, error_messages=sentence, **more)


class FindForm(forms.Form):
    """Which cases; by default those that are open."""

    kind = choice_field("问题", [("", "全部"), *CaseKind.choices], required=False)
    programme = forms.ModelChoiceField(
        Programme.objects.filter(roll_type=RollType.MONTHLY), label="补贴项目", required=False, empty_label="全部",
        to_field_name="code", error_messages={"invalid_choice": "请重新选择补贴项目。"},
    )  # fmt: skip
    outcome = choice_field("处理结果", [("", "待处理"), (ALL, "全部"), *Outcome.choices[1:]], required=False)
    overdue = forms.BooleanField(label="只看已逾期的", required=False)

    def __init__(self, data, *, staff, **kwargs):
        super().__init__(data, **kwargs)
        self.fields["place"] = place_field(staff)
        owners = [(one.username, str(one)) for one in owners_for(staff)]
        self.fields["owner"] = choice_field("责任人", [("", "全部"), (NOBODY, "未指定"), *owners], required=False)
        self.order_fields(["kind", "programme", "place", "owner", "outcome", "overdue"])

    def found(self, cases):
        """The cases that were asked for."""
        asked = self.cleaned_data
        cases = cases.filter(kind=asked["kind"]) if asked["kind"] else cases
        cases = cases.filter(programme=asked["programme"]) if asked["programme"] else cases
        cases = cases.filter(area__path__startswith=asked["place"].path) if asked["place"] else cases
        if asked["outcome"] != ALL:
            cases = cases.filter(outcome=asked["outcome"] or Outcome.OPEN)
        if asked["owner"] == NOBODY:
            cases = cases.filter(owner__isnull=True)
        elif asked["owner"]:
            cases = cases.filter(owner__username=asked["owner"])
        return cases.overdue(localdate()) if asked["overdue"] else cases


class RunForm(forms.Form):
    """Which month, and of which place."""

    month = forms.TypedChoiceField(
        label="月份", coerce=lambda text: date.fromisoformat(f"{text}-01"),
        error_messages={"required": "请选择月份。", "invalid_choice": "这个月份还没有花名册，请重新选择月份。"},
    )  # fmt: skip

    def __init__(self, data, *, staff, **kwargs):
        super().__init__(data, **kwargs)
        months = sorted({one for listed in months_with_rolls(staff).values() for one in listed}, reverse=True)
        self.fields["month"].choices = [(f"{one:%Y-%m}", f"{one.year}年{one.month}月") for one in months]
        self.fields["place"] = place_field(staff)


class AssignForm(forms.Form):
    """Who is to settle a case, until when."""

    owner = forms.ModelChoiceField(
        Staff.objects.none(), label="责任人", to_field_name="username", empty_label="请选择",
        error_messages={"required": "请选择责任人。", "invalid_choice": "请重新选择责任人。"},
    )  # fmt: skip
    due_on = day_field("处理期限")

    def __init__(self, data, *, case: ComparisonCase, staff, **kwargs):
        owner = case.owner.username if case.owner else None
        super().__init__(data, initial={"owner": owner, "due_on": case.due_on}, **kwargs)
        self.fields["owner"].queryset = owners_for(staff)


class SettleForm(forms.Form):
    """What comes of a case, and why."""

    outcome = choice_field("处理结果", [])
    reason = text_field(
        "处理理由", length=REASON_LENGTH, help_text="“不是同一人”和“符合规定”要写明核实情况，至少五个字。"
    )

    def __init__(self, data, *, case: ComparisonCase, **kwargs):
        super().__init__(data, **kwargs)
        choices = [one for one in Outcome.choices[1:] if case.wrong_amount or one[0] != Outcome.RECOVER]
        self.fields["outcome"].choices = [("", "请选择"), *choices]
