"""Premiums, policies and grants as files: numbers masked for everybody, as on the screen."""

from beneficiaries.exports import county_name, town_name
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.masking import mask_account_no, mask_id_number
from subsidies.exports import payment_state
from subsidies.models import EducationGrant, InsurancePolicy, PensionPremium

# Of a detail's payment, in every one of these lists.
WHO = {
    "姓名": lambda one: one.payment.person.name,
    "身份证号": lambda one: mask_id_number(one.payment.person.id_number),
    "县区": lambda one: county_name(one.payment.area),
    "乡镇街道": lambda one: town_name(one.payment.area),
}
PAID = {
    "金额（元）": lambda one: one.payment.amount,
    "批次号": lambda one: one.payment.roll.reference,
    "状态": lambda one: payment_state(one.payment),
}


class PremiumsFile(ListResource):
    """养老保险代缴."""

    class Meta:
        model = PensionPremium

    columns = WHO | {
        "缴费年度": lambda premium: premium.year,
        "代缴档次": lambda premium: premium.tier,
        "参保地": lambda premium: premium.insured_place,
        "缴费回执号": lambda premium: premium.receipt_no,
        "到账日期": lambda premium: premium.confirmed_on or premium.payment.roll.paid_on,
    } | PAID  # fmt: skip


class PoliciesFile(ListResource):
    """保单."""

    class Meta:
        model = InsurancePolicy

    columns = {
        "保单号": lambda policy: policy.number,
        "保险产品": lambda policy: policy.product,
        "保险公司": lambda policy: policy.insurer,
        "保险起期": lambda policy: policy.starts_on,
        "保险止期": lambda policy: policy.ends_on,
        "每人保费（元）": lambda policy: policy.premium,
        "投保地区": lambda policy: policy.area,
        "被保险人数": lambda policy: policy.insured,
    }


class GrantsFile(ListResource):
    """教育补贴."""

    class Meta:
        model = EducationGrant

    columns = WHO | {
        "学年": str,
        "学生类别": lambda grant: grant.get_kind_display(),
        "学段": lambda grant: grant.get_stage_display(),
        "学校": lambda grant: grant.school,
        "学籍号": lambda grant: mask_account_no(grant.student_no),
        "残疾家长": lambda grant: grant.parent.name if grant.parent else "",
    } | PAID  # fmt: skip
