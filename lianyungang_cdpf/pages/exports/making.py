"""The file of an approved export: made by the worker, in memory, encrypted twice before anything is on disk.

The workbook is encrypted with a password of its own (Office's agile encryption, AES-256: [MS-OFFCRYPTO] 2.3.4.10), so
that it stays closed wherever it is copied to; what lies below UPLOAD_ROOT is sealed besides, as uploads are.
"""

import io
import logging
import secrets
from datetime import timedelta

import xlsxwriter
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import Error, transaction
from django.utils import timezone
from msoffcrypto.format.ooxml import OOXMLFile

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.exports import write_table
from lianyungang_cdpf.audit.plainsheet import PlainSheet
from lianyungang_cdpf.intake.reading import Limits
from lianyungang_cdpf.intake.uploads import Upload
from lianyungang_cdpf.pages.exports.actions import NOT_MADE, NOTHING_LEFT, State, end, locked, why_not_entitled
from lianyungang_cdpf.pages.exports.lists import MODELS, plain, resource_of, rows_of
from lianyungang_cdpf.pages.exports.models import UnmaskedExport
from lianyungang_cdpf.targets.reporting.packed import unpack

log = logging.getLogger(__name__)

# Without what is easily taken for one another: read from a screen, typed into another program. 16 of 31 are 79 bits.
LETTERS, LENGTH, GROUP = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 16, 4
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def make_file(pk: int) -> None:
    """Make the file of an approved export; one that is not approved any more, or was made, is left alone.

    The rows are those of the request that who asked still sees. Who was disabled or has moved gets nothing. What goes
    wrong ends the export with a sentence; a database that is away is raised, and the worker comes again.
    """
    exports = UnmaskedExport.objects.select_related("requested_by__area", "requested_by__zone", "decided_by", "area")
    export = exports.filter(pk=pk, state=State.APPROVED).first()
    if export is None:
        return
    try:
        _make(export)
    except Error:
        raise
    except Exception as error:
        # By its name only: a message may cite what it stumbled over.
        log.error("the file of export %s was not made: %s", pk, type(error).__name__)
        end(export, NOT_MADE)


def _make(export: UnmaskedExport) -> None:
    why = why_not_entitled(export) or _why_not_to_be_seen(export)
    if why:
        end(export, why)
        return
    rows = list(rows_of(export.ledger, export.requested_by, list(unpack(export.chosen))))
    if not rows:
        end(export, NOTHING_LEFT)
        return
    password = new_password()
    _keep(export, protected(workbook_of(export, rows), password), password, len(rows))


def _why_not_to_be_seen(export: UnmaskedExport) -> str:
    opts = MODELS[export.ledger]._meta
    return "" if export.requested_by.has_perm(f"{opts.app_label}.view_{opts.model_name}") else NOTHING_LEFT


def workbook_of(export: UnmaskedExport, rows: list[list]) -> bytes:
    """The workbook in the clear: whose it is and what for on its first sheet, the list on its second."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as workbook:
        first = workbook.add_worksheet("导出说明", PlainSheet)
        bold = workbook.add_format({"bold": True})
        for row, (word, text) in enumerate(about(export, len(rows))):
            first.write_string(row, 0, word, bold)
            first.write_string(row, 1, str(plain(text)))
        first.set_column(0, 0, 14)
        first.set_column(1, 1, 60)
        columns = resource_of(export.ledger).columns_for(export.requested_by)
        write_table(workbook, workbook.add_worksheet(export.get_ledger_display(), PlainSheet), list(columns), rows)
    return stream.getvalue()


def about(export: UnmaskedExport, rows: int) -> list[tuple[str, str]]:
    """(word, text): what must go with the list wherever it goes."""
    stamp = "%Y-%m-%d %H:%M"
    return [
        ("清单", export.get_ledger_display()),
        ("行数", f"{rows:,}"),
        ("筛选条件", export.narrowed or "全部"),
        ("导出人", f"{export.requested_by}（{export.requested_by.place_name}）"),
        ("申请时间", f"{timezone.localtime(export.requested_at):{stamp}}"),
        ("用途", export.purpose),
        ("接收人", export.recipient),
        ("批准人", f"{export.decided_by}（{export.decided_by.place_name}）"),
        ("批准时间", f"{timezone.localtime(export.decided_at):{stamp}}"),
        ("制作时间", f"{timezone.localtime():{stamp}}"),
        ("要求", "含完整号码，只能用于上述用途；不得转发，用完即删。"),
    ]


def new_password() -> str:
    """A password to be read once and typed: XXXX-XXXX-XXXX-XXXX."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(drawn[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def protected(workbook: bytes, password: str) -> bytes:
    """The workbook, to be opened by its password only."""
    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook)).encrypt(password, stream)
    return stream.getvalue()


def _keep(export: UnmaskedExport, content: bytes, password: str, rows: int) -> None:
    """Seal the file on disk and say that it can be had; if somebody was faster, nothing of this one is left."""
    file = Upload(ContentFile(content), "export.xlsx", Limits(max_upload_bytes=len(content)))
    file.forget()
    try:
        if not _told(export, file, password, rows):
            file.discard()
    except BaseException:
        file.discard()
        raise


@transaction.atomic
def _told(export: UnmaskedExport, file: Upload, password: str, rows: int) -> bool:
    now = timezone.now()
    current = locked(export)
    if current.state != State.APPROVED:
        return False
    current.state, current.made_at, current.made_rows = State.MADE, now, rows
    current.expires_at = now + timedelta(hours=settings.UNMASKED_EXPORT["hours"])
    current.stored_name, current.size, current.sha256 = file.stored_name, file.size, file.sha256
    current.password, current.chosen = password, b""
    current.save()
    told = f"{export.get_ledger_display()} {rows:,} 行，{file.size:,} 字节，{file.sha256[:16]}"
    record(by=None, deed="制作完整号码文件", on=export, summary=told)
    return True
