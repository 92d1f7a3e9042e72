"""Deeds on roles: proposed by one, decided by another. Each is atomic and writes its audit line."""

from collections.abc import Iterable

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.duties.models import RoleChange, State
from lianyungang_cdpf.accounts.duties.persons import check_one_hand, is_of_their_own, is_same_person
from lianyungang_cdpf.accounts.factor.actions import forget_second_factor
from lianyungang_cdpf.accounts.models import Area, Role, Staff, Zone
from lianyungang_cdpf.accounts.places import check_fit
from lianyungang_cdpf.accounts.recording import record
from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.accounts.tokens import revoke_tokens

SECURITY_ADMIN, SYSTEM_ADMIN = "security_admin", "system_admin"
# Who proposes and decides changes of roles: of each there is always somebody in force.
DECIDERS = (SECURITY_ADMIN, SYSTEM_ADMIN)
LAST = "这是最后一名在用的{}：请先任命另一名，再撤销或停用这一名。"
OVER = "这项角色变更已处理，请刷新页面。"
INSTALLED = "启用时建立，当时还没有安全管理员"


@transaction.atomic
def propose_change(
    *, by: Staff, staff: Staff, role: Role | None, area: Area | None, zone: Zone | None, reason: str
) -> RoleChange:
    """Ask that an account hold this role, or none any more, at this place. Raises ValidationError."""
    lock_rows(Staff, staff.pk)
    staff = Staff.objects.select_related("role", "area", "zone").get(pk=staff.pk)
    if is_same_person(by, staff):
        raise ValidationError("不能提出自己的角色变更，请由另一名安全管理员提出。")
    change = RoleChange(
        staff=staff, from_role=staff.role, from_area=staff.area, from_zone=staff.zone, to_role=role, to_area=area,
        to_zone=zone, reason=reason.strip(), proposed_by=by,
    )  # fmt: skip
    if change.before == change.after:
        raise ValidationError(f"这个账号现在就是“{change.before}”，没有需要变更的内容。")
    _check_may_hold(change)
    change.full_clean()
    change.save()
    record(by=by, deed="提出角色变更", on=change, summary=summary_of(change))
    return change


@transaction.atomic
def approve_change(*, by: Staff, change: RoleChange, answer: str = "") -> RoleChange:
    """The account holds the new role from now on and has to sign in again; its tokens end. Raises ValidationError.

    With a role of `begins_anew` it has no way of signing in until its owner sets a password at the server.
    """
    change = _to_decide(by, change)
    staff = change.staff
    if (staff.role_id, staff.area_id, staff.zone_id) != (change.from_role_id, change.from_area_id, change.from_zone_id):
        raise ValidationError("账号的角色或所属在提出以后已变动：请驳回这一项，由安全管理员重新提出。")
    _check_may_hold(change)
    _decide(change, State.APPROVED, by, answer)
    staff.role, staff.area, staff.zone = change.to_role, change.to_area, change.to_zone
    staff.save(update_fields=["role", "area", "zone"])
    if begins_anew(change):
        _end_what_was_given(by, staff)
    end_sessions(staff)
    revoke_tokens(by=by, staff=staff)
    record(by=by, deed="批准角色变更", on=change, summary=summary_of(change))
    return change


@transaction.atomic
def refuse_change(*, by: Staff, change: RoleChange, answer: str) -> RoleChange:
    """The account keeps what it holds. Raises ValidationError."""
    change = _to_decide(by, change)
    _decide(change, State.REFUSED, by, answer)
    record(by=by, deed="驳回角色变更", on=change, summary=summary_of(change))
    return change


@transaction.atomic
def withdraw_change(*, by: Staff, change: RoleChange) -> RoleChange:
    """Whoever proposed a change takes it back. Raises ValidationError."""
    change = _open(change)
    if change.proposed_by_id != by.pk:
        raise ValidationError("只有提出人可以撤回。")
    _decide(change, State.WITHDRAWN, None, "")
    record(by=by, deed="撤回角色变更", on=change, summary=summary_of(change))
    return change


def note_first_role(staff: Staff) -> RoleChange:
    """Write down what an account got while there were no administrators yet who could decide."""
    return RoleChange.objects.create(
        staff=staff, to_role=staff.role, to_area=staff.area, to_zone=staff.zone, reason=INSTALLED,
        state=State.INSTALLED, decided_at=timezone.now(),
    )  # fmt: skip


def why_not(change: RoleChange, staff: Staff) -> str:
    """Why the staff member may not decide a change that their role could, as one sentence; "" when they may."""
    if not change.is_open:
        return OVER
    if is_same_person(staff, change.proposed_by):
        return "角色变更由您提出，请由另一人批准或驳回。"
    return "不能批准或驳回自己的角色变更，请由另一人办理。" if is_same_person(staff, change.staff) else ""


def begins_anew(change: RoleChange) -> bool:
    """Whether it gives a role whose holder signs in by nothing that another has given, and did not hold such a one."""
    return is_of_their_own(change.to_role) and not is_of_their_own(change.from_role)


def _end_what_was_given(by: Staff, staff: Staff) -> None:
    """Who keeps the accounts gave the password and the identity, or first signed in with it and set up the app.

    What somebody sets at the server for the owner is changed at the first sign-in, as every given password.
    """
    staff.set_unusable_password()
    staff.identity, staff.password_given_at = None, timezone.now()
    staff.save(update_fields=["password", "identity", "password_given_at"])
    forget_second_factor(by=by, staff=staff)


def end_sessions(staff: Staff) -> None:
    """Sign the account out everywhere. Sessions name their accounts in their content only: all in force are read."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(staff.pk):
            session.delete()


def summary_of(change: RoleChange) -> str:
    """What an audit line says of a change: 账号 hz01：无角色，海州区 → 县区经办，海州区."""
    return f"账号 {change.staff.username}：{change.before} → {change.after}"


def _open(change: RoleChange) -> RoleChange:
    """The change and its account as they stand, locked. Raises ValidationError when it is decided already."""
    lock_rows(Staff, change.staff_id)
    lock_rows(RoleChange, change.pk)
    change = RoleChange.objects.with_names().get(pk=change.pk)
    if not change.is_open:
        raise ValidationError(OVER)
    return change


def _to_decide(by: Staff, change: RoleChange) -> RoleChange:
    change = _open(change)
    if sentence := why_not(change, by):
        raise ValidationError(sentence)
    return change


def _check_may_hold(change: RoleChange) -> None:
    """Raises ValidationError where role, place and person don't fit, or nobody would be left to give roles."""
    if change.to_role:
        check_fit(role=change.to_role, area=change.to_area, zone=change.to_zone)
        check_one_hand(staff=change.staff, role=change.to_role)
    if change.from_role_id != change.to_role_id:
        check_somebody_is_left(change.staff)


def check_somebody_is_left(staff: Staff) -> None:
    """Raises ValidationError where the account is the last one in force that decides. Within a transaction.

    The roles are locked until it ends: two who go at the same time would else each count the other.
    """
    if decides(staff):
        lock_rows(Role, *Role.objects.filter(code__in=DECIDERS).values_list("pk", flat=True))
    if is_last(staff):
        raise ValidationError(LAST.format(staff.role))


def decides(staff: Staff) -> bool:
    """Whether the account's role is one that must never be without anybody."""
    return staff.role is not None and staff.role.code in DECIDERS


def is_last(staff: Staff, without: Iterable[Staff] = ()) -> bool:
    """Whether nobody else in force holds the role of one that decides; `without` are those who go as well."""
    gone = {staff.pk, *(one.pk for one in without)}
    return decides(staff) and not Staff.objects.filter(role=staff.role_id, is_active=True).exclude(pk__in=gone).exists()


def _decide(change: RoleChange, state: State, by: Staff | None, answer: str) -> None:
    change.state, change.decided_by, change.decided_at, change.answer = state, by, timezone.now(), answer.strip()
    change.full_clean()
    change.save()
