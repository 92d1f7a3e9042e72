"""What people type into boxes of forms, normalised and checked as the cells of a roll are."""

import re

from django.core.exceptions import ValidationError

from lianyungang_cdpf.intake.tables.text import bare, fold

PHONE = re.compile(r"[0-9]{7,12}")
SEVERAL, COUNTRY = re.compile("[、,;/]"), re.compile("^(?:00)?86(?=1[0-9]{10}$)")


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


def phone_in(text: str) -> str:
    """The digits of the first telephone number in the text, without the country's code; "" when there is none."""
    for part in SEVERAL.split(fold(text)):
        digits = COUNTRY.sub("", re.sub("[^0-9]", "", part))
        if PHONE.fullmatch(digits):
            return digits
    return ""
