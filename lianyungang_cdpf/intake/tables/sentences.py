"""What a clerk reads about a problem: what is wrong, and what to do."""

SENTENCES = {
    "MISSING_REQUIRED": "{heading}为空：请填写。",
    "ID_FORMAT": "{heading}“{text}”不是 18 位身份证号（17 位数字加 1 位数字或 X）：请对照身份证或残疾人证更正。",
    "ID_CHECKSUM": "{heading}“{text}”的出生日期或校验码不对，号码有误：请对照身份证或残疾人证更正。",
    "ID_PRECISION_LOST": "{heading}被 Excel 存成了数字“{text}”，末几位已丢失：请把该列设为“文本”后重新填写。",
    "AMOUNT_FORMAT": "{heading}“{text}”不是可读的金额：请只填数字，例如 300 或 300.00。",
    "AMOUNT_NEGATIVE": "{heading}“{text}”小于零：名册只登记发放，追回的款项请另行处理。",
    "BANK_LUHN": "{heading}“{text}”的校验位不对，账号有误：请对照银行卡或存折更正。",
    "BANK_PRECISION_LOST": "{heading}被 Excel 存成了数字“{text}”，末几位已丢失：请把该列设为“文本”后重新填写。",
    "MONTH_INVALID": "{heading}“{text}”不是可读的月份：请写成 2019-03 或 2019年3月。",
    "MONTH_MISMATCH": "{heading}“{text}”与名册的月份不一致：请更正月份，或放到该月的名册中。",
    "DATE_FORMAT": "{heading}“{text}”不是可读的日期：请写成 2019-03-01。",
    "NUMBER_FORMAT": "{heading}“{text}”不是可用的整数：请只填数字。",
    "CATEGORY_FORMAT": "{heading}“{text}”不是残疾类别：请填视力、听力、言语、肢体、智力、精神或多重。",
    "GRADE_FORMAT": "{heading}“{text}”不是残疾等级：请填一级、二级、三级或四级。",
    "CHOICE_FORMAT": "{heading}“{text}”不在可填的内容之中：请按填表说明更正。",
    "DECLARED_TOTAL_MISMATCH": "表中的合计与各行金额之和不一致：请核对金额和合计。",
    "W_HIDDEN_ROWS": "表中有隐藏的行或列，已按正常内容读入：请确认不应删除。",
    "W_HIDDEN_SHEET": "文件中有隐藏的工作表，未读入：需要读入时请取消隐藏后重新上传。",
}
UNREADABLE = "{heading}的单元格“{text}”读不出内容（公式出错或文件受损）：请直接填写内容后重新上传。"
LONGEST_TEXT = 40


def sentence(code: str, heading: str = "", text: str = "") -> str:
    """The Chinese sentence for a problem code; `heading` names the column, `text` is what the cell holds."""
    text = text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
    pattern = UNREADABLE if code == "MISSING_REQUIRED" and text.strip() else SENTENCES[code]
    return pattern.format(heading=heading, text=text)
