from hypothesis import given
from hypothesis import strategies as st

from lianyungang_cdpf.intake.tables import name_key, name_shown
from lianyungang_cdpf.intake.tables.text import bare, compact, fold, simplify

NOISE = " \t\n\u3000\xa0\u200b\ufeff"
texts = st.text(
    st.one_of(st.characters(), st.sampled_from("张三艾力·•．.·０１Ａｂ韓邊賬戶'=\"\u200b\u3000 \u202e①Ⅹ")), max_size=30
)


@given(texts)
def test_cleaning_a_text_twice_is_cleaning_it_once(text):
    for clean in (fold, compact, bare, simplify, name_key, name_shown):
        assert clean(clean(text)) == clean(text)


@given(texts)
def test_the_name_as_shown_has_the_key_of_the_name_as_written(text):
    assert name_key(name_shown(text)) == name_key(text)


@given(st.text("张三丰李雨", min_size=1, max_size=4), st.lists(st.sampled_from(NOISE), min_size=4, max_size=4))
def test_blanks_and_zero_width_characters_do_not_change_a_name(name, noise):
    noisy = "".join(mark + character for mark, character in zip(noise, name, strict=False)) + noise[-1]
    assert name_key(noisy) == name_key(name)
    assert name_shown(noisy) == name


def test_dots_script_and_capitals_do_not_change_a_name():
    for written in (
        "艾力•玉素甫",
        "艾力・玉素甫",
        "艾力‧玉素甫",
        "艾力∙玉素甫",
        "艾力⋅玉素甫",
        "艾力．玉素甫",
        "艾力.玉素甫",
    ):
        assert name_key(written) == "艾力·玉素甫"
    assert name_key("劉雲龍") == name_key("刘云龙")
    assert name_key("鍾麗薴") == name_key("钟丽苎")
    assert name_key("Ｔｏｍ wang") == name_key("Tom Wang") == "TOMWANG"
    assert name_shown(" Tom  Wang ") == "Tom Wang"


def test_bidi_controls_make_two_names_differ():
    for control in "\u200e\u200f\u202a\u202e\u2066\u2069":
        assert name_key(f"张{control}伟") != name_key("张伟")


def test_circled_and_mathematical_digits_stay_what_they_are():
    assert bare("③②⓪𝟑𝟐Ⅹ") == "③②⓪𝟑𝟐Ⅹ"
    assert bare(' ="６２９９"\u200b') == bare("'6299") == bare("‘6299 ") == "6299"
