"""What the public may choose or tell. Nothing here is kept: forms are read and forgotten."""

from django import forms
from django.utils.timezone import localdate

from beneficiaries.models import Category, CertificateStatus, Grade, Hardship, HukouType
from lianyungang_cdpf.accounts.form_fields import NOT_A_DAY, come
from subsidies.asked import Asked, Studies
from subsidies.models import Stage

NO_CERTIFICATE = "none"
CERTIFICATES = [
    (CertificateStatus.VALID.value, "有，在有效期内"),
    (CertificateStatus.EXPIRED.value, "有，已过有效期"),
    (CertificateStatus.CANCELLED.value, "已注销、冻结或迁出"),
    (NO_CERTIFICATE, "没有，或正在办理"),
]
CHOOSE = [("", "请选择")]


class NearForm(forms.Form):
    """Facilities near which town, of which kind."""

    town = forms.ChoiceField(
        label="乡镇（街道）", required=False, error_messages={"invalid_choice": "没有这个乡镇（街道），请重新选择。"}
    )
    kind = forms.ChoiceField(
        label="设施种类", required=False, error_messages={"invalid_choice": "没有这种设施，请重新选择。"}
    )

    def __init__(self, *args, towns, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].choices = [("", "全市"), *towns]
        self.fields["kind"].choices = [("", "全部"), *kinds]


class SelfCheckForm(forms.Form):
    """What the rules ask of a holder of a certificate."""

    use_required_attribute = False

    # Typed: from a calendar, somebody of seventy scrolls through eight hundred months.
    born = forms.DateField(
        label="出生日期", help_text="例如 1980-05-01。只用来计算年龄。",
        widget=forms.DateInput(attrs={"inputmode": "numeric"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"],
        error_messages={"required": "请填写出生日期。", "invalid": NOT_A_DAY},
    )  # fmt: skip
    certificate = forms.ChoiceField(
        label="残疾人证", choices=CERTIFICATES, widget=forms.RadioSelect,
        error_messages={"required": "请选择有没有残疾人证。"},
    )  # fmt: skip
    category = forms.TypedChoiceField(
        label="残疾类别", choices=CHOOSE + Category.choices, coerce=int, empty_value=None, required=False,
        help_text="见残疾人证。没有证的不用选。",
    )  # fmt: skip
    grade = forms.TypedChoiceField(
        label="残疾等级", choices=CHOOSE + Grade.choices, coerce=int, empty_value=None, required=False,
        help_text="见残疾人证。没有证的不用选。",
    )  # fmt: skip
    statuses = forms.MultipleChoiceField(
        label="家庭困难情况", choices=[one for one in Hardship.choices if one[0] != Hardship.NONE], required=False,
        widget=forms.CheckboxSelectMultiple, help_text="可以选几项；都没有的不用选。",
    )  # fmt: skip
    hukou_type = forms.ChoiceField(label="户口性质", choices=[("", "不清楚"), *HukouType.choices], required=False)
    town = forms.ChoiceField(
        label="户籍所在乡镇（街道）", required=False, help_text="各地标准可能不同；不清楚可以不选。"
    )
    draws_pension = forms.BooleanField(label="已经领取养老金（养老待遇）", required=False)
    studies = forms.ChoiceField(label="家里谁在上学", choices=Studies.choices, required=False)
    stage = forms.ChoiceField(label="学段", choices=[("", "没有人在上学"), *Stage.choices], required=False)

    def __init__(self, *args, towns, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["town"].choices = [("", "不清楚"), *towns]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean_born(self):
        """A day that has come, of somebody who can be alive."""
        born = come(self.cleaned_data["born"])
        if born.year < localdate().year - 120:
            raise forms.ValidationError("出生日期太早，请核对年份。")
        return born

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("certificate") not in (None, NO_CERTIFICATE):
            for name in ("category", "grade"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, f"有残疾人证的，请选择{self.fields[name].label}。")
        is_at_school = cleaned.get("studies") in (Studies.SELF, Studies.CHILD)
        if is_at_school and "stage" not in self.errors and not cleaned.get("stage"):
            self.add_error("stage", "有人在上学的，请选择学段。")
        return cleaned

    def asked(self, area_path: str) -> Asked:
        """What a valid form tells, for the rules; `area_path` is that of the town."""
        told = self.cleaned_data
        has_one = told["certificate"] != NO_CERTIFICATE
        return Asked(
            born=told["born"], certificate=(told["category"], told["grade"], told["certificate"]) if has_one else None,
            statuses=tuple(told["statuses"]), hukou_type=told["hukou_type"], area_path=area_path,
            studies=told["studies"] or Studies.NOBODY, stage=told["stage"], draws_pension=told["draws_pension"],
        )  # fmt: skip
