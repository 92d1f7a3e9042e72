"""What is asked of who drafts, edits or issues a bulletin."""

from django import forms
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.form_fields import come, day_field, text_field
from lianyungang_cdpf.targets.bulletin.drafting import months_open
from lianyungang_cdpf.targets.bulletin.models import MOST_TEXT, Bulletin


class MonthForm(forms.Form):
    """Which month is told about: one that has begun and has no bulletin yet."""

    month = forms.TypedChoiceField(
        label="月份", coerce=lambda text: tuple(map(int, text.split("-"))),
        error_messages={
            "required": "请选择月份。", "invalid_choice": "这个月还不能起草通报，或者已有通报，请重新选择。",
        },
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        told = set(Bulletin.objects.values_list("year", "month"))
        free = [one for one in months_open() if one not in told]
        self.fields["month"].choices = [(f"{year}-{month}", f"{year}年{month}月") for year, month in free]

    @property
    def has_months(self) -> bool:
        return bool(self.fields["month"].choices)


class SeenForm(forms.Form):
    """Which revision the page showed: whoever was faster is not overrun."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class EditForm(SeenForm):
    """Title, recipients, office, and a box of text for each section."""

    title = text_field("标题")
    recipients = text_field("主送", length=200)
    unit = text_field("落款单位", length=60)

    def __init__(self, *args, bulletin: Bulletin, **kwargs):
        super().__init__(*args, **kwargs)
        self.sections = list(bulletin.sections.all())
        names = ("title", "recipients", "unit")
        self.initial |= {"seen": bulletin.revision} | {name: getattr(bulletin, name) for name in names}
        for section in self.sections:
            self.fields[_name(section)] = forms.CharField(
                label=section.label, required=False, max_length=MOST_TEXT, initial=section.text,
                widget=forms.Textarea(attrs={"rows": min(14, 2 + len(section.text) // 40)}),
                error_messages={"max_length": f"这一部分最多 {MOST_TEXT} 字，请删减。"},
            )  # fmt: skip

    @property
    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "recipients", "unit")]

    @property
    def parts(self) -> list[forms.BoundField]:
        return [self[_name(section)] for section in self.sections]

    @property
    def told(self) -> dict:
        """What the form says, for the deed."""
        cleaned = self.cleaned_data
        texts = {section.position: cleaned[_name(section)] for section in self.sections}
        return {name: cleaned[name] for name in ("seen", "title", "recipients", "unit")} | {"texts": texts}


def _name(section) -> str:
    return f"text-{section.position}"


class IssueForm(SeenForm):
    """The day of the bulletin; where its figures differ from the records, that this is known."""

    issued_on = day_field("成文日期", help_text="印在落款处。")
    accepts_differences = forms.BooleanField(label="我已核对上面与台账不一致的地方，仍照此签发", required=False)

    def __init__(self, *args, bulletin: Bulletin, differing: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"seen": bulletin.revision, "issued_on": localdate()}
        if not differing:
            del self.fields["accepts_differences"]

    def clean_issued_on(self):
        """A day that has come."""
        return come(self.cleaned_data["issued_on"])
