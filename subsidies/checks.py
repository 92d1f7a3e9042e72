"""The checks of a roll: their order, and what is said of a row that fails one.

Labels and remedies for lists stand in intake.presentation; here are the sentences about one row.
"""

from lianyungang_cdpf.intake.tables import sentence

PRIMARY = (
    "MISSING_REQUIRED", "ID_FORMAT", "ID_PRECISION_LOST", "ID_CHECKSUM", "UNKNOWN_PERSON", "NAME_MISMATCH",
    "PERSON_DEAD", "CERT_EXPIRED", "CERT_CANCELLED", "CERT_MISMATCH", "WRONG_DISTRICT", "DUPLICATE_IN_FILE",
    "ALREADY_PAID", "INELIGIBLE_GRADE", "INELIGIBLE_HOUSEHOLD", "AMOUNT_FORMAT", "AMOUNT_NEGATIVE",
    "AMOUNT_NOT_STANDARD", "BANK_LUHN", "BANK_PRECISION_LOST", "MONTH_INVALID", "MONTH_MISMATCH", "W_BANK_DIFFERS",
)  # fmt: skip
PRIMARY_ORDER = {code: index for index, code in enumerate(PRIMARY)}
# What no programme can relax: without it there is nobody to pay, nothing to pay, or the database says no.
FIXED = {
    "MISSING_REQUIRED", "ID_FORMAT", "ID_PRECISION_LOST", "ID_CHECKSUM", "UNKNOWN_PERSON", "WRONG_DISTRICT",
    "DUPLICATE_IN_FILE", "ALREADY_PAID", "AMOUNT_FORMAT", "AMOUNT_NEGATIVE", "MONTH_INVALID", "MONTH_MISMATCH",
}  # fmt: skip
# Findings that come from the register, not from the row itself: never told of a person outside one's own area.
FROM_REGISTER = {
    "NAME_MISMATCH", "PERSON_DEAD", "CERT_EXPIRED", "CERT_CANCELLED", "CERT_MISMATCH", "ALREADY_PAID",
    "INELIGIBLE_GRADE", "INELIGIBLE_HOUSEHOLD", "AMOUNT_NOT_STANDARD", "W_BANK_DIFFERS",
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
    "W_BANK_DIFFERS": "银行账号与档案登记的不同：如确已换卡，可以入账，并请更新档案。",
}


MONTHS = "{heading}“{text}”不是可读的月数：请填本行包括的月份个数，如 3，不超过 120。"


def say(code: str, heading: str, text: str, standards: list, column: str = "") -> str:
    """The sentence for a finding on one row; `heading` as the file has it, `column` the field that it is about."""
    if code == "AMOUNT_NOT_STANDARD":
        if None in standards:
            return "该月份没有适用的补贴标准：请先维护标准，再导入。"
        total = sum(standard.amount for standard in standards)
        return f"金额与标准不符：按档案应为 {total:,.2f} 元，请改正金额或先更新档案。"
    if code == "MONTH_INVALID" and column == "months":
        return MONTHS.format(heading=heading, text=text)
    return SENTENCES.get(code) or sentence(code, heading, text)
