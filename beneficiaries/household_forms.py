"""Forms of a household: its place, and a line for each member."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

from beneficiaries.forms import right_id_number
from beneficiaries.living import Living, line_problem
from beneficiaries.models import Household, HouseholdMember, Relation
from lianyungang_cdpf.accounts.models import Level
from lianyungang_cdpf.intake.tables.text import name_shown
from lianyungang_cdpf.masking import mask_id_number

HEAD = "一户要有一位户主：请把一位现有成员与户主关系填为“户主”。"


class HouseholdForm(forms.ModelForm):
    """The place of a household."""

    class Meta:
        model = Household
        fields = ("area", "village", "address")
        error_messages = {"area": {"required": "请选择所属地区。"}}

    def clean_area(self):
        """A town or a village."""
        area = self.cleaned_data["area"]
        if area.level not in (Level.TOWN, Level.VILLAGE):
            raise ValidationError(f"请选择{area}下面的乡镇街道或村（社区）。")
        return area


class MemberForm(forms.ModelForm):
    """One member: a new one is named by name and ID number, one on record keeps theirs."""

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填写姓名。"})
    id_number = forms.CharField(
        label="身份证号",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "请填写身份证号。"},
    )

    class Meta:
        model = HouseholdMember
        fields = ("relation", "valid_from", "valid_to")
        error_messages = {"relation": {"required": "请选择与户主关系。"}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            person = self.instance.person
            self.fields["name"].disabled = self.fields["id_number"].disabled = True
            self.initial |= {"name": person.name, "id_number": mask_id_number(person.id_number)}

    def clean_name(self):
        """A name as the register keeps it."""
        return name_shown(self.cleaned_data["name"])

    def clean_id_number(self):
        """A right ID number; of a member on record there is none to check."""
        number = self.cleaned_data["id_number"]
        if self.instance.pk:
            return number
        if "*" in number:
            raise ValidationError("请填写完整的身份证号，不能带星号。")
        return right_id_number(number)

    def _get_validation_exclusions(self):
        # Who the person is, the deed finds out; uniqueness is judged with all lines together.
        return super()._get_validation_exclusions() | {"person"}

    @property
    def living(self) -> Living:
        """The line as entered."""
        told = self.cleaned_data
        member = self.instance if self.instance.pk else None
        return Living(
            relation=told["relation"], name=told["name"], id_number="" if member else told["id_number"],
            valid_from=told["valid_from"], valid_to=told["valid_to"], member=member,
        )  # fmt: skip


class MemberFormSet(BaseInlineFormSet):
    """The members of one household; `staff` is set by the admin."""

    staff = None

    def clean(self):
        super().clean()
        forms_ = [form for form in self.forms if form.is_valid() and form.cleaned_data.get("relation")]
        for form in forms_:
            if problem := line_problem(by=self.staff, household=self.instance, one=form.living):
                form.add_error(None, problem)
        current = [form.cleaned_data["relation"] for form in forms_ if not form.cleaned_data["valid_to"]]
        if current and current.count(Relation.HEAD) != 1:
            raise ValidationError(HEAD)

    def validate_unique(self):
        """One head and one household at a time are judged above, in words that say what to do."""
