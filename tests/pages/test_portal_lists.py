"""How the ledgers' tables are laid out."""

from types import SimpleNamespace

import pytest
from django.utils.safestring import mark_safe

from lianyungang_cdpf.pages.templatetags import portal_lists
from subsidies.models import Standard


@pytest.mark.parametrize(("alt", "word"), [("True", "是"), ("False", "否"), ("None", "未知")])
def test_djangos_icons_become_words(alt, word):
    icon = {"True": "yes", "False": "no", "None": "unknown"}[alt]
    html = portal_lists.yes_no(mark_safe(f'<td><img src="/static/admin/img/icon-{icon}.svg" alt="{alt}"></td>'))
    assert word in html and "<img" not in html


def test_text_that_looks_like_an_icon_stays_escaped():
    typed = '<img src="/icon-yes.svg" alt="True">'
    assert portal_lists.yes_no(typed) is typed


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["320.00", "1,526,430.00"], True),
        (["97.96%", "—"], True),
        (["320701********0026"], False),
        (["320706006"], False),
        (["2019-09"], False),
        (["—", ""], False),
        (["12", "不详"], False),
    ],
)
def test_a_column_is_of_numbers_when_every_cell_is_one(cells, expected):
    cl = SimpleNamespace(formset=None, list_editable=(), opts=Standard._meta)
    assert portal_lists.is_of_numbers(cl, "some_method", cells) is expected


def test_a_choice_stored_as_a_number_is_a_word():
    cl = SimpleNamespace(formset=None, list_editable=(), opts=Standard._meta)
    assert not portal_lists.is_of_numbers(cl, "grade", ["一级"])
    assert portal_lists.is_of_numbers(cl, "amount", ["5219"])


@pytest.mark.parametrize(
    ("shown", "grouped"), [("36000", "36,000"), ("1526430.05", "1,526,430.05"), ("980", "980"), ("1,200", "1,200")]
)
def test_numbers_but_years_get_their_thousands_separated(shown, grouped):
    cell = mark_safe(f'<td class="field-goal">{shown}</td>')
    assert portal_lists.dressed(cell, "num") == f'<td class="num field-goal">{grouped}</td>'
    assert portal_lists.dressed(cell, "num", is_year=True) == f'<td class="num field-goal">{shown}</td>'


def test_only_long_texts_break_into_lines():
    cl = SimpleNamespace(formset=None, list_editable=(), opts=Standard._meta)
    assert portal_lists.look_of(cl, "note", ['<td class="x">东海县 石榴街道 石榴树社区</td>']) == ""
    assert portal_lists.look_of(cl, "note", [f'<td class="x">{"看" * 23}</td>']) == "words"
    assert portal_lists.look_of(cl, "note", ['<td class="x"><a href="/very/long/address/of/a/link/">短</a></td>']) == ""


def test_a_filter_keeps_only_its_own_part_of_the_address():
    spec = SimpleNamespace(expected_parameters=lambda: ["level__exact", "level__isnull"])
    assert portal_lists.own_query(spec, "?level__exact=%E5%8E%BF&q=x&o=1&p=3") == "level__exact=%E5%8E%BF"


def test_new_rows_of_an_inline_table_are_numbered_and_the_template_row_is_not():
    row = SimpleNamespace(form=SimpleNamespace(prefix="certificates-1"))
    assert portal_lists.where_in_table(row) == "（第 2 行）"
    row.form.prefix = "certificates-__prefix__"
    assert portal_lists.where_in_table(row) == ""
