"""The one way in which reading fails."""


class Refused(Exception):
    """An upload that is not read. `sentence` (Chinese) says what is wrong, where, and what to do."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


DAMAGED = "文件已损坏，或不是完整的 Excel 文件，无法读取。请用 Excel 或 WPS 打开核对后另存为 .xlsx，再重新上传。"


def damaged(where: str) -> Refused:
    """For files whose own parts contradict each other: any reading of them would be a guess."""
    return Refused(f"文件已损坏：{where}。请用 Excel 或 WPS 打开核对后另存为 .xlsx，再重新上传。")
