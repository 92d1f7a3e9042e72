"""The register's lists as files: numbers masked for everybody, as on the screen."""

from django.utils.timezone import localdate

from beneficiaries.models import Basis, Certificate, Person
from beneficiaries.people import current_certificate, records_in_force
from lianyungang_cdpf.accounts.models import Level
from lianyungang_cdpf.accounts.places import county_name, town_name
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number, mask_phone

# Bank accounts are finance's to know whole (facts.md 6.5).
WHOLE_ACCOUNT = "beneficiaries.view_whole_account"
# What a list says in place of a disability of who is on file without one.
OTHERS = {Basis.FAMILY_MEMBER: "家庭成员", Basis.PATIENT: "受助患者（未持证）"}


def village_name(person) -> str:
    """The village: of the tree where the record has one, else as the roll wrote it."""
    return str(person.area) if person.area.level == Level.VILLAGE else person.village


def place_name(person) -> str:
    """County, town and village in one line."""
    return " ".join(filter(None, (county_name(person.area), town_name(person.area), village_name(person))))


def register_state(person) -> str:
    """在册, 已故 or 迁出."""
    if person.died_on:
        return "已故"
    return "迁出" if person.moved_out_on else "在册"


def hardship_names(person) -> str:
    """The household's statuses today."""
    return "、".join(hardship.status for hardship in records_in_force(person.hardships.all(), localdate()))


def disability_name(person) -> str:
    """Category and grade of today's certificate, with its status when not 有效; of a child what is suspected."""
    certificate = current_certificate(person, localdate())
    if certificate is None and person.basis == Basis.UNCERTIFIED_CHILD:
        return f"{getattr(person, 'diagnosis', '待诊断')}（未持证）"
    if certificate is None:
        return OTHERS.get(person.basis, "")
    return str(certificate) if certificate.status == "valid" else f"{certificate}（{certificate.get_status_display()}）"


class PeopleFile(ListResource):
    """残疾人档案."""

    class Meta:
        model = Person

    columns = {
        "姓名": lambda person: person.name,
        "身份证号": lambda person: mask_id_number(person.id_number),
        "性别": lambda person: person.get_sex_display(),
        "出生日期": lambda person: person.birth_date,
        "建档类别": lambda person: person.get_basis_display(),
        "残疾类别等级": disability_name,
        "困难情况": hardship_names,
        "县区": lambda person: county_name(person.area),
        "乡镇街道": lambda person: town_name(person.area),
        "村（社区）": village_name,
        "户口性质": lambda person: person.get_hukou_type_display(),
        "联系电话": lambda person: mask_phone(person.phone),
        "开户银行": lambda person: person.bank_name,
        "银行账号": lambda person: mask_account_no(person.account_no),
        "户名": lambda person: person.account_holder,
        "档案状态": register_state,
        "死亡日期": lambda person: person.died_on,
        "迁出日期": lambda person: person.moved_out_on,
    }
    list_code = "people"
    whole = {
        "身份证号": (lambda person: person.id_number, ""),
        "联系电话": (lambda person: person.phone, ""),
        "银行账号": (lambda person: person.account_no, WHOLE_ACCOUNT),
    }


class CertificatesFile(ListResource):
    """残疾人证."""

    class Meta:
        model = Certificate

    columns = {
        "姓名": lambda certificate: certificate.person.name,
        "残疾人证号": lambda certificate: mask_certificate_no(certificate.number),
        "残疾类别": lambda certificate: certificate.get_category_display(),
        "残疾等级": lambda certificate: certificate.get_grade_display(),
        "状态": lambda certificate: certificate.get_status_display(),
        "生效日期": lambda certificate: certificate.valid_from,
        "失效日期": lambda certificate: certificate.valid_to,
        "县区": lambda certificate: county_name(certificate.person.area),
        "乡镇街道": lambda certificate: town_name(certificate.person.area),
        "村（社区）": lambda certificate: village_name(certificate.person),
    }
    list_code = "certificates"
    whole = {"残疾人证号": (lambda certificate: certificate.number, "")}
