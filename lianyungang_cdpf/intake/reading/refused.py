"""The one way in which reading fails."""

import re

# Sheet names and cell numbers are quoted in sentences: none may turn the text around or hide in it.
UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class Refused(Exception):
    """An upload that is not read. `sentence` (Chinese) says what is wrong, where, and what to do."""

    def __init__(self, sentence: str):
        self.sentence = UNSHOWN.sub("\ufffd", sentence)
        super().__init__(self.sentence)


DAMAGED = "文件已损坏，或不是完整的 Excel 文件，无法读取。请用 Excel 或 WPS 打开核对后另存为 .xlsx，再重新上传。"


def damaged(where: str) -> Refused:
    """For files whose own parts contradict each other: any reading of them would be a guess."""
    return Refused(f"文件已损坏：{where}。请用 Excel 或 WPS 打开核对后另存为 .xlsx，再重新上传。")
