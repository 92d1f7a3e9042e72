"""Every roll of the corpus gives exactly its truth, as far as a file can be judged without the register."""

import json
from decimal import Decimal
from functools import cache

import pytest

from lianyungang_cdpf.intake.reading import REGISTER_LIMITS, ROLL_LIMITS, read_sheets
from lianyungang_cdpf.intake.tables import contradictions, month_from, read_table

from .rolls_for_tests import PaymentHistoryRoll, RegisterRoll, SubsidyRoll
from .tables_for_tests import CORPUS

ROLLS = json.loads((CORPUS / "rolls_index.json").read_text(encoding="utf-8"))
STANDARDS = json.loads((CORPUS / "standards.json").read_text(encoding="utf-8"))
JUDGED_HERE = {
    "MISSING_REQUIRED",
    "ID_FORMAT",
    "ID_CHECKSUM",
    "ID_PRECISION_LOST",
    "AMOUNT_FORMAT",
    "AMOUNT_NEGATIVE",
    "BANK_LUHN",
    "BANK_PRECISION_LOST",
    "MONTH_INVALID",
    "MONTH_MISMATCH",
}
SHORT_NAMES = {"hardship_subsidy": "生活补贴", "nursing_subsidy": "护理补贴"}


@cache
def read_roll(file: str):
    with read_sheets(CORPUS / "rolls" / file, file, ROLL_LIMITS) as sheets:
        table = read_table(sheets, SubsidyRoll, filename=file)
        return table, list(table)


@pytest.mark.parametrize("roll", ROLLS, ids=[roll["file"][:2] for roll in ROLLS])
def test_roll_gives_its_truth(roll):
    truth = json.loads((CORPUS / "rolls" / f"{roll['file']}.truth.json").read_text(encoding="utf-8"))
    table, rows = read_roll(roll["file"])

    assert len(rows) == truth["data_rows"]
    assert table.sheets == truth["sheets"]
    assert table.file_warnings == truth["file_warnings"]
    declared = truth["declared_total"]
    assert table.declared_total == (Decimal(declared) if declared else None)
    found = {(row.sheet, row.row): {code for code, _, _ in row.problems} for row in rows if row.problems}
    expected = {(bad["sheet"], bad["row"]): set(bad["codes"]) & JUDGED_HERE for bad in truth["errors"]}
    assert found == {place: codes for place, codes in expected.items() if codes}


@pytest.mark.parametrize("roll", ROLLS, ids=[roll["file"][:2] for roll in ROLLS])
def test_roll_says_its_own_month_programme_and_county(roll):
    table, _ = read_roll(roll["file"])
    counties = {code: name for code, name in STANDARDS["district_codes"].items() if code != "320700"}
    names = {code: programme["name"] for code, programme in STANDARDS["programmes"].items()}
    other = next(code for code in names if code != roll["programme"])

    assert month_from(table.title_facts) == roll["month"]
    assert not contradictions(
        table.title_facts,
        month=roll["month"],
        programme_words=[names[roll["programme"]], SHORT_NAMES[roll["programme"]]],
        own_county=counties.get(roll["upload_district"]),
        counties=counties.values(),
        other_programmes={names[other]: [SHORT_NAMES[other]]},
    )


def test_register_of_the_corpus_has_3000_people_without_a_problem():
    with read_sheets(CORPUS / "register.csv", "register.csv", REGISTER_LIMITS) as sheets:
        rows = list(read_table(sheets, RegisterRoll))
    assert len(rows) == 3000
    assert not [row for row in rows if row.problems]
    assert {row.values["category"] for row in rows} == set(range(1, 8))
    assert {row.values["sex"] for row in rows} == {"男", "女"}


def test_payment_history_of_the_corpus_keeps_each_rows_own_month():
    with read_sheets(CORPUS / "paid_history.csv", "paid_history.csv", REGISTER_LIMITS) as sheets:
        rows = list(read_table(sheets, PaymentHistoryRoll))
    assert not [row for row in rows if row.problems]
    assert {row.values["month"] for row in rows} >= {"2018-12", "2021-03"}
    assert rows[0].values["amount"] == Decimal("370.00")
