"""The deeds on bank files: a file is made, withdrawn, answered by the bank's return.

Applying a return never marks the roll as paid, and may come before or after that: the paying step stays finance's own,
with the bank's last day of payment proposed (subsidies/bank/money.py bank_day).
"""

from contextlib import suppress
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.timezone import localdate

from beneficiaries.admin import WHOLE_ACCOUNT
from beneficiaries.identity import account_digests
from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import encrypt_all, row_seals
from lianyungang_cdpf.intake.bulk import insert_rows, update_rows
from lianyungang_cdpf.intake.reading import ROLL_LIMITS, Refused
from lianyungang_cdpf.intake.uploads import UnreadableUpload, Upload, readable, stored_path
from subsidies.approval.actions import locked, reason_of, refuse
from subsidies.bank.facts import Facts, Line, lines_of
from subsidies.bank.matching import Found, match
from subsidies.bank.models import BankFile, BankLayout, BankLine, BankReturn
from subsidies.bank.reading import read_return
from subsidies.bank.writing import MEDIA_TYPES, written
from subsidies.counting import years_counted
from subsidies.models import Payment, Roll
from subsidies.posting import stamp_years

PERMISSION = "subsidies.make_bank_file"
STATES = (Roll.State.APPROVED, Roll.State.PAID, Roll.State.ARCHIVED)
Outcome = BankLine.Outcome
LINE_COLUMNS = (
    "file_id", "payment_id", "number", "amount", "account_no", "account_digest", "holder", "outcome", "reason",
    "seal",
)  # fmt: skip


def why_no_file(roll: Roll, staff) -> str:
    """Why the staff member may make no file of the roll, as one sentence; "" when they may."""
    if not (staff.has_perm(PERMISSION) and staff.has_perm(WHOLE_ACCOUNT)):
        return "只有能查看完整银行账号的财务人员可以生成报盘文件、导入回盘。"
    if roll.state not in STATES:
        return f"批次 {roll.reference} 现在是“{roll.standing}”，审批通过后才能生成报盘文件。"
    if not roll.round:
        return f"批次 {roll.reference} 是补录的花名册，入账前已经发放，不能再生成报盘文件。"
    return ""


def to_be_sent(roll: Roll):
    """Payments that were in no file yet and did not come back: what a first file holds, as far as they have accounts.

    Those without an account are sent by the page of re-issues, once one has been typed.
    """
    return _unsent(roll).filter(returned_on__isnull=True).exclude(account_digest="")


def to_be_reissued(roll: Roll):
    """Payments that the bank returned, or that never had an account, and that are in no file under way."""
    return _unsent(roll).filter(Q(returned_on__isnull=False) | Q(account_digest=""))


def _unsent(roll: Roll):
    under_way = BankLine.objects.filter(payment=OuterRef("pk"), outcome__in=[Outcome.WAITING, Outcome.PAID])
    return Payment.objects.live().filter(~Exists(under_way), roll=roll)


@transaction.atomic
def make_bank_file(*, roll: Roll, layout: BankLayout, by, corrected: dict[int, tuple[str, str]] | None = None):
    """Make a file of what has not been sent, or with `corrected` of these payments again; returns the BankFile.

    `corrected` gives account and holder by the key of a payment that came back. The frozen payment stays; the line
    keeps what was sent. Raises ValidationError.
    """
    current = locked(roll, by)
    refuse(why_no_file(current, by))
    if not (layout.is_for_payment and layout.active):
        raise ValidationError(f"“{layout}”不是启用的银行报盘格式，请另选格式。", code="layout")
    payments = to_be_sent(current) if corrected is None else to_be_reissued(current).filter(pk__any_of=list(corrected))
    lines = list(lines_of(payments, layout.fields, corrected))
    if corrected is not None and len(lines) != len(corrected):
        raise ValidationError("所填的款项中有的已重新报盘或已付：请刷新页面后重新填写。", code="moved")
    if not lines:
        raise ValidationError("没有可以报盘的款项：都已报盘，或没有银行账号。", code="empty")
    number = (current.bank_files.aggregate(last=Max("number"))["last"] or 0) + 1
    facts = Facts(current, layout.fields, number)
    content = written(layout, map(facts.row, lines))
    total = sum(line.amount for line in lines)
    file = BankFile(
        roll=current, layout=layout, number=number, added_by=by, line_count=len(lines), total=total,
        media_type=MEDIA_TYPES[layout.form],
    )  # fmt: skip
    _keep(file, content)
    try:
        file.save()
        insert_rows(BankLine, LINE_COLUMNS, _rows(file, lines), matched=False)
        kind = "重发" if corrected is not None else "报盘"
        told = f"{kind}第 {number} 个文件，{layout}，{len(lines):,} 笔，合计 {total:,.2f} 元，{file.sha256[:16]}"
        record(by=by, deed="生成报盘文件", on=current, summary=f"{current.reference}：{told}")
    except BaseException:
        stored_path(file.stored_name).unlink(missing_ok=True)
        raise
    return file


def _keep(file: BankFile, content: bytes) -> None:
    """Seal the bytes as uploads are; the record knows them by their digest."""
    upload = Upload(ContentFile(content), file.file_name, ROLL_LIMITS)
    upload.forget()
    if upload.too_large:
        upload.discard()
        raise ValidationError("报盘文件超过 20 MB，请改用文本格式，或与系统管理员联系。", code="large")
    file.stored_name, file.size, file.sha256 = upload.stored_name, upload.size, upload.sha256


def _rows(file: BankFile, lines: list[Line]):
    accounts = [line.account_no for line in lines]
    secrets = encrypt_all(accounts, f"{BankLine._meta.db_table}.account_no")
    seals = row_seals(BankLine._meta.db_table, ((f"{file.pk}\x1f{one.payment.pk}", one.account_no) for one in lines))
    for line, secret, digest, seal in zip(lines, secrets, account_digests(accounts), seals, strict=True):
        yield (
            file.pk, line.payment.pk, line.number, line.amount, secret, digest, line.holder[:60], Outcome.WAITING.value,
            "", seal or None,
        )  # fmt: skip


@transaction.atomic
def withdraw_bank_file(*, file: BankFile, by, reason: str) -> BankFile:
    """作废: take back a file of which the bank has answered no line; its payments can be sent again."""
    current = _locked_whatever_its_step(file.roll_id, by)
    refuse(why_no_file(current, by))
    file = BankFile.objects.select_for_update(of=("self",)).select_related("roll", "layout").get(pk=file.pk)
    if file.removed_at or file.lines.exclude(outcome=Outcome.WAITING).exists():
        raise ValidationError("这个报盘文件已作废，或银行已有回盘，不能作废。", code="state")
    file.removed_why = reason_of(reason, "作废")[:100]
    file.lines.update(outcome=Outcome.WITHDRAWN, outcome_on=localdate(), reason=file.removed_why)
    stored_name, file.stored_name = file.stored_name, ""
    file.removed_at, file.removed_by = timezone.now(), by
    file.save()
    record(by=by, deed="作废报盘文件", on=current, summary=f"{file}：{file.line_count:,} 笔，{file.money} 元")
    transaction.on_commit(lambda: stored_path(stored_name).unlink(missing_ok=True))
    return file


def receive_return(*, file: BankFile, by, upload, day: date) -> BankReturn:
    """Keep a return that was uploaded (anything with `name` and `chunks()`), once it can be read; applies nothing.

    The same bytes again are the return that is there. Raises ValidationError with the sentence of the reader.
    """
    refuse(why_no_file(file.roll, by))
    if file.removed_at:
        raise ValidationError("这个报盘文件已作废，不能导入回盘。", code="state")
    kept = Upload(upload, upload.name, ROLL_LIMITS)
    try:
        kept.check(ROLL_LIMITS)
        with readable(kept.stored_name) as path:
            read_return(path, kept.name, file.layout)
        with transaction.atomic():
            # Of a double click the second upload waits here, and then finds the first.
            BankFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
            if earlier := file.returns.filter(sha256=kept.sha256).first():
                kept.discard()
                return earlier
            arrived = BankReturn.objects.create(
                file=file, name=kept.name, day=day, stored_name=kept.stored_name, size=kept.size, sha256=kept.sha256,
                media_type="bank/return", added_by=by,
            )  # fmt: skip
            record(by=by, deed="上传银行回盘", on=file.roll, summary=f"{file}：{kept.sha256[:16]}")
    except Refused as refused:
        kept.discard()
        raise ValidationError(refused.sentence, code="file") from refused
    except BaseException:
        kept.discard()
        raise
    finally:
        with suppress(ValueError):
            kept.forget()
    return arrived


def found_in(arrived: BankReturn) -> Found:
    """What the return says of its file's lines. Raises ValidationError when it can no longer be read."""
    return match(arrived.file, *_read_again(arrived), arrived.day)


def _read_again(arrived: BankReturn):
    try:
        with readable(arrived.stored_name) as path:
            return read_return(path, arrived.name, arrived.file.layout)
    except (Refused, UnreadableUpload) as refused:
        raise ValidationError(refused.sentence, code="file") from refused


def apply_return(*, arrived: BankReturn, by) -> BankReturn:
    """Enter what the bank says: the lines' outcomes, and which payments came back. Rows that fit no line do nothing.

    The file is read before the transaction begins. A payment that the bank now pays is no longer returned; its
    earlier lines keep the history. Raises ValidationError for a return that was applied.
    """
    answers, unread = _read_again(arrived)
    with transaction.atomic():
        roll = _locked_whatever_its_step(arrived.file.roll_id, by)
        refuse(why_no_file(roll, by))
        arrived = BankReturn.objects.select_related("file__layout", "file__roll").get(pk=arrived.pk)
        if arrived.applied_at or arrived.file.removed_at:
            raise ValidationError("这份回盘已经记入，或报盘文件已作废，不能再记入。", code="state")
        found = match(arrived.file, answers, unread, arrived.day)
        _enter(roll, found)
        arrived.applied_at, arrived.applied_by = timezone.now(), by
        arrived.paid_count, arrived.returned_count = len(found.paid), len(found.returned)
        arrived.save()
        told = (
            f"已付 {len(found.paid):,} 笔 {found.paid_total:,.2f} 元，"
            f"退回 {len(found.returned):,} 笔 {found.returned_total:,.2f} 元"
        )
        record(by=by, deed="记入银行回盘", on=roll, summary=f"{arrived.file}：{told}")
    return arrived


def _locked_whatever_its_step(pk: int, by) -> Roll:
    """The roll, locked. What the bank did does not depend on whether the roll has been marked as paid meanwhile."""
    lock_rows(Roll, pk)
    return locked(Roll.objects.get(pk=pk), by)


def _enter(roll: Roll, found: Found) -> None:
    """Write the outcomes; five statements, whatever the number of lines."""
    if not found.changes:
        return
    outcomes = [(one.line.pk, Outcome.PAID.value, one.day, "") for one in found.paid]
    outcomes += [(one.line.pk, Outcome.RETURNED.value, one.day, one.answer.reason) for one in found.returned]
    update_rows(BankLine, "id", ("outcome", "outcome_on", "reason"), outcomes)
    paid = Payment.objects.filter(roll=roll, pk__any_of=[one.line.payment for one in found.paid])
    paid.filter(returned_on__isnull=False).update(returned_on=None, return_reason="")
    came_back = [(one.line.payment, one.day, one.answer.reason) for one in found.returned]
    update_rows(Payment, "id", ("returned_on", "return_reason"), came_back)
    stamp_years(roll.programme, years_counted(roll))
