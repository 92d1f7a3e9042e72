"""Deeds on a second factor. Secrets are hashed and compared before the transaction, which is one short write."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.duties.persons import keeps_own_password
from lianyungang_cdpf.accounts.factor import codes
from lianyungang_cdpf.accounts.factor.models import RecoveryCode, TotpDevice
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.recording import record
from lianyungang_cdpf.accounts.versions import lock_row

# After every fifth wrong code in a row none is looked at for a while, which doubles each time: who knows the password
# and guesses gets five of a million a day in the long run.
GUESSES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(days=1)
WRONG = "验证码不对。请等验证器显示下一个 6 位数字，再输入一次。"
WRONG_FIRST = "验证码不对。请确认扫的是本页的二维码、手机时间为自动设置，再输入最新显示的 6 位数字。"
WRONG_RECOVERY = "恢复码不对，或已经用过。请核对后再输入一次。"
NOT_OWN = "不能清除自己的第二步验证：请由另一位系统管理员办理。"
NOT_THEIRS = "{role}的第二步验证不由系统管理员清除：请在服务器上用命令 clear_second_factor 办理。"
NOTHING_BEGUN = "还没有开始设置，或已在别处完成：请从“账号安全”重新开始。"
NOT_SET_UP = "还没有设置第二步验证，不能生成恢复码。"


@dataclass(frozen=True)
class Outcome:
    """What became of a code; `sentence` says it where it was not taken."""

    right: bool = False
    sentence: str = ""


@transaction.atomic
def begin_set_up(*, by: Staff) -> TotpDevice:
    """A new key, which counts for nothing until an app has shown a code of it; one begun before is forgotten."""
    begun = {"key": codes.new_key(), "begun_at": timezone.now(), "last_step": None}
    device, _ = TotpDevice.objects.waiting().update_or_create(staff=by, confirmed_at=None, defaults=begun)
    return device


def confirm_set_up(*, by: Staff, code: str) -> list[str]:
    """Take the app that was begun into use in place of an earlier one; the new recovery codes, told only here.

    Raises ValidationError for a wrong code, or when nothing was begun.
    """
    device = TotpDevice.objects.waiting().filter(staff=by).first()
    if device is None:
        raise ValidationError(NOTHING_BEGUN)
    step = codes.matching_step(device.key, codes.plain(code), timezone.now())
    if step is None:
        raise ValidationError(WRONG_FIRST)
    told, rows = _fresh_codes(by)
    with transaction.atomic():
        lock_row(Staff, by.pk)
        replaced = TotpDevice.objects.in_use().filter(staff=by).delete()[0]
        begun = TotpDevice.objects.waiting().filter(pk=device.pk, begun_at=device.begun_at)
        if not begun.update(confirmed_at=timezone.now(), last_step=step):
            raise ValidationError(NOTHING_BEGUN)
        _replace_codes(by, rows)
        deed = "更换第二步验证" if replaced else "设置第二步验证"
        record(by=by, deed=deed, on=by, summary=f"账号 {by.username}，生成恢复码 {len(told)} 个")
    return told


def renew_recovery_codes(*, by: Staff) -> list[str]:
    """Ten new codes in place of all earlier ones, told only here. Raises ValidationError without a second factor."""
    told, rows = _fresh_codes(by)
    with transaction.atomic():
        lock_row(Staff, by.pk)
        if not TotpDevice.objects.in_use().filter(staff=by).exists():
            raise ValidationError(NOT_SET_UP)
        _replace_codes(by, rows)
        record(by=by, deed="更换恢复码", on=by, summary=f"账号 {by.username}，{len(told)} 个，原有的作废")
    return told


def check_code(*, by: Staff, code: str) -> Outcome:
    """Whether the app of this account shows the code just now. A code counts once; wrong ones are counted."""

    def take(device: TotpDevice) -> bool:
        if not device.is_sealed:
            return False
        step = codes.matching_step(device.key, codes.plain(code), timezone.now(), after=device.last_step)
        device.last_step = device.last_step if step is None else step
        return step is not None

    return _guess(by, take, WRONG)


def use_recovery_code(*, by: Staff, code: str) -> Outcome:
    """Whether this is one of the account's unused recovery codes, which is used up with it."""
    unused = RecoveryCode.objects.unused().filter(staff=by)
    fitting = next((one.pk for one in unused if check_password(codes.plain(code), one.digest)), None)

    def take(device: TotpDevice) -> bool:
        if not unused.filter(pk=fitting).update(used_at=timezone.now()):
            return False
        record(by=by, deed="使用恢复码", on=by, summary=f"账号 {by.username}，还剩 {unused.all().count()} 个")
        return True

    return _guess(by, take, WRONG_RECOVERY)


@transaction.atomic
def clear_second_factor(*, by: Staff | None, staff: Staff) -> bool:
    """Forget app and recovery codes of somebody who lost the phone; whether there was anything to forget.

    `by` is None on the command line. Raises ValidationError for one's own: who sits at an open session of an
    administrator must not get around the second factor; and for those of the two administrators beside.
    """
    if by == staff:
        raise ValidationError(NOT_OWN)
    if by is not None and keeps_own_password(staff):
        raise ValidationError(NOT_THEIRS.format(role=staff.role))
    return forget_second_factor(by=by, staff=staff)


@transaction.atomic
def forget_second_factor(*, by: Staff | None, staff: Staff) -> bool:
    """The same for whoever has asked already whether `by` may."""
    lock_row(Staff, staff.pk)
    cleared = TotpDevice.objects.filter(staff=staff).delete()[0]
    RecoveryCode.objects.filter(staff=staff).delete()
    if cleared:
        record(by=by, deed="清除第二步验证", on=staff, summary=f"账号 {staff.username}，须重新设置")
    return bool(cleared)


def _fresh_codes(staff: Staff) -> tuple[list[str], list[RecoveryCode]]:
    """New codes as they are told, and the rows that keep their digests."""
    told = codes.new_recovery_codes()
    return told, [RecoveryCode(staff=staff, digest=make_password(codes.plain(code))) for code in told]


def _replace_codes(staff: Staff, rows: list[RecoveryCode]) -> None:
    RecoveryCode.objects.filter(staff=staff).delete()
    RecoveryCode.objects.bulk_create(rows)


@transaction.atomic
def _guess(by: Staff, take: Callable[[TotpDevice], bool], wrong: str) -> Outcome:
    """Let `take` look at a code, one guess after the other. A wrong one is a write too, so nothing is raised."""
    lock_row(Staff, by.pk)
    device = TotpDevice.objects.in_use().filter(staff=by).first()
    if device is None:
        return Outcome(sentence=NOTHING_BEGUN)
    if device.closed_now:
        return Outcome(sentence=_closed(device.closed_until))
    if take(device):
        device.wrong_codes, device.closed_until = 0, None
        device.save(update_fields=["wrong_codes", "closed_until", "last_step"])
        return Outcome(right=True)
    return _count_wrong(by, device, wrong)


def _count_wrong(by: Staff, device: TotpDevice, wrong: str) -> Outcome:
    device.wrong_codes += 1
    rounds, over = divmod(device.wrong_codes, GUESSES)
    if not over:
        device.closed_until = timezone.now() + min(FIRST_WAIT * 2 ** min(rounds - 1, 10), LONGEST_WAIT)
        wrong = _closed(device.closed_until)
    device.save(update_fields=["wrong_codes", "closed_until"])
    summary = f"账号 {by.username}，连续第 {device.wrong_codes} 次"
    record(by=by, deed="第二步验证码错误", on=by, summary=summary, result="failed")
    return Outcome(sentence=wrong)


def _closed(until: datetime) -> str:
    moment = timezone.localtime(until)
    return f"输错次数太多，请在 {moment:%m-%d %H:%M} 之后重新登录再试。"
