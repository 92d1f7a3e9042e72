"""Pages that compose several apps borrow the makers of the apps' own tests.

desk(staff)    that person's own browser, signed in, without a script
"""

import pytest
from django.conf import settings

from tests.facilities.conftest import make_facility
from tests.services.conftest import cancelled, make_service

__all__ = ["cancelled", "make_facility", "make_service"]


@pytest.fixture
def desk(new_context, sign_in, live_portal):
    def seated(staff):
        context = new_context(java_script_enabled=False)
        session = sign_in(staff).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_portal.url}
        context.add_cookies([cookie])
        return context.new_page()

    return seated
