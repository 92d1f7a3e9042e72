"""What of a name and of a village may stand in a notice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.notices.masking import is_child, shown_name, shown_village

DAY = date(2019, 4, 1)
ADULT, CHILD = date(1980, 1, 1), date(2010, 1, 1)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="*", exclude_categories=["Z", "C"]), min_size=1)


@pytest.mark.parametrize(
    ("name", "born", "names", "shown"),
    [
        ("张建国", ADULT, "masked", "张*国"),
        ("李梅", ADULT, "masked", "李*"),
        ("欧阳慧敏", ADULT, "masked", "欧**敏"),
        ("张建国", ADULT, "full", "张建国"),
        ("张建国", CHILD, "full", "张**"),
        ("张建国", CHILD, "masked", "张**"),
        ("李梅", CHILD, "full", "李*"),
        ("王", ADULT, "masked", "*"),
        ("王", CHILD, "full", "*"),
    ],
)
def test_a_name_is_written_as_age_and_policy_say(name, born, names, shown):
    assert shown_name(name, born, DAY, names) == shown


def test_who_turns_eighteen_on_the_first_day_is_an_adult_and_the_day_after_still_a_child():
    assert not is_child(date(2001, 4, 1), DAY)
    assert is_child(date(2001, 4, 2), DAY)
    assert is_child(None, DAY)


@given(NAMES, st.sampled_from(["masked", "full"]))
def test_of_a_child_no_policy_shows_more_than_the_first_letter(name, names):
    shown = shown_name(name, CHILD, DAY, names)
    assert shown != name and len(shown.replace("*", "")) <= 1


@given(NAMES)
def test_of_an_adult_the_masking_policy_shows_two_letters_at_most(name):
    shown = shown_name(name, ADULT, DAY, "masked")
    assert shown != name and len(shown.replace("*", "")) <= 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("新东村", "新东村"),
        ("新东村3组12号 19000001234", "新东村"),
        ("幸福社区居委会", "幸福社区居委会"),
        ("幸福社区", "幸福社区"),
        ("朝阳路12号", ""),
        ("320701198001010012", ""),
        ("张建国村", ""),
        ("", ""),
    ],
)
def test_a_village_is_shown_without_what_follows_it(text, shown):
    assert shown_village(text, "张建国") == shown
