"""Who is one person: accounts of the same 工号, of which no two may hold roles that are kept apart."""

from django.core.exceptions import ValidationError

from lianyungang_cdpf.accounts.models import Role, Staff


def accounts_of(staff: Staff) -> set[int]:
    """The keys of all accounts of the staff member's person, their own included; asks only where there is a 工号."""
    if not staff.employee_no:
        return {staff.pk}
    return {staff.pk, *Staff.objects.filter(employee_no=staff.employee_no).values_list("pk", flat=True)}


def is_same_person(one: Staff, other: Staff | None) -> bool:
    """Whether two accounts are one's and the same person's."""
    return other is not None and (one.pk == other.pk or bool(one.employee_no) and one.employee_no == other.employee_no)


def check_one_hand(*, staff: Staff, role: Role | None) -> None:
    """Raises ValidationError where another account of the person holds a role that is kept apart from this one."""
    if not (role and role.apart and staff.employee_no and staff.is_active):
        return
    others = Staff.objects.filter(employee_no=staff.employee_no, is_active=True, role__apart=role.apart)
    other = others.exclude(pk=staff.pk).exclude(role=role).select_related("role").first()
    if other is not None:
        raise ValidationError(
            f"工号 {staff.employee_no} 的另一个账号“{other.username}”是“{other.role}”，同一人不能兼任“{role}”："
            "请先撤销或停用其中一个。"
        )


OF_THEIR_OWN = ("security_admin", "audit_admin")


def keeps_own_password(staff: Staff) -> bool:
    """Whether nobody but the owner, or who stands at the server, touches what the account is signed in by.

    That is its password, its second factor, its username and its identity at the identity service: who keeps the
    accounts could otherwise sign in as whoever gives the roles, or reads the log.
    """
    return is_of_their_own(staff.role)


def is_of_their_own(role: Role | None) -> bool:
    """Whether it is a role whose holder keeps the own password (see above)."""
    return role is not None and role.code in OF_THEIR_OWN
