"""The board's pages in a browser: sound at both widths, in the dark and on paper; usable without a mouse."""

from datetime import date

import pytest

from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Allocation, Demonstration, Target

BOARD = "/admin/board/"
PATHS = ["", "?order=behind", "hardship_subsidy/", "hardship_subsidy/320706/", "hardship_subsidy/320706006/",
         "hardship_subsidy/320706/people/", "health_check/", "?as_of=x"]  # fmt: skip


@pytest.fixture
def busy_city(city_clerk, make_person, pay):
    """Goals in every unit and figures in some, so that every kind of mark and bar is on the page."""
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    Target.objects.filter(key="hardship_subsidy").update(goal=5)
    for key in ("hardship_subsidy", "nursing_subsidy"):
        target = Target.objects.get(key=key)
        for unit in scopes.units():
            place = {"zone": unit.zone} if unit.zone else {"area": unit.area}
            Allocation.objects.create(target=target, goal=2, **place)
    for number, area in enumerate(["320706006", "320706006", "320722101", "320703007"]):
        pay(make_person(area=area), number + 1)
    return city_clerk


@pytest.mark.parametrize("path", PATHS)
def test_every_page_of_the_board_is_sound(path, busy_city, see, sound):
    see(busy_city)
    sound(BOARD + path)


@pytest.mark.parametrize("path", ["", "hardship_subsidy/"])
def test_the_board_is_accessible_in_the_dark(path, busy_city, see, axe):
    page = see(busy_city)
    page.emulate_media(color_scheme="dark")
    page.goto(BOARD + path)
    axe(page)


def test_a_districts_board_is_sound(busy_city, haizhou_clerk, see, sound):
    see(haizhou_clerk)
    sound(BOARD)


def test_the_order_changes_with_and_without_the_script(busy_city, see):
    page = see(busy_city)
    page.goto(BOARD)
    first = "document.querySelector('.goals tbody tr').id"
    assert page.evaluate(first) == "t1"
    page.get_by_role("link", name="滞后优先").press("Enter")
    assert page.evaluate(first) == "t2"
    page.goto(f"{BOARD}?order=behind")
    assert page.evaluate(first) == "t2"
    page.get_by_role("link", name="按工作分组").press("Enter")
    page.wait_for_url("**order=group**")
    assert page.evaluate(first) == "t1"


def test_the_table_of_targets_fits_the_first_sheet_of_paper(busy_city, see):
    page = see(busy_city)
    page.goto(BOARD)
    # A4 less its margins at 96 dots an inch.
    page.set_viewport_size({"width": 718, "height": 1040})
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('.goals').getBoundingClientRect().bottom") <= 1040
    assert page.evaluate("getComputedStyle(document.querySelector('.when')).display") == "none"
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
