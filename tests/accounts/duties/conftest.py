"""Two administrators in office, who together give roles."""

import pytest

from lianyungang_cdpf.accounts.duties.actions import propose_change
from lianyungang_cdpf.accounts.models import Role

REASON = "岗位调整，连残发〔2019〕12号"


@pytest.fixture
def system_admin(haizhou_clerk, donghai_clerk, make_staff):
    return make_staff("system", area="320700", role="system_admin", name="系统管理员")


@pytest.fixture
def security_admin(system_admin, make_staff):
    """The last account that gets its role at once."""
    return make_staff("security", area="320700", role="security_admin", name="安全管理员")


@pytest.fixture
def propose(security_admin):
    """propose(staff, role="district_reviewer", by=security_admin): an open change; the place stays."""

    def make(staff, role="district_reviewer", by=security_admin, **place):
        to = Role.objects.get(code=role) if role else None
        place = place or {"area": staff.area, "zone": staff.zone}
        return propose_change(by=by, staff=staff, role=to, reason=REASON, **{"area": None, "zone": None, **place})

    return make
