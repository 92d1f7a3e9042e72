"""The grid of a target's split: a box per place below, and the document that all of its changes rest on."""

from django import forms

from lianyungang_cdpf.intake.tables.text import compact
from lianyungang_cdpf.targets.models import AllocationChange, Target
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.splits import MOST, MOST_PER_CENT, Standing, Wanted, place_key

NOT_A_GOAL = "请填 0 或更大的整数，只填数字。"


class GoalField(forms.IntegerField):
    """A goal as people type and paste it: 1,200 and full-width digits too."""

    widget = forms.TextInput

    def __init__(self, target: Target):
        most = MOST_PER_CENT if target.is_rate else MOST
        too_much = "比率的目标是百分数，不能超过 100。" if target.is_rate else f"数字太大，最多 {MOST:,}。"
        super().__init__(
            required=False, min_value=0, max_value=most,
            error_messages={"invalid": NOT_A_GOAL, "min_value": NOT_A_GOAL, "max_value": too_much},
        )  # fmt: skip
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "class": "goal"}

    def to_python(self, value):
        text = compact(str(value)).replace(",", "").replace("，", "") if value is not None else ""
        return super().to_python(text.removesuffix("%") or None)


class SplitForm(forms.Form):
    """Document, day and reason, and a goal for each place. `seen` is the last change that the clerk was shown."""

    document_no = forms.CharField(
        label="文号",
        required=False,
        max_length=60,
        help_text="首次下达可以不填；以后调整必须填写，如 连残发〔2019〕12号。",
    )
    effective_on = forms.DateField(
        label="生效日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写生效日期。", "invalid": "日期应写成 2019-03-28 的样子。"},
    )  # fmt: skip
    reason = forms.CharField(label="原因", required=False, max_length=200)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, target: Target, places: list[Scope], **kwargs):
        self.target, self.places = target, places
        self.standing = Standing([target])
        super().__init__(*args, **kwargs)
        self.initial |= {"seen": last_change(target)}
        for scope in places:
            self.fields[_name(scope)] = GoalField(target)
            self.initial[_name(scope)] = self.standing.goal(target, place_key(scope))
            self.fields[_name(scope)].widget.attrs["aria-labelledby"] = f"place-{scope.code}"

    @property
    def cells(self) -> list[tuple[Scope, str, forms.BoundField]]:
        """(place, goal in force, its box), in the order of the places."""
        return [(scope, shown(goal), self[_name(scope)]) for scope, goal in zip(self.places, self.goals, strict=True)]

    @property
    def goals(self) -> list[int | None]:
        """The goals in force, in the order of the places."""
        return [self.standing.goal(self.target, place_key(scope)) for scope in self.places]

    @property
    def facts(self) -> list[forms.BoundField]:
        """The boxes beside the goals."""
        return [self[name] for name in ("document_no", "effective_on", "reason")]

    def clean(self):
        """Whatever the deed would refuse is said here already, so that every fault is told at once."""
        cleaned = super().clean()
        if cleaned.get("effective_on"):
            self._tell([(one, *self.standing.problem(one)) for one in self.wanted()])
        if cleaned.get("seen") is not None and cleaned["seen"] != last_change(self.target):
            raise forms.ValidationError(
                "您填写期间，这项目标的分解被别人调整过，没有保存。现在的目标见“现行目标”一栏，请核对后再保存。"
            )
        return cleaned

    def wanted(self) -> list[Wanted]:
        """What the boxes ask for, of those that can be read."""
        told = {name: self.cleaned_data.get(name, "") for name in ("document_no", "effective_on", "reason")}
        return [
            Wanted(self.target, place_key(scope), self.cleaned_data[_name(scope)], **told)
            for scope in self.places
            if _name(scope) in self.cleaned_data
        ]

    def refuse(self, problems) -> None:
        """Show what the deed refused: what stands had changed after the form had looked."""
        self._tell(problems)
        self.data = self.data.copy()
        self.data["seen"] = last_change(self.target)

    def _tell(self, problems) -> None:
        of_place = {place_key(scope): scope for scope in self.places}
        for one, field, sentence in problems:
            scope = of_place[one.place]
            if field == "goal":
                self.add_error(_name(scope), sentence)
            elif field:
                self.add_error(field, f"{scope.name}：{sentence}")


def shown(goal: int | None) -> str:
    """A goal as pages print it."""
    return "—" if goal is None else f"{goal:,}"


def last_change(target: Target) -> int:
    """The target's newest change, 0 without any: who saved an older page is told so."""
    return AllocationChange.objects.filter(target=target).order_by("-pk").values_list("pk", flat=True).first() or 0


def _name(scope: Scope) -> str:
    return f"goal-{scope.code}"
