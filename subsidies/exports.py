"""Rolls and payments as files: numbers masked for everybody, as on the screen."""

from django.utils.timezone import localtime

from beneficiaries.exports import WHOLE_ACCOUNT, county_name, town_name
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.masking import mask_account_no, mask_id_number
from subsidies.models import Payment, Roll, Standard


def roll_place(roll) -> str:
    """The place that imported a roll: its zone, else its area."""
    return str(roll.zone or roll.area)


def payment_state(payment) -> str:
    """How far a payment is: 已撤销, 银行退回, or the state of its roll."""
    if payment.returned_on:
        return "银行退回"
    return payment.roll.get_state_display() if payment.live else Roll.State.UNDONE.label


def exception_in_words(acceptance) -> str:
    """Who let a payment through against which check, when and why."""
    when = f"{localtime(acceptance.accepted_at):%Y-%m-%d %H:%M}"
    return f"{acceptance.accepted_by}于 {when} 接受“{acceptance}”，理由：{acceptance.reason}"


class RollsFile(ListResource):
    """花名册."""

    class Meta:
        model = Roll

    columns = {
        "批次号": lambda roll: roll.reference,
        "补贴项目": lambda roll: roll.programme.name,
        "月份": lambda roll: roll.programme.period_shown(roll.month),
        "填报地区": roll_place,
        "状态": lambda roll: roll.get_state_display(),
        "行数": lambda roll: roll.row_count,
        "发放笔数": lambda roll: roll.payment_count,
        "合计金额（元）": lambda roll: roll.total,
        "入账时间": lambda roll: roll.posted_at,
        "发放日期": lambda roll: roll.paid_on,
    }


class PaymentsFile(ListResource):
    """补贴发放."""

    class Meta:
        model = Payment

    columns = {
        "姓名": lambda payment: payment.person.name,
        "身份证号": lambda payment: mask_id_number(payment.person.id_number),
        "县区": lambda payment: county_name(payment.area),
        "乡镇街道": lambda payment: town_name(payment.area),
        "补贴项目": lambda payment: payment.programme.name,
        "所属月份": lambda payment: payment.programme.period_shown(payment.month),
        "补发": lambda payment: "补发" if payment.is_back_pay else "",
        "金额（元）": lambda payment: payment.amount,
        "银行账号": lambda payment: mask_account_no(payment.account_no),
        "批次号": lambda payment: payment.roll.reference,
        "状态": payment_state,
        "发放日期": lambda payment: payment.roll.paid_on,
    }
    list_code = "payments"
    whole = {
        "身份证号": (lambda payment: payment.person.id_number, ""),
        "银行账号": (lambda payment: payment.account_no, WHOLE_ACCOUNT),
    }


class StandardsFile(ListResource):
    """补贴标准."""

    class Meta:
        model = Standard

    columns = {
        "补贴项目": lambda standard: standard.programme.name,
        "起始月份": lambda standard: f"{standard.effective_from:%Y-%m}",
        "截止月份": lambda standard: f"{standard.effective_to:%Y-%m}" if standard.effective_to else "",
        "残疾等级": lambda standard: standard.get_grade_display(),
        "地区": lambda standard: standard.area,
        "户口性质": lambda standard: standard.get_hukou_type_display(),
        "对象类别": lambda standard: standard.household_class,
        "标准（元）": lambda standard: standard.amount,
        "依据文件": lambda standard: standard.source_document,
    }
