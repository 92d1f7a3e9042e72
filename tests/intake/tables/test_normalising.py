"""Normalising twice is normalising once, and never raises: on any text, and on texts that are nearly right."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from beneficiaries.identity import certificate_base
from beneficiaries.register import phone_in
from lianyungang_cdpf.intake.tables import (
    BankAccount,
    CertificateNumber,
    Choice,
    Date,
    HouseholdStatus,
    IdNumber,
    Money,
    Month,
    PersonName,
    Text,
    Whole,
    Year,
    certificate_core,
    month_from,
    name_key,
    name_shown,
    normalise_id,
)
from lianyungang_cdpf.intake.tables.cleaners import shown
from lianyungang_cdpf.intake.tables.headings import heading_key, without_brackets
from lianyungang_cdpf.intake.tables.months import with_digits
from lianyungang_cdpf.intake.tables.rows import amount_inside, label_kind
from lianyungang_cdpf.intake.tables.text import bare, compact, fold, simplify, tidy
from lianyungang_cdpf.intake.tables.titles import TitleFacts, months_in
from tests.intake.tables.rolls_for_tests import SubsidyRoll

NORMALISERS = [
    bare, certificate_base, certificate_core, compact, fold, heading_key, name_key, name_shown, normalise_id, phone_in,
    shown, simplify, tidy, with_digits, without_brackets,
]  # fmt: skip
# Fields whose cleaned value is what a later cleaning is given, problems included.
CLEANERS = {
    "account": BankAccount(), "certificate": CertificateNumber(), "choice": Choice(女=("F",), 男=("M",)),
    "date": Date(), "id": IdNumber(), "id_of_certificate": CertificateNumber(as_id=True), "money": Money(),
    "month": Month(), "month_of_roll": Month(month="2022-03"), "name": PersonName(), "status": HouseholdStatus(),
    "text": Text(), "whole": Whole(), "whole_from_one": Whole(minimum=1), "year": Year("2022-03"),
} | {f"roll_{name}": column.cleaner for name, column in SubsidyRoll.columns.items()}  # fmt: skip

# Digits of other scripts are no digits here, however alike they look.
STRANGE = "٠١٢٣۴۵०१２３４𝟎𝟏①②⑴Ⅱⅳ½²₃〇零一十百壹"
BRACKETS = "()（）【】[]{}〈〉"
AROUND = (
    " \t\n\u00a0\u3000\u200b\u200d\u2060\ufeff\u200e\u202e\u0301'’`\"=*＊★_:：,，.．。、;；-－−—~/／年月日号元¥￥币幣"
    + BRACKETS
)
LETTERS = "XxＸⅩBb１ＡａéßİıŉǅſﬀΣςΐ㎏ｶ韓帳帐賬戶户薴身分"
VALID = """
    320701198001010010 32070119800101002X 32070119800101001021 32070119800101001021B1 6299990000000000004
    13800000000 +86-13800000000 1,234.50 ￥80.00 80元 2022年3月 二〇二二年十二月 2022-03-01 202203 44621 Mar-22
    3.20701E+17 1.姓名 残疾人身份证号码（18位） 补贴金额(元) 阿依古丽·买买提 Li·Ming 低保家庭 最低生活保障
    肢体二级 多重(视力、肢体)一级 合计：102人，24,870.00元 3个月 =“1” ="123" '123
"""
valid = st.sampled_from(VALID.split())
pieces = st.one_of(
    valid, st.text(STRANGE + AROUND + LETTERS, max_size=4), st.text("0123456789", max_size=19),
    st.text(max_size=4), st.sampled_from([*AROUND]),
)  # fmt: skip


@st.composite
def nearly_right(draw) -> str:
    """A good value with something odd in one or two places."""
    text = draw(valid)
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.integers(0, len(text)))
        odd = draw(st.one_of(st.sampled_from([*AROUND]), st.sampled_from([*STRANGE]), st.sampled_from([*LETTERS])))
        text = text[:place] + odd + text[place + draw(st.integers(0, 1)) :]
    return text


texts = st.one_of(st.text(max_size=30), st.lists(pieces, max_size=5).map("".join), nearly_right(), nearly_right())


@pytest.mark.parametrize("normalise", NORMALISERS, ids=lambda one: one.__name__)
@given(text=texts)
@example(text="３_、1.姓名")
@example(text="320701198001010010B1B2")
def test_normalising_twice_is_normalising_once(normalise, text):
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize("name", CLEANERS)
@given(text=texts)
@example(text="－80")
def test_a_cleaned_text_cleans_to_itself_with_its_problem(name, text):
    cleaner = CLEANERS[name]
    value, code = cleaner.clean(text)
    if value is not None:
        assert cleaner.clean(value) == (value, code)


@given(texts)
def test_texts_that_are_nearly_right_are_judged_without_an_error(text):
    facts = TitleFacts()
    facts.add("title", "第 1 行", text)
    assert month_from(facts) is None or len(month_from(facts)) == 7
    assert all(month[0] == "-" or month[:2] in ("19", "20") for month in months_in(compact(text)))
    assert label_kind(text) is None or label_kind(text).value in ("total", "part")
    amount = amount_inside(text)
    assert amount is None or amount >= 0


@given(texts)
def test_no_digit_of_another_script_becomes_a_digit(text):
    """Full-width digits are folded, as Excel's users type them; circled, Arabic and mathematical ones are not."""
    for name in ("id", "account", "money", "whole"):
        value, code = CLEANERS[name].clean(text)
        if value is not None and code is None:
            assert all(one.isascii() or "０" <= one <= "９" for one in text if one.isdigit())
