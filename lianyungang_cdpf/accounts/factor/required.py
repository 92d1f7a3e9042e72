"""Who needs a second factor: data of fixtures/roles.json, "second_factor": true on a deed or on a role."""

from django.conf import settings

from lianyungang_cdpf.accounts.factor.models import TotpDevice
from lianyungang_cdpf.accounts.loading import role_plan
from lianyungang_cdpf.accounts.models import Staff


def has_factor(staff: Staff) -> bool:
    """Whether a second factor is set up."""
    return TotpDevice.objects.in_use().filter(staff=staff).exists()


def must_have_factor(staff: Staff) -> bool:
    """Whether nobody signs in as this account by a password alone: approvers, administrators, exporters."""
    return settings.SECOND_FACTOR == "required" and (staff.is_superuser or bool(reasons_of(staff)))


def reasons_of(staff: Staff) -> list[str]:
    """The names of the deeds, or of the role, for which this account needs a second factor.

    Asked of the permissions that are held, not of the role's line in the file: roles may be changed.
    """
    plan, held = role_plan(), staff.get_all_permissions()
    roles = [role["name"] for role in plan["roles"] if role.get("second_factor") and _is(staff, role["code"])]
    deeds = [deed for deed in plan["deeds"].values() if deed.get("second_factor")]
    return roles + [deed["name"] for deed in deeds if held.issuperset(deed["permissions"])]


def _is(staff: Staff, code: str) -> bool:
    return staff.role is not None and staff.role.code == code
