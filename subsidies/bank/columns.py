"""What a column of a bank's file may hold: the fixed fields that layouts choose from, and layouts' columns as data."""

from django.core.exceptions import ValidationError
from django.db import models


class Sent(models.TextChoices):
    """What a column of a file out may hold, of the payment, the person and the roll."""

    LINE_NUMBER = "line_number", "序号"
    PROGRAMME = "programme", "补贴项目"
    UNIT = "unit", "填报单位"
    YEAR = "year", "年份"
    MONTH = "month", "月份"
    PERIOD = "period", "所属期间"
    REFERENCE = "reference", "批次号"
    FILE_NUMBER = "file_number", "文件序号"
    COUNTY = "county", "县区"
    TOWN = "town", "乡镇街道"
    VILLAGE = "village", "村居"
    NAME = "name", "姓名"
    SEX = "sex", "性别"
    BORN = "born", "出生日期"
    ID_NUMBER = "id_number", "身份证号"
    CERTIFICATE_NO = "certificate_no", "残疾证号"
    CATEGORY = "category", "残疾类别"
    GRADE = "grade", "残疾等级"
    HUKOU = "hukou", "户口性质"
    HARDSHIP = "hardship", "困难情况"
    ADDRESS = "address", "地址"
    PHONE = "phone", "联系电话"
    BANK_NAME = "bank_name", "开户银行"
    ACCOUNT_NO = "account_no", "银行账号"
    HOLDER = "holder", "户名"
    AMOUNT = "amount", "金额"
    BLANK = "blank", "空列"


class Returned(models.TextChoices):
    """What a column of the bank's return may hold."""

    LINE_NUMBER = "line_number", "序号"
    ACCOUNT_NO = "account_no", "银行账号"
    AMOUNT = "amount", "金额"
    NAME = "name", "姓名"
    ID_NUMBER = "id_number", "身份证号"
    RESULT = "result", "处理结果"
    REASON = "reason", "失败原因"
    DAY = "day", "处理日期"
    BLANK = "blank", "不读"


# Without these nobody can be paid by a file, and no return can be matched with it.
PAYMENT_NEEDS = (Sent.ACCOUNT_NO, Sent.AMOUNT)
RETURN_NEEDS = (Returned.ACCOUNT_NO, Returned.AMOUNT, Returned.RESULT)
MOST_COLUMNS, LONGEST_HEADING = 60, 40


def validate_sent(columns) -> None:
    """Raises ValidationError unless `columns` is an ordered list of {field, heading} out of Sent."""
    _validate(columns, Sent)


def validate_returned(columns) -> None:
    """Raises ValidationError unless `columns` is an ordered list of {field, heading} out of Returned."""
    _validate(columns, Returned)


def lacking(columns: list[dict], needs) -> str:
    """The names of the needed fields that no column holds, for a sentence; "" when all are there."""
    held = {column["field"] for column in columns}
    return "、".join(f"“{field.label}”" for field in needs if field not in held)


def _validate(columns, fields: type[models.TextChoices]) -> None:
    if not isinstance(columns, list) or len(columns) > MOST_COLUMNS:
        raise ValidationError(f"各列应逐行列出，最多 {MOST_COLUMNS} 列。")
    for at, column in enumerate(columns, start=1):
        if not isinstance(column, dict) or column.keys() != {"field", "heading"}:
            raise ValidationError(f"第 {at} 列应写明内容和表头。")
        heading = column["heading"]
        if column["field"] not in fields.values or not isinstance(heading, str):
            raise ValidationError(f"第 {at} 列的内容不在可选范围内：{'、'.join(fields.labels)}。")
        if len(heading) > LONGEST_HEADING or any(blank in heading for blank in "\t\r\n"):
            raise ValidationError(f"第 {at} 列的表头应在 {LONGEST_HEADING} 个字以内，不能换行。")
