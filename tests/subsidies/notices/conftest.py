"""A roll that has been handed in, and its notice.

submitted        a submitted roll of two adults of Haizhou: 张建国 and 李梅
publish(roll, by=, **fields)    its notice, from today for seven days unless the fields say otherwise
"""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate


@pytest.fixture
def submitted(make_roll, make_person, walk):
    return walk(make_roll(make_person("张建国"), make_person("李梅")), to="submitted")


@pytest.fixture
def told():
    """What the form of publishing says."""
    return {
        "title": "海州区公示", "issuer": "海州区残疾人联合会", "starts_on": localdate(),
        "ends_on": localdate() + timedelta(days=6), "phone": "0518-00000000",
    }  # fmt: skip


@pytest.fixture
def publish(haizhou_clerk, told):
    from subsidies.notices.actions import publish_notice

    def published(roll, by=haizhou_clerk, **fields):
        return publish_notice(roll=roll, by=by, **{**told, **fields})

    return published
