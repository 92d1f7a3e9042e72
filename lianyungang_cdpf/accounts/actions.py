"""Deeds on accounts: each is atomic and writes its audit line."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.duties.actions import note_first_role
from lianyungang_cdpf.accounts.duties.invariants import in_office
from lianyungang_cdpf.accounts.duties.persons import check_one_hand
from lianyungang_cdpf.accounts.models import Area, Role, Staff, Zone
from lianyungang_cdpf.accounts.places import check_fit
from lianyungang_cdpf.accounts.recording import record


@transaction.atomic
def create_staff(
    *,
    by: Staff | None,
    username: str,
    role: Role,
    password: str,
    area: Area | None = None,
    zone: Zone | None = None,
    name: str = "",
    employee_no: str = "",
) -> Staff:
    """A new account with its role, while there is nobody yet who could propose and decide it (duties/).

    `by` is None when the command line makes it. Raises ValidationError with Chinese sentences: administrators are in
    office, username taken or malformed, role not fitting or kept apart from another of the 工号, password too weak.
    """
    if in_office():
        raise ValidationError(
            "已有安全管理员在岗：请由系统管理员在后台新增账号，角色由安全管理员提出、另一人批准（角色变更）。"
        )
    staff = Staff(username=username, name=name, area=area, zone=zone, role=role, is_staff=True)
    staff.employee_no = employee_no.strip() or None
    # Somebody else knows it.
    staff.password_given_at = timezone.now()
    if bool(area) == bool(zone):
        raise ValidationError("请在地区和功能板块中恰好选一个。")
    check_fit(role=role, area=area, zone=zone)
    check_one_hand(staff=staff, role=role)
    staff.set_password(password)
    staff.full_clean()
    validate_password(password, staff)
    staff.save()
    note_first_role(staff)
    record(by=by, deed="新增账号", on=staff, summary=account_summary(staff))
    return staff


def account_summary(staff: Staff) -> str:
    """What an audit line says of an account: 账号 hz01，县区经办，海州区."""
    state = "" if staff.is_active else "，已停用"
    return f"账号 {staff.username}，{staff.role or '无角色'}，{staff.place_name}{state}"
