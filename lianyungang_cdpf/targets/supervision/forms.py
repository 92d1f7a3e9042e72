"""What the pages of supervision ask for."""

from django import forms
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.form_fields import day_field, text_field
from lianyungang_cdpf.intake.forms import AttachedFileField
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.splits import place_key
from lianyungang_cdpf.targets.supervision.models import TEXT_LENGTH

OPEN, OVERDUE, WAITING, REPLIED, ENDED, ALL = "", "overdue", "waiting", "replied", "ended", "all"
STANDINGS = [
    (OPEN, "未办结"), (OVERDUE, "已逾期"), (WAITING, "待回复"), (REPLIED, "已回复，待办结"), (ENDED, "已办结、已撤回"),
    (ALL, "全部"),
]  # fmt: skip


def choice_field(label: str, choices) -> forms.ChoiceField:
    """A list to choose from, none of it by default."""
    return forms.ChoiceField(
        label=label, choices=choices, required=False, error_messages={"invalid_choice": f"请重新选择{label}。"}
    )


class FindForm(forms.Form):
    """Which orders; by default those that are open. Only the city chooses among units."""

    standing = choice_field("状态", STANDINGS)

    def __init__(self, data, *, staff):
        super().__init__(data)
        named = dict(Target.objects.order_by("plan__year", "number").values_list("key", "name"))
        self.fields["target"] = choice_field("目标", [("", "全部"), *named.items()])
        if staff.is_city_wide:
            self.units = {unit.code: unit for unit in scopes.units()}
            choices = [("", "全部"), *((code, unit.name) for code, unit in self.units.items())]
            self.fields["unit"] = choice_field("被督办单位", choices)

    def found(self, orders):
        """The orders that were asked for."""
        asked = self.cleaned_data
        if asked["target"]:
            orders = orders.filter(target__key=asked["target"])
        if asked.get("unit"):
            kind, place = place_key(self.units[asked["unit"]])
            orders = orders.filter(**{kind: place})
        narrowed = {
            OPEN: orders.open, WAITING: orders.awaiting_reply, REPLIED: orders.awaiting_city, ENDED: orders.ended,
            OVERDUE: lambda: orders.overdue(localdate()), ALL: orders.all,
        }  # fmt: skip
        return narrowed[asked["standing"]]()


class WordForm(forms.Form):
    """What is said; `seen` is the last message that the page showed."""

    text = forms.CharField(
        label="内容", max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="至少五个字。不要写身份证号、银行账号。",
        error_messages={"required": "请写明内容，至少五个字。", "max_length": f"最多 {TEXT_LENGTH} 字。"},
    )  # fmt: skip
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class IssueForm(WordForm):
    """What is asked of the unit, until when."""

    due_on = day_field("回复期限")
    field_order = ("text", "due_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "督办要求"
        del self.fields["seen"]


class ReturnForm(WordForm):
    """What is lacking, and the new day."""

    due_on = day_field("新的回复期限")
    field_order = ("text", "due_on", "seen")


class AttachForm(forms.Form):
    """A file with its name."""

    title = text_field("附件名称", length=120)
    file = AttachedFileField(help_text="JPG、PNG 照片或 PDF，不超过 10 MB。")
