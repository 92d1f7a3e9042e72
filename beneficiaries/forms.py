"""Forms of the register: what is entered is normalised and checked here, and written by beneficiaries.actions."""

import re

from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.timezone import localdate

from beneficiaries.actions import refuse_known
from beneficiaries.identity import certificate_digest, id_digest
from beneficiaries.models import Certificate, Person
from beneficiaries.people import CERTIFICATE
from lianyungang_cdpf.accounts.models import Level
from lianyungang_cdpf.accounts.secret_fields import SecretField, SecretsForm
from lianyungang_cdpf.intake.tables import birth_date_of, id_problem, normalise_id
from lianyungang_cdpf.intake.tables.text import bare, name_shown
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number, mask_phone

ID_SENTENCES = {
    "ID_FORMAT": "身份证号应为 18 位，只有末位可以是 X，请对照身份证填写。",
    "ID_PRECISION_LOST": "身份证号已被表格软件改成数值，末几位丢失，请对照身份证重新填写。",
    "ID_CHECKSUM": "身份证号的出生日期或校验位不对，请对照身份证逐位核对。",
}
ACCOUNT = re.compile(r"[0-9]{8,32}")
PHONE = re.compile(r"[0-9]{7,12}")


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

    class Meta:
        model = Person
        fields = (
            "name", "id_number", "area", "village", "address", "hukou_type", "phone", "bank_name", "account_no",
            "account_holder", "died_on", "moved_out_on",
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
        number = normalise_id(self.cleaned_data["id_number"])
        if number and "*" not in number and (problem := id_problem(number)):
            raise ValidationError(ID_SENTENCES[problem])
        return number

    def clean_phone(self):
        """Digits of a mobile or landline number."""
        phone = bare(self.cleaned_data["phone"])
        return phone if "*" in phone else _digits(phone, PHONE, "联系电话应为 7 到 12 位数字，座机请连区号填写。")

    def clean_account_no(self):
        """Digits of an account; passbooks fail Luhn's check, so that is only a warning (see the admin)."""
        account = bare(self.cleaned_data["account_no"])
        return account if "*" in account else _digits(account, ACCOUNT, "银行账号应为 8 到 32 位数字。")

    def clean_area(self):
        """People live in a town or a village of the tree; a county says too little to be counted by."""
        area = self.cleaned_data["area"]
        if area.level not in (Level.TOWN, Level.VILLAGE):
            raise ValidationError(f"请选择{area}下面的乡镇街道或村（社区）。")
        return area

    def clean_died_on(self):
        """A day that has come."""
        died_on = self.cleaned_data["died_on"]
        if died_on and died_on > localdate():
            raise ValidationError("死亡日期不能晚于今天。")
        return died_on

    def clean(self):
        cleaned = super().clean()
        number = self.cleaned_data.get("id_number")
        if not number or "id_number" in self.errors:
            return cleaned
        died_on, born_on = self.cleaned_data.get("died_on"), birth_date_of(number)
        if died_on and born_on and died_on < born_on:
            self.add_error("died_on", "死亡日期不能早于出生日期。")
        try:
            refuse_known(by=self.staff, person=Person(pk=self.instance.pk, id_number=number))
        except ValidationError as error:
            self.add_error("id_number", error)
        return cleaned


def _digits(text: str, form: re.Pattern, sentence: str) -> str:
    number = re.sub(r"[-()（）]", "", text).removeprefix("+86")
    if number and not form.fullmatch(number):
        raise ValidationError(sentence)
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


class CertificateFormSet(BaseInlineFormSet):
    """The certificates of one person."""

    def get_form_kwargs(self, index):
        """Each form knows the person as entered, also before they are saved."""
        return super().get_form_kwargs(index) | {"person": self.instance}

    def clean(self):
        super().clean()
        seen = set()
        for form in self.forms:
            number = getattr(form, "cleaned_data", {}).get("number")
            if number and certificate_digest(number) in seen:
                form.add_error("number", "同一本残疾人证只登记一次；补办的请在原记录上改号。")
            seen.add(certificate_digest(number or ""))
