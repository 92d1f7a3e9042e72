"""Forms of facilities: what is entered is normalised and checked here, and written by facilities.actions."""

from django import forms
from django.core.exceptions import ValidationError

from facilities.credit import is_right_code
from facilities.models import Facility, FacilityDocument, Inspection, Stage
from facilities.stages import DOCUMENTED, FOLLOWING
from lianyungang_cdpf.accounts.form_fields import come, day_field, text_field
from lianyungang_cdpf.accounts.models import Level
from lianyungang_cdpf.accounts.secret_fields import SecretField, SecretsForm
from lianyungang_cdpf.intake.forms import AttachedFileField
from lianyungang_cdpf.intake.tables.text import bare, tidy
from lianyungang_cdpf.intake.typed import right_phone
from lianyungang_cdpf.masking import mask_phone

WRONG_CODE = "统一社会信用代码的位数或校验位不对，请对照证照逐位核对。"


class FacilityForm(SecretsForm):
    """One facility; a new one begins with its application."""

    phone = SecretField(label="联系电话", mask=mask_phone, max_length=40)
    # The column of this name is the deeds' alone to write.
    applied = day_field("申报日期", required=False)

    class Meta:
        model = Facility
        fields = (
            "kind", "name", "area", "address", "longitude", "latitude", "run_mode", "operator", "credit_code",
            "responsible", "phone", "area_m2", "rooms", "capacity", "staff_full", "staff_part", "opening_hours",
            "services_offered", "public_phone", "has_ramp", "has_handrails", "has_toilet", "has_lift",
            "has_tactile_paving", "has_signs", "has_parking",
        )  # fmt: skip
        error_messages = {
            "kind": {"required": "请选择设施种类。"},
            "name": {"required": "请填写设施名称。"},
            "area": {"required": "请选择所属乡镇街道或村（社区）。"},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # The day stands in the history; it is changed by the deeds.
            self.fields.pop("applied", None)
        elif "applied" in self.fields:
            self.fields["applied"].required = True

    def clean_name(self):
        """A name without the blanks of layout."""
        return tidy(self.cleaned_data["name"])

    def clean_phone(self):
        """Digits of a mobile or landline number."""
        return right_phone(self.cleaned_data["phone"])

    def clean_credit_code(self):
        """A code whose check character fits."""
        code = bare(self.cleaned_data["credit_code"]).upper()
        if code and not is_right_code(code):
            raise ValidationError(WRONG_CODE)
        return code

    def clean_area(self):
        """A facility stands in a town or a village of the tree."""
        area = self.cleaned_data["area"]
        if area.level not in (Level.TOWN, Level.VILLAGE):
            raise ValidationError(f"请选择{area}下面的乡镇街道或村（社区）。")
        return area

    def clean_applied(self):
        """A day that has come."""
        return come(self.cleaned_data["applied"])


class InspectionForm(forms.ModelForm):
    """A visit that has taken place."""

    class Meta:
        model = Inspection
        fields = ("inspected_on", "inspector", "score", "findings", "follow_up", "due_on", "done_on")
        widgets = {"findings": forms.Textarea(attrs={"rows": 2})}

    def clean_inspected_on(self):
        """A day that has come."""
        return come(self.cleaned_data["inspected_on"])

    def clean_done_on(self):
        """A day that has come."""
        return come(self.cleaned_data["done_on"])


class AdvanceForm(forms.Form):
    """To which stage, when, and by which document."""

    to = forms.ChoiceField(label="进入阶段", error_messages={"required": "请选择要进入的阶段。"})
    on = day_field("日期")
    document_no = text_field("文号", required=False, length=60)
    document_title = text_field("文件名称", required=False, length=120)
    note = text_field("说明", required=False, length=200)

    def __init__(self, *args, facility: Facility, **kwargs):
        super().__init__(*args, **kwargs)
        following = FOLLOWING[Stage(facility.stage)]
        self.fields["to"].choices = [("", "请选择"), *((one.value, one.label) for one in following)]
        words = "、".join(one.label for one in DOCUMENTED)
        self.fields["document_no"].help_text = f"{words}要填写文号或文件名称。"


class TakeBackForm(forms.Form):
    """Why the latest stage was wrong."""

    why = text_field("撤回原因", length=200, help_text="如：日期录错、选错了设施。撤回后可以重新办理。")


class DocumentForm(forms.ModelForm):
    """A document or photo, with its file."""

    file = AttachedFileField(required=False, help_text="JPG、PNG 照片或 PDF，不超过 10 MB；照片必须上传。")
    dated = day_field("日期", help_text="照片填拍摄日期。")

    class Meta:
        model = FacilityDocument
        fields = ("kind", "title", "number", "dated")
        error_messages = {"kind": {"required": "请选择种类。"}, "title": {"required": "请填写材料名称。"}}

    def clean_dated(self):
        """A day that has come."""
        return come(self.cleaned_data["dated"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == FacilityDocument.Kind.PHOTO and not cleaned.get("file") and "file" not in self.errors:
            self.add_error("file", "照片要上传文件。")
        return cleaned

    def validate_constraints(self):
        """The file is not on the document yet: the deed checks them with it."""
