"""Forms of the register: what is entered is normalised and checked here, and written by beneficiaries.actions."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.timezone import localdate

from beneficiaries.actions import refuse_known
from beneficiaries.households import ADULT
from beneficiaries.identity import certificate_digest, id_digest
from beneficiaries.models import Basis, Certificate, ChildDiagnosis, Guardian, Person
from beneficiaries.people import CERTIFICATE, age_on
from lianyungang_cdpf.accounts.models import Level
from lianyungang_cdpf.accounts.secret_fields import SecretField, SecretsForm
from lianyungang_cdpf.intake.tables import birth_date_of, id_problem, normalise_id
from lianyungang_cdpf.intake.tables.text import bare, name_shown
from lianyungang_cdpf.intake.typed import digits_of, right_phone
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number, mask_phone

ID_SENTENCES = {
    "ID_FORMAT": "身份证号应为 18 位，只有末位可以是 X，请对照身份证填写。",
    "ID_PRECISION_LOST": "身份证号已被表格软件改成数值，末几位丢失，请对照身份证重新填写。",
    "ID_CHECKSUM": "身份证号的出生日期或校验位不对，请对照身份证逐位核对。",
}
ACCOUNT = re.compile(r"[0-9]{8,32}")


class PersonForm(SecretsForm):
    """One person. `staff` is set by the admin: whose scope decides what is told of a number on file."""

    staff = None
    id_number = SecretField(
        label="身份证号",
        mask=mask_id_number,
        needed=True,
        max_length=40,
        error_messages={"required": "请填写身份证号。"},
    )
    phone = SecretField(label="联系电话", mask=mask_phone, max_length=40)
    account_no = SecretField(label="银行账号", mask=mask_account_no, max_length=60)
    basis = forms.ChoiceField(label="建档类别", choices=Basis.choices, required=False, initial=Basis.HOLDER)

    class Meta:
        model = Person
        fields = (
            "name", "id_number", "area", "village", "address", "hukou_type", "phone", "bank_name", "account_no",
            "account_holder", "basis",
        )  # fmt: skip
        error_messages = {"name": {"required": "请填写姓名。"}, "area": {"required": "请选择所属地区。"}}

    def clean_name(self):
        """A name as the register keeps it, without the blanks of layout."""
        name = name_shown(self.cleaned_data["name"])
        if not name:
            raise ValidationError("请填写姓名。")
        return name

    def clean_id_number(self):
        """A normalised, right ID number; the blank that keeps the stored one passes."""
        return right_id_number(self.cleaned_data["id_number"])

    def clean_phone(self):
        """Digits of a mobile or landline number."""
        return right_phone(self.cleaned_data["phone"])

    def clean_account_no(self):
        """Digits of an account; passbooks fail Luhn's check, so that is only a warning (see the admin)."""
        account = bare(self.cleaned_data["account_no"])
        return account if "*" in account else digits_of(account, ACCOUNT, "银行账号应为 8 到 32 位数字。")

    def clean_area(self):
        """People live in a town or a village of the tree; a county says too little to be counted by."""
        area = self.cleaned_data["area"]
        if area.level not in (Level.TOWN, Level.VILLAGE):
            raise ValidationError(f"请选择{area}下面的乡镇街道或村（社区）。")
        return area

    def clean_basis(self):
        """Without an entry as before; who holds a certificate is a holder."""
        basis = self.cleaned_data["basis"] or self.instance.basis
        if basis != Basis.HOLDER and self.instance.pk and self.instance.certificates.exists():
            raise ValidationError("已登记残疾人证的人员只能是“持证残疾人”。")
        return basis

    def clean(self):
        cleaned = super().clean()
        number = self.cleaned_data.get("id_number")
        if not number or "id_number" in self.errors:
            return cleaned
        is_child = self.cleaned_data.get("basis") == Basis.UNCERTIFIED_CHILD
        if is_child and "basis" in self.changed_data and age_on(birth_date_of(number), localdate()) >= ADULT:
            self.add_error("basis", "按身份证号已满 18 周岁，不能登记为非持证残疾儿童。")
        try:
            refuse_known(by=self.staff, person=Person(pk=self.instance.pk, id_number=number))
        except ValidationError as error:
            self.add_error("id_number", error)
        return cleaned


def right_id_number(text: str) -> str:
    """A normalised ID number; raises ValidationError for a wrong one. Masked text and a blank pass."""
    number = normalise_id(text)
    if number and "*" not in number and (problem := id_problem(number)):
        raise ValidationError(ID_SENTENCES[problem])
    return number


class CertificateForm(SecretsForm):
    """One certificate of a person; category and grade are the two digits behind the ID number."""

    person = None
    number = SecretField(
        label="残疾人证号", mask=mask_certificate_no, needed=True, max_length=40,
        error_messages={"required": "请填写残疾人证号。"},
    )  # fmt: skip

    class Meta:
        model = Certificate
        fields = ("number", "status", "valid_from", "valid_to")

    def __init__(self, *args, person=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_number(self):
        """A normalised certificate number."""
        number = normalise_id(self.cleaned_data["number"])
        if number and "*" not in number and not CERTIFICATE.fullmatch(number):
            raise ValidationError("残疾人证号应为身份证号加类别（1—7）和等级（1—4）共 20 位，补办的另加 B1 到 B9。")
        return number

    def clean(self):
        cleaned = super().clean()
        number = self.cleaned_data.get("number")
        if (
            number
            and "number" not in self.errors
            and self._is_to_be_compared()
            and number[:18] != self.person.id_number
        ):
            self.add_error("number", "残疾人证号的前 18 位与本人身份证号不一致，请核对两个号码。")
        return cleaned

    def _is_to_be_compared(self) -> bool:
        """Old records that never agreed must not stop other corrections: only a new number is compared."""
        if self.person is None or not self.person.id_number:
            return False
        return "number" in self.changed_data or self.person.id_digest != id_digest(self.person.id_number)


class FormSetOfPerson(BaseInlineFormSet):
    """Records of one person."""

    def get_form_kwargs(self, index):
        """Each form knows the person as entered, also before they are saved."""
        return super().get_form_kwargs(index) | {"person": self.instance}


class CertificateFormSet(FormSetOfPerson):
    """The certificates of one person."""

    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            number = getattr(form, "cleaned_data", {}).get("number")
            if number and certificate_digest(number) in seen:
                form.add_error("number", "同一本残疾人证只登记一次；补办的请在原记录上改号。")
            seen.add(certificate_digest(number or ""))


class GuardianForm(SecretsForm):
    """One guardian of a person."""

    person = None
    id_number = SecretField(label="监护人身份证号", mask=mask_id_number, max_length=40)
    phone = SecretField(label="监护人电话", mask=mask_phone, max_length=40)

    class Meta:
        model = Guardian
        fields = ("name", "relation", "id_number", "phone", "valid_from", "valid_to")
        error_messages = {"name": {"required": "请填写监护人姓名。"}, "relation": {"required": "请选择关系。"}}

    def __init__(self, *args, person=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_name(self):
        """A name as the register keeps it."""
        return name_shown(self.cleaned_data["name"])

    def clean_id_number(self):
        """A right ID number, of somebody else than the person."""
        number = right_id_number(self.cleaned_data["id_number"])
        if number and self.person is not None and number == self.person.id_number:
            raise ValidationError("监护人不能是本人，请核对身份证号。")
        return number

    def clean_phone(self):
        """Digits of a telephone number."""
        return right_phone(self.cleaned_data["phone"])


class DiagnosisForm(forms.ModelForm):
    """What a hospital wrote of a child."""

    class Meta:
        model = ChildDiagnosis
        fields = ("suspected_category", "text", "diagnosed_on", "hospital")
        error_messages = {
            "suspected_category": {"required": "请选择疑似残疾类别。"}, "text": {"required": "请填写诊断内容。"},
        }  # fmt: skip

    def clean_diagnosed_on(self):
        """A day that has come."""
        day = self.cleaned_data["diagnosed_on"]
        if day and day > localdate():
            raise ValidationError("诊断日期不能晚于今天。")
        return day
