"""Facilities of the tests.

make_facility(name, kind="disabled_persons_home", area=, accepted_on=, **fields)   one with a history to match its days
history(facility)     [(stage, day)] of what stands of it
"""

from datetime import date

import pytest

from tests.fixtures_city import HAIZHOU_TOWN


@pytest.fixture
def make_facility(city):
    from facilities.models import Facility, FacilityKind, StageEntry
    from facilities.stages import MILESTONES
    from lianyungang_cdpf.accounts.models import Area
    from lianyungang_cdpf.intake.tables import name_key

    def make(name="示例之家", kind="disabled_persons_home", area=HAIZHOU_TOWN, stage=None, **fields):
        days = {name: fields.get(name) for name in MILESTONES.values()}
        stage = stage or next((one for one, day in reversed(MILESTONES.items()) if days[day]), "applied")
        facility = Facility.objects.create(
            kind=FacilityKind.objects.get(code=kind), name=name, name_key=name_key(name), stage=stage,
            area=Area.objects.get(code=area), **fields,
        )  # fmt: skip
        for reached, day in MILESTONES.items():
            if days[day]:
                StageEntry.objects.create(facility=facility, stage=reached, on=days[day], document_title="批复")
        return facility

    return make


@pytest.fixture
def accepted(make_facility):
    """accepted(day=2019-05-20, **fields): a facility that was approved on 2018-03-01 and accepted on the day."""

    def make(day=date(2019, 5, 20), **fields):
        return make_facility(approved_on=date(2018, 3, 1), accepted_on=day, **fields)

    return make


@pytest.fixture
def history():
    def told(facility):
        return list(facility.history.standing().values_list("stage", "on"))

    return told


@pytest.fixture
def done():
    """done(place="3207/", kind=, year=2019): what the board counts there by the end of the year."""

    def count(place="320700/", kind="disabled_persons_home", year=2019):
        from lianyungang_cdpf.targets.models import Target
        from lianyungang_cdpf.targets.tallies import figures, refresh

        target = Target.objects.get(plan__year=year, kind=kind)
        refresh([target])
        return figures([target], [place]).get((target.pk, place), [0])[-1]

    return count
