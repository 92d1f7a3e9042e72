"""Periods as people write them, and what the titles of a file say of them."""

from datetime import date

import pytest

from lianyungang_cdpf.intake.periods import MONTH, PERIODS, SCHOOL_YEAR, YEAR
from lianyungang_cdpf.intake.tables import TitleFacts
from lianyungang_cdpf.intake.tables.titles import Line


def facts(**lines) -> TitleFacts:
    found = TitleFacts()
    for source, text in lines.items():
        found.add(source, source, text)
    return found


@pytest.mark.parametrize(
    ("period", "text", "day"),
    [
        (MONTH, "2019-03", date(2019, 3, 1)),
        (MONTH, "2019年13月", None),
        (MONTH, "2019", None),
        (YEAR, "2019", date(2019, 1, 1)),
        (YEAR, "2019年度", date(2019, 1, 1)),
        (YEAR, "二〇一九年", date(2019, 1, 1)),
        (YEAR, "2019-03", date(2019, 1, 1)),
        (YEAR, "19", None),
        (SCHOOL_YEAR, "2019-2020", date(2019, 9, 1)),
        (SCHOOL_YEAR, "2019—2020學年度", date(2019, 9, 1)),
        (SCHOOL_YEAR, "2019/20", date(2019, 9, 1)),
        (SCHOOL_YEAR, "2019学年", date(2019, 9, 1)),
        (SCHOOL_YEAR, "2019年9月", date(2019, 9, 1)),
        (SCHOOL_YEAR, "2019-08", date(2018, 9, 1)),
        (SCHOOL_YEAR, "2019-2021", None),
        (SCHOOL_YEAR, "2019", None),
    ],
)
def test_a_period_is_read_as_its_first_month(period, text, day):
    assert period.read(text) == day


def test_a_period_is_shown_as_the_office_writes_it():
    assert [period.shown(date(2019, 9, 1)) for period in (MONTH, YEAR, SCHOOL_YEAR)] == [
        "2019-09", "2019年度", "2019-2020学年"
    ]  # fmt: skip
    assert (MONTH.in_words(date(2019, 9, 1)), YEAR.in_words(date(2019, 1, 1))) == ("2019年9月", "2019年度")
    assert PERIODS["policy"].shown(date(2019, 5, 1)) == "2019-05"


@pytest.mark.parametrize(
    ("period", "lines", "day"),
    [
        (YEAR, {"title": "赣榆区2019年度代缴名单"}, date(2019, 1, 1)),
        (YEAR, {"title": "代缴名单", "filename": "2019年代缴.xlsx"}, date(2019, 1, 1)),
        (YEAR, {"title": "2018—2019年度名单"}, None),
        (YEAR, {"title": "根据连残发〔2018〕3号文件"}, None),
        (YEAR, {"title": "填报日期：2020年1月5日"}, None),
        (SCHOOL_YEAR, {"title": "2019-2020学年教育补贴"}, date(2019, 9, 1)),
        (SCHOOL_YEAR, {"title": "2018—2019學年"}, date(2018, 9, 1)),
        (SCHOOL_YEAR, {"title": "教育补贴", "sheet": "2019学年"}, date(2019, 9, 1)),
        (SCHOOL_YEAR, {"title": "2019年教育补贴"}, None),
        (SCHOOL_YEAR, {"title": "2018-2020学年"}, None),
        (MONTH, {"title": "2019年3月名册"}, date(2019, 3, 1)),
    ],
)
def test_a_files_titles_name_its_period(period, lines, day):
    assert period.named_by(facts(**lines)) == day


def test_a_line_contradicts_only_when_it_names_another_period():
    wanted = date(2019, 9, 1)
    verdicts = [SCHOOL_YEAR.contradicts(Line("title", "标题", text), wanted)
                for text in ("教育补贴名册", "2019-2020学年", "2018-2019学年")]  # fmt: skip
    assert verdicts[:2] == [None, ""] and "2019-2020学年" in verdicts[2]
