"""原因和下一步: what a note must say, and what may never stand in it."""

import re
import unicodedata

from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.targets.reporting.models import NOTE_LENGTH

# Digits as people write them, in groups too. An ID number may begin or end within a longer run: it is refused too.
ID_NUMBER = re.compile(r"(?:\d[ \-.·]?){17}[\dX]", re.IGNORECASE)
MOBILE = re.compile(r"(?<!\d)(?:\+?86[ \-]?)?1[3-9]\d[ \-.]?(?:\d[ \-.]?){7}\d(?!\d)")
LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[ \-)][ ]?\d{7,8}(?!\d)")


def problem_of(text: str, *, required: bool) -> str:
    """What is wrong with a note, as one sentence; "" when nothing is."""
    plain = unicodedata.normalize("NFKC", text)
    if required and not text:
        return "这项目标低于序时，请写明原因和下一步。"
    if text and not re.match(A_REASON, text):
        return "原因和下一步写得太短，至少五个字。"
    if len(text) > NOTE_LENGTH:
        return f"原因和下一步最多 {NOTE_LENGTH} 个字，现在是 {len(text)} 个字，请压缩。"
    if ID_NUMBER.search(plain):
        return "说明里不能写身份证号：月报只说工作，请删去号码。"
    if MOBILE.search(plain) or LANDLINE.search(plain):
        return "说明里不能写电话号码：月报只说工作，请删去号码。"
    return ""
