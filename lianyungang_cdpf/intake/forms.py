"""What a clerk says of a file: its kind, its month and, for rolls from before the portal, the day it was paid."""

import re
from datetime import date

from django import forms
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.utils import timezone

from lianyungang_cdpf.accounts.form_fields import text_field
from lianyungang_cdpf.intake.kinds import kinds_for
from lianyungang_cdpf.intake.periods import MONTH, longer_than_a_month

MEBIBYTE = 1024 * 1024
_MONTH = re.compile(r"([12][0-9]{3})(?:[-/.年]([0-9]{1,2})月?|([0-9]{2}))")
_FULL_WIDTH = {0xFF01 + step: 0x21 + step for step in range(94)} | {0x3000: 0x20}


class UploadQuota(FileUploadHandler):
    """Lets go of a file that grows beyond `limit` bytes while it arrives: it costs no disk, and the form still answers.

    Which limit holds for the kind of file is judged later; this one is the largest of them.
    """

    def __init__(self, request, limit: int):
        super().__init__(request)
        self.limit = limit
        self.exceeded = False

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > self.limit:
            self.exceeded = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size):
        return None


class MonthField(forms.CharField):
    """A month as its first day; understands 2019-03 and the ways in which offices write it."""

    def to_python(self, value):
        text = "".join(str(value or "").translate(_FULL_WIDTH).split())
        if not text:
            return None
        match = _MONTH.fullmatch(text)
        month = int(match[2] or match[3]) if match else 0
        if not 1 <= month <= 12:
            raise forms.ValidationError(f"月份“{text[:20]}”无法识别，请写成 2019-03 的样子。")
        return date(int(match[1]), month, 1)


class TermField(forms.CharField):
    """A year or a school year as typed; which of them it is, the kind of file says."""

    def to_python(self, value):
        return "".join(str(value or "").split())[:20]


class ImportForm(forms.Form):
    """The first step. Kinds are those that the staff member may import; the place is theirs and not asked."""

    kind = forms.ChoiceField(
        label="导入种类",
        error_messages={"required": "请选择导入种类。", "invalid_choice": "您不能导入这个种类，请重新选择。"},
    )
    month = MonthField(label="月份", required=False)
    term = TermField(label="年度或学年", required=False)
    paid_on = forms.DateField(
        label="发放日期",
        required=False,
        error_messages={"invalid": "发放日期无法识别，请写成 2019-03-15 的样子。"},
    )
    file = forms.FileField(
        label="文件",
        allow_empty_file=True,
        error_messages={"required": "请选择要导入的文件。", "invalid": "没有收到文件，请重新选择。"},
    )

    def __init__(self, *args, staff, quota=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.staff = staff
        self.quota = quota
        # The import that a file has become already, once it was found out.
        self.earlier = None
        # Rolls are the daily work: they stand before what is brought in once.
        self.kinds = {kind.code: kind for kind in sorted(kinds_for(staff), key=lambda kind: not kind.keeps_rows)}
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in self.kinds.values()]
        if not self.asks_paid_on:
            del self.fields["paid_on"]
        self.terms = longer_than_a_month(self.kinds.values())
        if not self.terms:
            del self.fields["term"]
        if quota is not None and quota.exceeded:
            largest = f"文件超过 {quota.limit // MEBIBYTE} MB，没有接收。请拆分成几个文件后分别上传。"
            self.fields["file"].error_messages["required"] = largest

    @property
    def asks_paid_on(self) -> bool:
        """Rolls paid before the portal was used: for who may post one as paid already."""
        rights = {kind.paid_permission for kind in self.kinds.values() if kind.paid_permission}
        return any(self.staff.has_perm(right) for right in rights)

    @property
    def groups(self) -> list[tuple[str, list]]:
        """The kinds under their headings, in the order in which they are offered."""
        groups: dict[str, list] = {}
        for kind in self.kinds.values():
            groups.setdefault(kind.group, []).append(kind)
        return list(groups.items())

    @property
    def chosen(self) -> str:
        """The code that is marked: what was sent, or the only one there is."""
        only = next(iter(self.kinds)) if len(self.kinds) == 1 else ""
        return self["kind"].value() or only

    def clean_month(self):
        month = self.cleaned_data["month"]
        if month is not None and not 2000 <= month.year <= timezone.localdate().year + 1:
            raise forms.ValidationError(f"月份 {month:%Y-%m} 不在可导入的范围内，请核对年份。")
        return month

    def clean_paid_on(self):
        paid_on = self.cleaned_data["paid_on"]
        if paid_on is not None and paid_on > timezone.localdate():
            raise forms.ValidationError("发放日期不能晚于今天。尚未发放的名册请留空。")
        return paid_on

    def clean(self):
        cleaned = super().clean()
        kind = self.kinds.get(cleaned.get("kind"))
        if kind is not None and kind.needs_month and kind.period is not MONTH:
            self._take_term(kind.period, cleaned)
        if kind is not None and cleaned.get("paid_on") and not kind.paid_permission:
            self.add_error("paid_on", f"“{kind.label}”不填发放日期，请清空。")
        return cleaned

    def _take_term(self, period, cleaned: dict) -> None:
        """The year or school year that was typed, else the one of the month that was chosen, as the file's period."""
        typed, month = cleaned.get("term"), cleaned.get("month")
        if not typed:
            cleaned["month"] = period.holding(month) if month else None
            return
        cleaned["month"] = term = period.read(typed)
        if term is None or not 2000 <= term.year <= timezone.localdate().year + 1:
            wrong = f"{period.asked}“{typed}”无法识别，或不在可导入的范围内"
            self.add_error("term", f"{wrong}：请写成 {period.like} 的样子。")


class AttachedFileField(forms.FileField):
    """A photo or document that hangs off a record; its form and size are judged by intake/attaching.py."""

    default_error_messages = {
        "required": "请选择要上传的文件。",
        "invalid": "没有收到文件，请重新选择。",
        "empty": "文件是空的，请重新选择。",
    }

    def __init__(self, *, accept: str = ".jpg,.jpeg,.png,.pdf", **kwargs):
        super().__init__(label="文件", widget=forms.FileInput(attrs={"accept": accept}), **kwargs)


class RemoveForm(forms.Form):
    """Why a file should not be there."""

    why = text_field("删除原因", length=200, help_text="如：传错了、拍到无关人员。")
