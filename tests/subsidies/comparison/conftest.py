"""A case to begin with.

make_case(person, kind="dead", **fields)   an open case about a month of 困难残疾人生活补贴, found on 2019-03-20
"""

from datetime import date

import pytest


@pytest.fixture
def make_case(city):
    from subsidies.models import ComparisonCase, Programme

    def make(person, kind="dead", **fields):
        month = date(2019, 3, 1)
        values = {
            "programme": Programme.objects.get(code="hardship_subsidy"), "area": person.area, "since": date(2019, 2, 1),
            "first_month": month, "last_month": month, "months": 1, "wrong_amount": "370.00", "finding": "已死亡",
            "facts": "0" * 64, "found_on": date(2019, 3, 20), "seen_on": date(2019, 3, 20), "due_on": date(2019, 4, 19),
        } | fields  # fmt: skip
        return ComparisonCase.objects.create(person=person, kind=kind, **values)

    return make
