"""Forms of the deeds that have a page of their own; what a deed refuses is said by the deed."""

from django import forms
from django.core.exceptions import ValidationError

from beneficiaries import merging
from beneficiaries.forms import right_id_number
from beneficiaries.models import Category, Grade, Person
from lianyungang_cdpf.accounts.form_fields import day_field, text_field
from lianyungang_cdpf.accounts.models import Area, Level, Zone
from lianyungang_cdpf.intake.tables.text import name_shown


class DepartureForm(forms.Form):
    """A death or a moving out: its day and where it is known from."""

    WORDS = {"death": ("死亡日期", "信息来源", "如：村里上报、殡葬信息比对、家属告知。"),
             "moving_out": ("迁出日期", "去向和原因", "如：户口迁往徐州市。")}  # fmt: skip

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        day, reason, hint = self.WORDS[kind]
        self.fields["day"] = day_field(day)
        self.fields["reason"] = text_field(reason, help_text=hint)


class CorrectionForm(forms.Form):
    """What is right instead of a recorded departure, and why."""

    day = day_field("正确的日期", required=False, help_text="留空表示没有这回事，撤销原记录。")
    reason = text_field("更正原因")


class OfferForm(forms.Form):
    """To which unit, and why. `own` is the unit that asks: it is not on offer."""

    receiving_unit = forms.ChoiceField(label="迁入单位", error_messages={"required": "请选择迁入单位。"})
    reason = text_field("迁移原因", length=200)

    def __init__(self, *args, own: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["receiving_unit"].choices = [("", "请选择"), *(one for one in units() if one[0] != own)]


def units() -> list[tuple[str, str]]:
    """Key and name of the county-level units that people can move between."""
    counties = Area.objects.filter(level=Level.COUNTY, zone=None).order_by("code").values_list("code", "common_name")
    return [*counties, *Zone.objects.values_list("key", "short_name")]


def towns_of(unit: str):
    """The towns that a unit's people live in."""
    return Area.objects.filter(level=Level.TOWN, unit_key=unit).order_by("code")


class TownField(forms.ModelChoiceField):
    """A choice among a unit's towns."""

    def __init__(self, label: str):
        super().__init__(
            Area.objects.none(), label=label, empty_label="请选择",
            error_messages={"required": "请选择迁入的乡镇（街道）。", "invalid_choice": "请选择本单位的乡镇（街道）。"},
        )  # fmt: skip


class AskForm(forms.Form):
    """Whom the receiving side asks for, and into which of its towns."""

    name = text_field("姓名", length=60)
    id_number = forms.CharField(
        label="身份证号", max_length=40, help_text="须填完整的 18 位号码，姓名和号码都要与本人证件一致。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "请填写身份证号。"},
    )  # fmt: skip
    town = TownField("迁入的乡镇（街道）")
    reason = text_field("迁移原因", length=200)

    def __init__(self, *args, own: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].queryset = towns_of(own)

    def clean_name(self):
        """A name as the register keeps it."""
        return name_shown(self.cleaned_data["name"])

    def clean_id_number(self):
        """A right, whole ID number."""
        number = right_id_number(self.cleaned_data["id_number"])
        if "*" in number:
            raise ValidationError("请填写完整的身份证号，不能带星号。")
        return number


class AnswerForm(forms.Form):
    """What is done with a request: `deeds` are those that the viewer may do, as (value, word)."""

    deed = forms.ChoiceField(
        label="办理结果", widget=forms.RadioSelect, error_messages={"required": "请选择办理结果。"}
    )
    answer = text_field("办理意见", required=False, length=200)

    def __init__(self, *args, deeds, towns=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["deed"].choices = deeds
        if len(deeds) == 1:
            self.fields["deed"].initial = deeds[0][0]
        elif deeds:
            self.fields["answer"].help_text = "退回时必须说明原因。"
        if towns is not None:
            self.fields["town"] = TownField("迁入的乡镇（街道）")
            self.fields["town"].queryset, self.fields["town"].required = towns, False
            self.order_fields(["deed", "town", "answer"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("deed") == "agree" and "town" in self.fields and not cleaned.get("town"):
            self.add_error("town", "请选择迁入的乡镇（街道）。")
        if cleaned.get("deed") == "refuse" and not cleaned.get("answer"):
            self.add_error("answer", "退回时请说明原因。")
        return cleaned


class PartsForm(forms.Form):
    """A grade for each kind of disability that a person with several has."""

    def __init__(self, *args, parts: dict[int, int], **kwargs):
        super().__init__(*args, **kwargs)
        for category, label in Category.choices[:6]:
            self.fields[f"category_{category}"] = forms.TypedChoiceField(
                label=label, choices=[("", "无"), *Grade.choices], coerce=int, required=False, empty_value=None,
                initial=parts.get(category, ""),
            )  # fmt: skip

    @property
    def parts(self) -> dict[int, int]:
        """Category -> grade of what was chosen."""
        return {int(name[-1]): grade for name, grade in self.cleaned_data.items() if grade}


class FindTwinForm(forms.Form):
    """The other record of the same person, by ID number or by the number of the record."""

    number = forms.CharField(
        label="另一份档案的身份证号", max_length=40, error_messages={"required": "请填写身份证号。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="填写完整的 18 位号码；另一份档案须在您的辖区内，跨县区的重复档案请市残联合并。",
    )  # fmt: skip

    def __init__(self, *args, staff, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.staff, self.person, self.twin = staff, person, None

    def clean_number(self):
        """Somebody else's number in one's own scope; of others nothing is told."""
        number = right_id_number(self.cleaned_data["number"])
        found = Person.objects.visible_to(self.staff).numbered(number).first()
        if found is None:
            raise ValidationError("您的辖区内没有这个身份证号的档案。")
        if found.pk == self.person.pk:
            raise ValidationError("这是同一份档案，请填写另一份档案的身份证号。")
        self.twin = found
        return number


class MergeForm(forms.Form):
    """Which record is kept, what is taken from the other, and why."""

    reason = text_field("合并原因", length=200, help_text="如：身份证号换发、重复建档。")

    def __init__(self, *args, differing: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        for name in differing:
            self.fields[name] = forms.ChoiceField(
                label=merging.LABELS[name], choices=[("kept", "保留的档案"), ("gone", "停用的档案")], initial="kept",
                required=False, widget=forms.RadioSelect,
            )  # fmt: skip

    @property
    def taken(self) -> list[str]:
        """The choices that are taken from the record given up."""
        return [name for name, value in self.cleaned_data.items() if value == "gone"]
