"""The checks of a roll: their order, and what is said of a row that fails one.

Labels and remedies for lists stand in intake.presentation; here are the sentences about one row.
"""

from lianyungang_cdpf.intake.tables import sentence

PRIMARY = (
    "MISSING_REQUIRED", "ID_FORMAT", "ID_PRECISION_LOST", "ID_CHECKSUM", "UNKNOWN_PERSON", "PARENT_MISSING",
    "PARENT_UNKNOWN", "NAME_MISMATCH", "PARENT_NAME_MISMATCH",
    "PERSON_DEAD", "CERT_EXPIRED", "CERT_CANCELLED", "CERT_MISMATCH", "PARENT_CERT_INVALID", "WRONG_DISTRICT",
    "DUPLICATE_IN_FILE", "ALREADY_PAID", "INELIGIBLE_GRADE", "INELIGIBLE_HOUSEHOLD", "AGE_NOT_ELIGIBLE",
    "DRAWING_PENSION", "STAGE_UNKNOWN", "POLICY_PERIOD", "POLICY_MISMATCH", "AMOUNT_FORMAT", "AMOUNT_NEGATIVE",
    "AMOUNT_NOT_STANDARD", "BANK_LUHN", "BANK_PRECISION_LOST", "MONTH_INVALID", "MONTH_MISMATCH", "PERIOD_INVALID",
    "PERIOD_MISMATCH", "PERIOD_OVERLAP", "W_STUDENT_KIND", "W_FORMER_ID", "W_BANK_DIFFERS",
    "W_BACK_PAY",
)  # fmt: skip
PRIMARY_ORDER = {code: index for index, code in enumerate(PRIMARY)}
# What no programme can relax: without it there is nobody to pay, nothing to pay, or the database says no.
FIXED = {
    "MISSING_REQUIRED", "ID_FORMAT", "ID_PRECISION_LOST", "ID_CHECKSUM", "UNKNOWN_PERSON", "WRONG_DISTRICT",
    "DUPLICATE_IN_FILE", "ALREADY_PAID", "AMOUNT_FORMAT", "AMOUNT_NEGATIVE", "MONTH_INVALID", "MONTH_MISMATCH",
    "PARENT_MISSING", "PARENT_UNKNOWN", "STAGE_UNKNOWN", "POLICY_PERIOD", "POLICY_MISMATCH", "PERIOD_INVALID",
    "PERIOD_MISMATCH",
}  # fmt: skip
# Findings that come from the register, not from the row itself: never told of a person outside one's own area.
FROM_REGISTER = {
    "NAME_MISMATCH", "PERSON_DEAD", "CERT_EXPIRED", "CERT_CANCELLED", "CERT_MISMATCH", "ALREADY_PAID",
    "INELIGIBLE_GRADE", "INELIGIBLE_HOUSEHOLD", "AMOUNT_NOT_STANDARD", "W_BANK_DIFFERS",
    "PARENT_MISSING", "PARENT_UNKNOWN", "PARENT_NAME_MISMATCH", "PARENT_CERT_INVALID", "AGE_NOT_ELIGIBLE",
    "PERIOD_OVERLAP", "W_STUDENT_KIND", "W_FORMER_ID", "W_BACK_PAY",
}  # fmt: skip

SENTENCES = {
    "UNKNOWN_PERSON": "残疾人档案中没有这个身份证号：请核对号码，确属新增人员的先建档再发放。",
    "NAME_MISMATCH": "姓名与残疾人档案不一致：请核对姓名和身份证号是否为同一人。",
    "PERSON_DEAD": "档案登记此人已于发放月份之前死亡：请停发并从名册中删除。",
    "CERT_EXPIRED": "残疾人证已过期：请先办理换证，换证后再发放。",
    "CERT_CANCELLED": "残疾人证已注销、冻结或迁出：请停发，或先核实证件状态。",
    "CERT_MISMATCH": "残疾人证号与档案不一致：请按证件核对，含类别和等级两位。",
    "WRONG_DISTRICT": "不在本辖区：请从本名册删除，由所属县区发放。",
    "DUPLICATE_IN_FILE": "本文件中同一身份证号出现不止一次：只保留一行。",
    "ALREADY_PAID": "此人本项目该月份已经发放过：请删除此行，避免重复发放。",
    "INELIGIBLE_GRADE": "残疾类别、等级不符合本项目的享受条件（以档案为准）：请删除此行或先更新档案。",
    "INELIGIBLE_HOUSEHOLD": "家庭困难情况不符合本项目的享受条件（以档案为准）：请删除此行或先更新档案。",
    "PARENT_MISSING": "学生本人没有有效登记的残疾人证，也没有填写残疾家长：请补填家长姓名和家长残疾证号。",
    "PARENT_UNKNOWN": "残疾人档案中没有这位家长：请核对家长残疾证号，确属新增人员的先建档再发放。",
    "PARENT_NAME_MISMATCH": "家长姓名与残疾人档案不一致：请核对家长姓名和家长残疾证号是否为同一人。",
    "PARENT_CERT_INVALID": "家长残疾人证与档案不一致，或已过期、注销：请核对证号；证件失效的请从名册中删除。",
    "AGE_NOT_ELIGIBLE": "年龄不在本项目的范围之内（按身份证号计算）：请从名册中删除此行。",
    "DRAWING_PENSION": "名单注明已领取养老待遇：不再代缴，请从名单中删除此行。",
    "POLICY_MISMATCH": "与同一保单号的起止日期、保费、产品或保险公司不一致：请对照保单更正。",
    "PERIOD_OVERLAP": "此人另有一张同类保单，保险期间重叠：如确需重复投保，可以入账。",
    "W_STUDENT_KIND": "学生类别与档案不符：已按档案登记（本人持证的为残疾学生，否则为残疾人家庭子女）。",
    "W_FORMER_ID": "这是曾用身份证号，已按合并后的档案核对：可以入账，请在名册中改用现在的号码。",
    "W_BANK_DIFFERS": "银行账号与档案登记的不同：如确已换卡，可以入账，并请更新档案。",
}

# Of cells that only the yearly lists have.
CELLS = {
    "PERIOD_INVALID": "{heading}“{text}”不是可读的年度或学年：请写成 2019 或 2019-2020。",
    "PERIOD_MISMATCH": "{heading}“{text}”与本次导入的年度或学年不一致：请更正，或放到该年度、学年的名册中。",
    "STAGE_UNKNOWN": "{heading}“{text}”看不出学段：请填学前、小学、初中、高中（含中职）或大专以上。",
    "POLICY_PERIOD": "{heading}“{text}”不是可用的日期，或早于保险起期：请写成 2019-03-01 并核对先后。",
}

BACK_MONTHS = "{heading}“{text}”不是可用的补发月份：请写成 2019-01 或 2019年1-2月，不能晚于名册的月份。"
NO_BACK_MONTHS = "填了补发金额，却没有写明是哪几个月：请在“补发月份”一列写成 2019年1-2月 的样子。"
COUNT = "月数与写明的月份不符：请改正月数或补发月份，使两者一致。"
MONTHS = "{heading}“{text}”不是可读的月数：请填本行包括的月份个数，如 3，不超过 120。"


def say(code: str, heading: str, text: str, standards: list, column: str = "") -> str:
    """The sentence for a finding on one row; `heading` as the file has it, `column` the field that it is about."""
    if code == "AMOUNT_NOT_STANDARD":
        if None in standards:
            return "该月份没有适用的补贴标准：请先维护标准，再导入。"
        total = sum(standard.amount for standard in standards)
        return f"金额与标准不符：按档案应为 {total:,.2f} 元，请改正金额或先更新档案。"
    if code == "MONTH_INVALID" and column == "months":
        return MONTHS.format(heading=heading, text=text) if text else COUNT
    if code == "MONTH_INVALID" and column == "back_months":
        return BACK_MONTHS.format(heading=heading, text=text[:40]) if text else NO_BACK_MONTHS
    if code in CELLS:
        return CELLS[code].format(heading=heading, text=text[:40])
    return SENTENCES.get(code) or sentence(code, heading, text)
