"""The benchmarks work, leave nothing out, and their document is what they wrote. No test measures time."""

import contextlib
import io
import json
from dataclasses import asdict
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from lianyungang_cdpf.management.benchmarks import document, floor, intake, peers
from lianyungang_cdpf.management.benchmarks.bars import bars_of
from tests.fixtures_corpus import DATA

COURSE = intake.course(DATA, small=True)
FILES = asdict(COURSE)
FIELDS = ("row", "person_id", "programme_id", "month", "amount", "area_id", "account_digest", "account_holder", "live")


@pytest.fixture
def traced(corpus, db, tmp_path):
    """The small roll posted, what that wrote, its payments and valid rows; and the database as it was before."""
    from lianyungang_cdpf.accounts.models import Area, Role, Staff
    from subsidies.models import Payment

    city, role = Area.objects.get(code="320700"), Role.objects.get(code="city_operator")
    Staff.objects.create(username=intake.CLERK, area=city, role=role, is_staff=True)
    with transaction.atomic():
        before = floor.snapshot()
        job = intake.posted(intake.preview_of(COURSE))
        trace = floor.trace_since(before)
        peers.write_valid_rows(job, tmp_path / peers.VALID_ROWS)
        payments = list(Payment.objects.filter(roll__job=job).order_by("row").values_list(*FIELDS))
        transaction.set_rollback(True)
    return trace, payments, tmp_path


def test_the_floor_writes_every_row_that_the_portal_wrote(traced):
    trace, _, _ = traced
    figures = floor.measure(Path(COURSE.roll), trace)
    assert figures["seconds"] == pytest.approx(figures["reading_seconds"] + figures["writing_seconds"], abs=0.002)
    written = figures["tables"]
    assert written["subsidies_payment"] == written["intake_importrow"] == 120
    others = {"intake_importjob", "intake_keptrows", "subsidies_roll", "audit_auditline", "metrics_changestamp"}
    assert others <= written.keys()


def test_the_floor_writes_the_very_same_rows(traced):
    trace, payments, _ = traced
    from lianyungang_cdpf.intake.models import KeptRows
    from subsidies.models import Payment

    with transaction.atomic():
        floor.write(trace.written)
        again = list(Payment.objects.filter(roll__job__file_name=Path(COURSE.roll).name).order_by("row"))
        assert [tuple(getattr(one, name) for name in FIELDS) for one in again] == payments
        assert all(one.account_no for one in again)
        assert all(json.loads(run.payload) for run in KeptRows.objects.filter(job__kind=COURSE.kind))
        transaction.set_rollback(True)


@pytest.mark.parametrize("table", ["audit_auditline", "subsidies_payment"])
def test_a_floor_that_forgets_a_table_fails(traced, table):
    trace, _, _ = traced
    del trace.written[table]
    with pytest.raises(floor.TableForgotten, match=table):
        floor.measure(Path(COURSE.roll), trace)


@pytest.mark.parametrize("name", peers.NAMES)
def test_a_peer_writes_the_payments_that_the_portal_posts(traced, name):
    from subsidies.models import Payment

    _, payments, folder = traced
    with transaction.atomic():
        figures = peers.measure(FILES, str(folder), name)
        rows = list(Payment.objects.filter(roll__reference="peer").order_by("row").values_list(*FIELDS))
        account = Payment.objects.filter(roll__reference="peer").first().account_no
        transaction.set_rollback(True)
    assert figures["payments"] == 120
    assert rows == payments
    assert account.isdecimal()


def bench(*words, says: str = "") -> dict:
    """The figures of a small run; with `says`, of one that ends with these words."""
    out = io.StringIO()
    with pytest.raises(CommandError, match=says) if says else contextlib.nullcontext():
        call_command("bench", *words, "--json", "--small", "--repeats=1", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def test_the_roll_is_measured_from_end_to_end_and_a_missed_bar_is_said_with_check():
    """120 rows do not outweigh what every import costs, so that the floor is always far."""
    section = bench("intake", "--database=sqlite", "--skip-peers", "--check", says="未达标")
    (result,) = section["results"]
    assert result["captured"]["rows"] == {"valid": 120, "bad": 0, "posted": 120}
    assert result["portal"]["seconds"] > result["floor"]["seconds"] > 0
    assert 20 < result["portal"]["portal_peak_mb"] < 400 and 5 < result["portal"]["reader_peak_mb"] < 400
    assert [(one["name"], one["held"]) for one in section["bars"]] == [
        ("portal ÷ floor", False),
        ("portal and reader at their peaks", True),
    ]


def test_the_register_is_measured_from_end_to_end():
    (result,) = bench("register", "--database=sqlite")["results"]
    assert [result[size]["rows"] for size in ("300", "3000")] == [
        {"valid": size, "bad": 0, "posted": size} for size in (300, 3000)
    ]


def test_every_list_is_opened_with_few_records_and_with_many():
    section = bench("lists", "--database=sqlite")
    (result,) = section["results"]
    assert len(result["50"]) == len(result["500"]) == 17
    for one in result["500"].values():
        assert one["opened"]["ms"] > one["floor_ms"] > 0
        assert one["opened"]["statements"] > 5 and one["searched"]["statements"] > 5
    assert next(bar for bar in section["bars"] if bar["name"].startswith("statements"))["held"]
    assert "| `deviceissue` |" in document.document({"lists": [result]})


def test_payments_are_compared_with_a_list_and_with_the_register():
    section = bench("comparison", "--database=sqlite")
    (result,) = section["results"]
    opened, refreshed = (result["360"][name] for name in ("list", "month"))
    assert (opened["opened"], refreshed["opened"], refreshed["refreshed"]) == (10, 0, 10)
    assert opened["statements"] > 5 and refreshed["statements"] > 5
    assert result["360"]["differences"]["found"] == 20
    assert len(section["bars"]) == 6
    assert "| with last month |" in document.document({"comparison": [result]})


def test_a_year_is_rehearsed_and_what_it_finds_is_told_by_month():
    section = bench("rehearsal", "--database=sqlite")
    (result,) = section["results"]
    assert [one["problems"] for one in result["months"]] == [[], [], []]
    assert result["months"][1]["found"]["cases"] > 0
    assert section["bars"][0]["figure"] == 0
    assert "| 2019-03 |" in document.document({"rehearsal": [result]})


def test_the_board_is_opened_before_and_after_a_posting():
    section = bench("board", "--database=sqlite")
    (result,) = section["results"]
    one, ten = result["1"], result["10"]
    assert ten["payments"] > 5 * one["payments"] > 0 and ten["posted"] == one["posted"] > 50
    assert ten["naive"]["cells"]["number"] == 2 * 11 * 8
    assert ten["unchanged"]["statements"] == one["unchanged"]["statements"] > 3
    assert len(section["bars"]) == 5
    assert "| the page after a posting, ms |" in document.document({"board": [result]})


PORTAL = {"seconds": 2.0, "cpu_seconds": 1.5, "preview_seconds": 1.2, "posting_seconds": 0.8, "runs": [2.0, 1.9, 2.3],
          "portal_peak_mb": 300, "reader_peak_mb": 50}  # fmt: skip
RESULT = {
    "database": {"vendor": "sqlite", "version": "3", "people": 9},
    "captured": {
        "rows": {"valid": 1, "bad": 0, "posted": 1},
        "total": "1.00",
        "statements": {"preview": 1, "posting": 2},
    },
    "portal": PORTAL,
    "floor": {"seconds": 0.5, "runs": [0.5], "reading_seconds": 0.2, "writing_seconds": 0.3, "tables": {"a": 1}},
    "default": {"seconds": 60.0, "cpu_seconds": 50.0, "dry_run_seconds": 30.0, "import_seconds": 30.0, "peak_mb": 300},
    "tuned": {"seconds": 9.98, "cpu_seconds": 9.0, "dry_run_seconds": 5.0, "import_seconds": 4.98, "peak_mb": 200},
}
MACHINE = {"cpu": "x", "cores": 2, "memory_gb": 8.0, "load_before": 0.1, "python": "3.11", "libraries": {"django": "5"},
           "commit": "abc"}  # fmt: skip


def test_bars_are_ratios_within_one_run():
    bars = {bar.name: (bar.shown, bar.wanted, bar.is_held) for bar in bars_of("intake", [RESULT])}
    assert bars == {
        "django-import-export default ÷ portal": ("30", "≥ 30", True),
        "django-import-export tuned ÷ portal": ("4.99", "≥ 5", False),
        "portal ÷ floor": ("4", "≤ 4", True),
        "portal and reader at their peaks": ("350 MB", "≤ 400 MB", True),
    }
    register = {"database": {"vendor": "sqlite"}, "30000": {"seconds": 10.0}, "300000": {"seconds": 110.2}}
    (bar,) = bars_of("register", [register])
    assert (bar.shown, bar.wanted, bar.is_held) == ("11.02", "≤ 11", False)
    assert bars_of("hostile", [{}]) == []


def test_a_section_replaces_its_last_one_and_leaves_the_others(tmp_path):
    path = tmp_path / "benchmarks.md"
    first, second, other = ({**RESULT, "machine": {**MACHINE, "commit": name}} for name in ("one", "two", "three"))
    other["database"] = {"vendor": "postgresql", "version": "15"}
    one = {**PORTAL, "rows": {"valid": 1, "bad": 0, "posted": 1}}
    register = {"machine": MACHINE, "database": RESULT["database"], "30000": one, "300000": one}
    for name, figures in (("intake", first), ("register", register), ("intake", other), ("intake", second)):
        document.write(path, name, [figures])
    text = path.read_text(encoding="utf-8")
    assert document.sections_of(text) == {"intake": [second, other], "register": [register]}
    assert "`two`" in text and "`three`" in text and "`one`" not in text
    assert "| sqlite | django-import-export default ÷ portal | 30 | ≥ 30 | held |" in text


def test_the_document_is_what_its_figures_make():
    text = (settings.BASE_DIR / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    sections = document.sections_of(text)
    assert set(sections) <= set(document.TITLES)
    assert document.document(sections) == text


@pytest.mark.parametrize("words", [["intake", "--small"], ["register", "--small"], ["hostile"]])
def test_trials_are_not_written_down(words):
    with pytest.raises(CommandError, match="完整数据"):
        call_command("bench", *words, "--write", stderr=io.StringIO())
