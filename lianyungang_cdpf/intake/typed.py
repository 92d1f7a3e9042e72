"""What people type into boxes of forms, normalised and checked as the cells of a roll are."""

import re

from django.core.exceptions import ValidationError

from lianyungang_cdpf.intake.tables.text import bare

PHONE = re.compile(r"[0-9]{7,12}")


def right_phone(text: str) -> str:
    """The digits of a telephone number; raises ValidationError for anything else. Masked text passes."""
    phone = bare(text)
    return phone if "*" in phone else digits_of(phone, PHONE, "联系电话应为 7 到 12 位数字，座机请连区号填写。")


def digits_of(text: str, form: re.Pattern, sentence: str) -> str:
    """A number without what people put between its digits; raises ValidationError(sentence) for another form."""
    number = re.sub(r"[-()（）]", "", text).removeprefix("+86")
    if number and not form.fullmatch(number):
        raise ValidationError(sentence)
    return number
