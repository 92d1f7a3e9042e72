"""Rolls as offices write them give exactly their known truth, through the command."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

ROLLS = Path(__file__).parents[1] / "data" / "corpus" / "rolls"
# The roll of 36,000 rows has a register of its own: test_large_roll.py.
TRUTHS = [path for path in sorted(ROLLS.glob("*.truth.json")) if not path.name.startswith("31")]
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("corpus")]


def intake(corpus, truth: dict, *options: str) -> dict:
    out = StringIO()
    call_command(
        "intake", truth["programme"], str(ROLLS / truth["file"]),
        "--as", corpus.staff(truth["upload_district"]).username, "--json", *options, stdout=out,
    )  # fmt: skip
    return json.loads(out.getvalue())


def findings(rows: list[dict]) -> list[tuple]:
    return [(row["sheet"], row["row"], row["codes"], row["primary"]) for row in rows]


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.name[:2])
def test_a_roll_gives_exactly_its_truth(corpus, path):
    truth = json.loads(path.read_text(encoding="utf-8"))

    said = intake(corpus, truth, "--month", truth["month"])

    assert findings(said["errors"]) == findings(truth["errors"])
    assert said["warnings"] == truth["warnings"]
    assert said["file_warnings"] == truth["file_warnings"]
    assert said["sheets"] == truth["sheets"]
    counts = ("data_rows", "valid_rows", "bad_rows", "total_valid_amount", "month")
    assert {name: said[name] for name in counts} == {name: truth[name] for name in counts}
    assert not said["needs_confirmation"]
    assert said["applied_rows"] == 0


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.name[:2])
def test_a_roll_whose_month_nobody_declared_is_read_alike_or_refused(corpus, path):
    truth = json.loads(path.read_text(encoding="utf-8"))

    said = intake_or_refusal(corpus, truth)

    if "rejected" in said:
        assert "月份" in said["rejected"]
    else:
        assert (said["month"], said["valid_rows"]) == (truth["month"], truth["valid_rows"])


def intake_or_refusal(corpus, truth: dict) -> dict:
    out = StringIO()
    arguments = [
        truth["programme"],
        str(ROLLS / truth["file"]),
        "--as",
        corpus.staff(truth["upload_district"]).username,
    ]
    try:
        call_command("intake", *arguments, "--json", stdout=out)
    except SystemExit as stop:
        assert stop.code == 2
    return json.loads(out.getvalue())


def test_every_bad_row_has_a_sentence_that_says_where_and_what_to_do(corpus):
    path = next(path for path in TRUTHS if path.name.startswith("28"))
    truth = json.loads(path.read_text(encoding="utf-8"))

    errors = intake(corpus, truth, "--month", truth["month"])["errors"]

    assert all(error["messages"] for error in errors)
    assert all("：" in message or "。" in message for error in errors for message in error["messages"])
    assert not any(len(run) >= 15 for error in errors for message in error["messages"] for run in digits(message))


def digits(text: str) -> list[str]:
    return "".join(character if character.isdigit() else " " for character in text).split()


def test_all_rolls_one_after_the_other_leave_every_invariant_standing(corpus):
    total = 0
    for path in TRUTHS:
        truth = json.loads(path.read_text(encoding="utf-8"))
        said = intake(corpus, truth, "--month", truth["month"], "--apply")
        assert said["applied_rows"] == truth["valid_rows"], path.name
        total += truth["valid_rows"]
    from subsidies.models import Payment

    assert Payment.objects.live().filter(roll__state="posted").count() == total
    assert not breaches()


def breaches() -> list[str]:
    """What check_invariants would say, but for files that other tests of this process left when they rolled back."""
    from lianyungang_cdpf.intake import invariants as uploads
    from lianyungang_cdpf.targets import recount
    from subsidies import invariants as rolls

    found = [*rolls.breaches(), *recount.breaches(), *uploads.breaches()]
    return [sentence for sentence in found if not sentence.endswith("不属于任何导入批次。")]
