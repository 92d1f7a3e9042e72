"""What must never be false of accounts and their roles; check_invariants and `check --deploy` tell it."""

from collections.abc import Iterator
from itertools import chain

from django.db.models import F, OuterRef, Q, Subquery

from lianyungang_cdpf.accounts.duties.actions import DECIDERS, SECURITY_ADMIN
from lianyungang_cdpf.accounts.duties.models import RoleChange
from lianyungang_cdpf.accounts.models import Staff

HELD = ("role", "area", "zone")


def breaches() -> Iterator[str]:
    """A sentence for each."""
    return chain(above_all_roles(), _uncovered(), _two_hands(), _decided_alone())


def above_all_roles() -> Iterator[str]:
    """Accounts that can do what no role gives them."""
    for username in Staff.objects.filter(is_superuser=True).values_list("username", flat=True):
        yield f"账号 {username} 是超级管理员：请改为按角色授权，并取消超级管理员标志。"
    direct = Staff.objects.filter(Q(user_permissions__isnull=False) | Q(groups__isnull=False)).distinct()
    for username in direct.values_list("username", flat=True):
        yield f"账号 {username} 有角色以外的单项权限或用户组：请全部取消，改为按角色授权。"


def in_office() -> bool:
    """Whether there are two people who can propose and decide changes of roles (as triggers.IN_OFFICE)."""
    codes = list(Staff.objects.filter(is_active=True, role__code__in=DECIDERS).values_list("role__code", flat=True))
    return SECURITY_ADMIN in codes and len(codes) > 1


def _uncovered() -> Iterator[str]:
    """Roles and places that no decision of two people gave."""
    if not in_office():
        return
    latest = RoleChange.objects.in_force().filter(staff=OuterRef("pk")).order_by("-pk")
    given = {f"given_{name}": Subquery(latest.values(f"to_{name}")[:1]) for name in HELD}
    covered = Q()
    for name in HELD:
        covered &= Q(**{f"{name}_id": F(f"given_{name}")}) | Q(
            **{f"{name}__isnull": True, f"given_{name}__isnull": True}
        )
    accounts = Staff.objects.filter(role__isnull=False).annotate(**given)
    within = accounts.filter(covered).values("pk")
    for username in accounts.exclude(pk__in=within).values_list("username", flat=True):
        yield f"账号 {username} 现在的角色或所属没有经两人办理的角色变更。"


def _two_hands() -> Iterator[str]:
    """One person with two roles that are kept apart."""
    numbered = Staff.objects.filter(is_active=True, employee_no__gt="", role__apart__gt="")
    held: dict[tuple[str, str], set[str]] = {}
    for number, apart, role in numbered.values_list("employee_no", "role__apart", "role__name"):
        held.setdefault((number, apart), set()).add(role)
    for (number, _), roles in held.items():
        if len(roles) > 1:
            yield f"工号 {number} 的账号兼任了不能兼任的角色：{'、'.join(sorted(roles))}。"


def _decided_alone() -> Iterator[str]:
    """Changes whose two people, or whose decider and subject, are one person with two accounts."""
    numbered = RoleChange.objects.filter(decided_by__employee_no__gt="")
    own = Q(decided_by__employee_no=F("proposed_by__employee_no")) | Q(decided_by__employee_no=F("staff__employee_no"))
    for pk in numbered.filter(own).values_list("pk", flat=True):
        yield f"角色变更 {pk} 由同一工号的人提出或取得并批准。"
