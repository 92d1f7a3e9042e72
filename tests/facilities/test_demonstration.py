"""The invented city's facilities: every target counts some by the end of September, and one county lags."""

import struct
import zlib
from datetime import date

import pytest

from facilities.models import Facility, FacilityDocument, FacilityKind, Funding, Inspection, Stage, StageEntry
from facilities.stages import FOLLOWING, MILESTONES
from lianyungang_cdpf.accounts.models import Area, Level, Zone
from lianyungang_cdpf.intake.attaching import content_of
from lianyungang_cdpf.management.demonstration.facilities import ACCEPTED, LAGGING, write_facilities
from lianyungang_cdpf.management.demonstration.photos import photograph_facilities
from lianyungang_cdpf.targets.models import Plan

AS_OF = date(2019, 9, 30)


@pytest.fixture
def invented(city_clerk):
    units = [*Area.objects.filter(level=Level.COUNTY, zone=None).values_list("code", flat=True)]
    units += Zone.objects.values_list("key", flat=True)
    shares = {unit: 300 if unit.isdecimal() else 40 for unit in units}
    write_facilities(shares, dict.fromkeys(units, city_clerk), 2019, AS_OF)
    return units


def test_every_target_has_accepted_facilities_and_none_has_all(invented, done):
    goals = dict(Plan.objects.get(year=2019).targets.values_list("kind", "goal"))
    counted = {kind: done(kind=kind) for kind in FacilityKind.objects.values_list("code", flat=True)}
    assert counted.keys() == ACCEPTED.keys()
    assert all(0 < number < goals[kind] for kind, number in counted.items()), counted


def test_one_county_lags_and_nothing_lies_in_the_future(invented):
    accepted = Facility.objects.accepted_in(2019)
    numbers = {unit: accepted.filter(area__unit_key=unit).count() for unit in invented if unit.isdecimal()}
    assert min(numbers, key=numbers.get) == LAGGING
    assert numbers[LAGGING] * 2 < sorted(numbers.values())[1]
    assert not StageEntry.objects.filter(on__gt=AS_OF).exists()
    assert not Inspection.objects.filter(inspected_on__gt=AS_OF).exists()


def test_histories_are_such_as_deeds_would_have_made(invented):
    for facility in Facility.objects.prefetch_related("history")[:400]:
        stages = [Stage(entry.stage) for entry in facility.history.all()]
        assert stages[0] == Stage.APPLIED and stages[-1] == facility.stage
        assert all(after in FOLLOWING[before] for before, after in zip(stages, stages[1:], strict=False)), stages
        firsts = {MILESTONES[one.stage]: one.on for one in facility.history.all() if one.stage in MILESTONES}
        assert {name: getattr(facility, name) for name in firsts} == firsts
    assert Funding.objects.exists() and Inspection.objects.filter(due_on__isnull=False).exists()


def test_everything_has_its_money_by_source_and_some_homes_have_photos(invented, city_clerk, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    assert not Facility.objects.filter(funding=None).exists()
    assert set(Funding.objects.values_list("source", flat=True)) >= {"province", "city", "county", "levy", "lottery"}
    assert not Funding.objects.filter(granted=0, spent__gt=0).exists()
    photograph_facilities(dict.fromkeys(invented, city_clerk), 2019, AS_OF)
    photos = FacilityDocument.objects.filter(kind="photo")
    assert set(photos.values_list("facility__area__unit_key", flat=True)) == set(invented)
    assert 20 <= photos.count() <= 60 and photos.filter(dated__gt=AS_OF).count() == 0
    content = b"".join(content_of(photos.first()))
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height, len(content)) == (480, 300, photos.first().size)
    idat = content[41 : 41 + int.from_bytes(content[33:37])]
    assert len(zlib.decompress(idat)) == height * (1 + 3 * width)
    assert len(set(photos.values_list("sha256", flat=True))) > photos.count() // 2
