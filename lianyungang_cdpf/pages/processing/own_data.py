"""查阅、复制 (个人信息保护法 art. 45): all that is held of a person as one workbook, for whoever is entitled to it.

The workbook opens with a password that the applicant chose; neither of them is kept here.
"""

import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Field, Model
from django.utils.timezone import localtime

from beneficiaries.models import Guardian, Merge, Person
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.exports import write_table
from lianyungang_cdpf.audit.plainsheet import PlainSheet
from lianyungang_cdpf.audit.retention import rules
from lianyungang_cdpf.audit.reveals import reveal
from lianyungang_cdpf.intake.attached import AttachedFile
from lianyungang_cdpf.intake.attaching import EXTENSIONS, MEBIBYTE, content_of
from lianyungang_cdpf.intake.uploads import UnreadableUpload
from lianyungang_cdpf.masking import mask_id_number, mask_phone
from lianyungang_cdpf.pages.exports.lists import plain
from lianyungang_cdpf.pages.exports.making import OPTIONS, protected
from lianyungang_cdpf.pages.processing.catalogue import CLASSES, USES, name_of
from lianyungang_cdpf.pages.processing.walking import NOT_BY_PERSON, Table, held_of
from lianyungang_cdpf.purposes import ABOUT_SOMEBODY
from subsidies.models import EducationGrant

GIVE = "pages.give_own_data"
# Of somebody else, the ward's guardian: masked in the copy that goes to the ward.
OF_GUARDIAN = {"id_number": mask_id_number, "phone": mask_phone}
OF_STUDENT = "（学生本人的，由学生申请）"
TITLE_LENGTH = 31
RIGHTS = (
    "内容有误的，可以向经办单位申请更正、补充（《个人信息保护法》第四十六条）；"
    "不再需要保存的，可以申请删除（第四十七条），法律要求保存的除外。"
)
PHOTOS = "照片"
# Pixels: photos stand below each other, as wide as their column; a row of the sheet is twenty high.
PHOTO_WIDTH, PHOTO_HEIGHT, ROW_HEIGHT = 480, 960, 20
MOST_BYTES = 40 * MEBIBYTE  # of photos, which are held in memory several times over while the file is made
TOO_MANY = "照片太多，这一张没有放进本文件，请向经办单位申请复制。"
UNREADABLE = "这张照片的文件读不出来，请向经办单位查询。"
ONLY_HERE = "只含经办单位辖区内的记录；在其他县区办理过的，请向那里或市残联申请。"


@dataclass(frozen=True)
class Application:
    """Who asks, by what they showed that they may, and why: in words that name nobody."""

    asked_by: str
    shown: str
    reason: str

    def __str__(self):
        return f"申请人：{self.asked_by}，查验：{self.shown}，事由：{self.reason}"


def give_own_data(*, by, person: Person, application: Application, password: str) -> bytes:
    """The encrypted workbook of what is held of the person, counted as one of the day's whole numbers.

    Raises ValidationError when `by` may not, does not see the person, or has reached the day's limit.
    """
    if not by.has_perm(GIVE) or not Person.objects.visible_to(by).filter(pk=person.pk).exists():
        raise ValidationError("您的角色不能提供此人的个人信息副本。", code="forbidden")
    with transaction.atomic():
        reveal(by=by, on=person, what="个人信息副本中的完整号码", reason=application.reason)
        tables = [(table, list(rows_of(table, person))) for table in held_of(by, person)]
        photos = _photos(tables)
        count = f"{len(tables)} 张表 {sum(len(rows) for _, rows in tables)} 条"
        count += f"、照片 {len(photos)} 张" if photos else ""
        record(by=by, deed="提供个人信息副本", on=person, summary=f"{count}；{application}")
    # Nobody waits for the photos and the encryption.
    return protected(_workbook(by, person, application, tables, photos), password)


def rows_of(table: Table, person: Person) -> Iterator[list]:
    """The cells of every record, as the sheet shows them."""
    joined = [field.name for field in table.columns if field.is_relation]
    for one in table.rows.select_related(*joined) if joined else table.rows:
        yield [plain(shown(one, field, person)) for field in table.columns]


def shown(one: Model, field: Field, person: Person):
    """A value as a person reads it."""
    value = getattr(one, field.name)
    if field.choices:
        return str(getattr(one, f"get_{field.name}_display")())
    if isinstance(one, Guardian) and one.on_file_id != person.pk and field.name in OF_GUARDIAN:
        return OF_GUARDIAN[field.name](value)
    if isinstance(one, EducationGrant) and one.parent_id == person.pk and field.name == "student_no":
        return OF_STUDENT
    if isinstance(one, Merge) and field.name == "values":
        return _given_up(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, (int, Decimal, date, datetime)):
        return value
    return str(value)


def _given_up(kept: str) -> str:
    """What the record that was merged into this one said, without digests and keys."""
    values = json.loads(kept or "{}")
    columns = [field for field in Person._meta.concrete_fields if CLASSES[Person][field.name] in ABOUT_SOMEBODY]
    return "；".join(
        f"{name_of(field)}：{values[field.attname]}"
        for field in columns
        if values.get(field.attname) and not field.remote_field
    )


def _workbook(by, person: Person, application: Application, tables: list[tuple[Table, list]], photos: list) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as workbook:
        first = workbook.add_worksheet("说明", PlainSheet)
        first.set_column(0, 0, 18)
        first.set_column(1, 1, 100)
        for row, (word, text) in enumerate(_about(by, person, application, photos)):
            first.write_string(row, 0, word)
            first.write_string(row, 1, str(plain(text)))
        held = workbook.add_worksheet("目录", PlainSheet)
        write_table(workbook, held, ["台账", "条数", "处理目的", "保存期限"], [_entry(*one) for one in tables])
        for table, rows in tables:
            sheet = workbook.add_worksheet(_title(workbook, table.model), PlainSheet)
            write_table(workbook, sheet, [name_of(field) for field in table.columns], rows)
        if photos:
            _show(workbook.add_worksheet(PHOTOS, PlainSheet), photos)
    return stream.getvalue()


def _photos(tables: list[tuple[Table, list]]) -> list[AttachedFile]:
    """The pictures among these records."""
    attached = (table.rows.exclude(stored_name="") for table, _ in tables if issubclass(table.model, AttachedFile))
    return [one for rows in attached for one in rows if one.is_image]


def _show(sheet, photos: list[AttachedFile]) -> None:
    """What each photo shows, and the photo below; of more than can be held at once that they can be asked for."""
    sheet.set_column(0, 0, PHOTO_WIDTH // 7)
    row, left = 0, MOST_BYTES
    for photo in photos:
        sheet.write_string(row, 0, str(plain(photo.caption)))
        row, left = row + 1, left - photo.size
        try:
            row += _draw(sheet, row, photo) if left >= 0 else _say(sheet, row, TOO_MANY)
        except UnreadableUpload:
            row += _say(sheet, row, UNREADABLE)


def _say(sheet, row: int, sentence: str) -> int:
    sheet.write_string(row, 0, sentence)
    return 2


def _draw(sheet, row: int, photo: AttachedFile) -> int:
    """Draw the photo at the row; the rows that it takes. Raises UnreadableUpload."""
    # Ten megabytes of a process, for what is rarely asked.
    from PIL import Image

    picture = io.BytesIO(b"".join(content_of(photo)))
    # Only its head is read, and it was drawn anew when it came (intake/pictures).
    with Image.open(picture, formats=("JPEG", "PNG")) as opened:
        width, height = opened.size
    scale = min(1, PHOTO_WIDTH / width, PHOTO_HEIGHT / height)
    # What it shows stands above. XlsxWriter would write a control character into a description as it is.
    told = {"image_data": picture, "x_scale": scale, "y_scale": scale, "decorative": True}
    sheet.insert_image(row, 0, f"{photo.pk}{EXTENSIONS[photo.media_type]}", told)
    return math.ceil(height * scale / ROW_HEIGHT) + 2


def _about(by, person: Person, application: Application, photos: list) -> list[tuple[str, str]]:
    told = [
        ("姓名", person.name), ("内容", "系统保存的本人全部个人信息"), ("申请人", application.asked_by),
        ("查验的证件", application.shown), ("事由", application.reason),
        ("办理", f"{by}（{by.place_name}）"), ("时间", f"{localtime():%Y-%m-%d %H:%M}"), ("您的权利", RIGHTS),
    ]  # fmt: skip
    if photos:
        told.append((PHOTOS, f"在“{PHOTOS}”一页。"))
    if not by.is_city_wide:
        told.append(("范围", ONLY_HERE))
    return told + [("不在内", f"{why}。") for why in dict.fromkeys(NOT_BY_PERSON.values())]


def _entry(table: Table, rows: list) -> list:
    uses, classes = USES[table.model], CLASSES[table.model]
    told = {field.name: classes[field.name] for field in table.columns if classes[field.name] in ABOUT_SOMEBODY}
    purposes = dict.fromkeys(uses.purpose_of(name, kind).words for name, kind in told.items())
    return [str(table.model._meta.verbose_name), len(rows), "；".join(purposes), rules()[uses.kept].period]


def _title(workbook, model: type[Model]) -> str:
    """A sheet's name: at most 31 characters, and none twice."""
    title = str(model._meta.verbose_name)[: TITLE_LENGTH - 3]
    taken = {sheet.name for sheet in workbook.worksheets()}
    return title if title not in taken else f"{title} {len(taken)}"
