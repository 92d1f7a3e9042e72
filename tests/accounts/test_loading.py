"""The tree, the zones and the roles as the fixtures have them."""

import csv
import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianyungang_cdpf.accounts import loading
from lianyungang_cdpf.accounts.models import Area, Level, Role, Zone

# Town and village counts per county-level unit of the statistics bureau (facts.md, section 0).
COUNTS = {
    "320703": (13, 72), "320706": (19, 199), "320707": (18, 466), "320722": (21, 373), "320723": (17, 338),
    "320724": (11, 238), "320771": (4, 36), "320772": (5, 25),
}  # fmt: skip
MANAGED = {
    "lyg_etdz": {"320771001", "320771002", "320771003", "320771450"},
    "lyg_htz": {"320772001", "320772002", "320772003", "320772400", "320772401"},
    "xuwei": {"320703007", "320703401"},
    "yuntaishan": {"320703009", "320703010", "320706009"},
}


@pytest.mark.parametrize("code", COUNTS)
def test_county_has_its_towns_and_villages_below_its_path(city, code):
    below = Area.objects.filter(path__startswith=f"320700/{code}/")
    assert (below.filter(level="town").count(), below.filter(level="village").count()) == COUNTS[code]


def test_path_is_the_parents_path_and_the_own_code(city):
    areas = list(Area.objects.select_related("parent"))
    assert len(areas) == 1864
    assert all(area.path == f"{area.parent.path if area.parent else ''}{area.code}/" for area in areas)


@pytest.mark.parametrize("key", MANAGED)
def test_zone_has_its_towns_and_their_villages(city, key):
    zone = Zone.objects.get(key=key)
    assert set(zone.areas.filter(level=Level.TOWN).values_list("code", flat=True)) == MANAGED[key]
    villages = Area.objects.filter(level=Level.VILLAGE, parent__code__in=MANAGED[key])
    assert villages.count() and set(villages.values_list("zone__key", "unit_key")) == {(key, key)}


def test_the_board_has_ten_rows_and_every_town_counts_in_one(city):
    units = set(Area.objects.filter(level=Level.TOWN).values_list("unit_key", flat=True))
    assert units == {"320703", "320706", "320707", "320722", "320723", "320724", *MANAGED}
    assert Area.objects.get(code="320771").unit_key == "lyg_etdz"
    assert Area.objects.get(code="320700").unit_key == ""
    assert Area.objects.get(code="320703007").unit_key == "xuwei"


def test_statutory_county_is_kept_and_may_be_missing(city):
    county_of = dict(Area.objects.values_list("code", "statutory_county__code"))
    assert county_of["320771001"] == "320703"
    assert county_of["320706"] == "320706"
    assert [county_of["320771450"], county_of["320771"], county_of["320700"]] == [None, None, None]


def test_loading_again_repairs_and_adds_nothing(city):
    Area.objects.filter(code="320706006").update(name="改错了", unit_key="", zone=Zone.objects.first())
    before = set(Area.objects.values_list("code", "id"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert loading.load_areas() == 1864
    assert set(Area.objects.values_list("code", "id")) == before
    assert Area.objects.filter(code="320706006", unit_key="320706", zone=None).count() == 1
    assert len(queries) < 60


def test_the_files_are_those_of_the_statistics_bureau():
    with loading.fixture("areas.csv").open(encoding="utf-8", newline="") as stream:
        levels = [row["level"] for row in csv.DictReader(stream)]
    assert [levels.count(level) for level in Level.values] == [1, 8, 108, 1747]


def test_loading_roles_takes_away_what_a_role_should_not_have(city):
    leader, clerk = Role.objects.get(code="leader"), Role.objects.get(code="district_clerk")
    leader.permissions.set(clerk.permissions.all())
    assert loading.load_roles() == 11
    assert not leader.permissions.filter(codename="import_roll").exists()
    assert leader.permissions.filter(codename="view_person").exists()


def test_a_permission_that_no_model_has_is_named(city, monkeypatch, tmp_path):
    plan = json.loads(loading.fixture("roles.json").read_text(encoding="utf-8"))
    plan["deeds"]["see_board"]["permissions"].append("targets.fly")
    monkeypatch.setattr(loading, "role_plan", lambda: plan)
    with pytest.raises(ImproperlyConfigured, match="targets.fly"):
        loading.load_roles()
    assert Role.objects.count() == 11
