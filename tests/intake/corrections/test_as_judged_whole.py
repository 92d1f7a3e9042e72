"""Whatever is corrected, left out and put back, in whatever order: the import says what judging all of it would say."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianyungang_cdpf.intake.actions import ImportConflict
from lianyungang_cdpf.intake.correcting import correct_row, leave_row_out, put_row_back
from lianyungang_cdpf.intake.engine import plan_file
from lianyungang_cdpf.intake.kinds import Context, kind_named
from tests.fixtures_imports import csv_of
from tests.intake.corrections.conftest import HEADER, version_of
from tests.intake.corrections.oracle import assert_as_judged_whole

AMOUNTS = ("370", "371", "370.00元", "三百", "-5", "")
ACCOUNTS = ("6299999630040357070", "6299999630040357071", "6.2E+18", "")
FEW = settings(max_examples=6, suppress_health_check=list(HealthCheck))
COLUMN = {"name": 0, "id_number": 1, "amount": 2, "account_no": 3}


@pytest.fixture
def world(standards, make_person):
    """Texts to draw from: people in order, one elsewhere, one unknown, numbers with slips."""
    people = [make_person(name, category=4, grade=1, hardship="低保") for name in ("甲一", "乙二")]
    people.append(make_person("丁四", area="320722101", category=4, grade=1, hardship="低保"))
    numbers = [person.id_number for person in people] + ["320701198001019990", people[0].id_number[:17], ""]
    return {
        "name": st.sampled_from([person.name for person in people] + [""]),
        "id_number": st.sampled_from(numbers),
        "amount": st.sampled_from(AMOUNTS),
        "account_no": st.sampled_from(ACCOUNTS),
    }


def lines(world):
    return st.lists(st.tuples(*(world[name] for name in COLUMN)), min_size=2, max_size=5)


def steps(world):
    """(which row, what is done to it)."""
    texts = st.fixed_dictionaries({}, optional=world)
    return st.lists(st.tuples(st.integers(0, 4), st.one_of(texts, st.sampled_from(["leave", "back"]))), max_size=6)


def take(job, by, row, step) -> bool:
    """One decision; False when the portal says that the row needs none."""
    place = {"job": job, "sheet": "", "row": row, "version": version_of(job, row), "by": by}
    try:
        if isinstance(step, dict):
            correct_row(texts=step, **place)
        else:
            (leave_row_out if step == "leave" else put_row_back)(**place)
    except ImportConflict:
        return False
    return True


def rows_drawn(data, world):
    # A row that is blank throughout, or a name alone, is no data row.
    return [row for row in data.draw(lines(world)) if row[1] or (row[0] and row[2] == "370" and row[3])]


def test_a_roll_says_what_judging_all_of_it_would_say(world, send, run_import, haizhou_clerk):
    @FEW
    @given(st.data())
    def holds(data):
        rows = rows_drawn(data, world)
        job = run_import(send(haizhou_clerk, "hardship_subsidy", [HEADER, *rows]))
        if job.state != "ready":
            return
        for place, step in data.draw(steps(world)):
            if take(job, haizhou_clerk, place + 2, step):
                assert_as_judged_whole(job)

    holds()


def test_a_corrected_roll_says_what_a_file_with_the_corrections_would_say(
    world, send, run_import, haizhou_clerk, tmp_path
):
    """The decisions against the reader itself: the same texts, typed into the file."""
    kind = kind_named("hardship_subsidy")

    @FEW
    @given(st.data())
    def holds(data):
        rows = [list(row) for row in rows_drawn(data, world)]
        job = run_import(send(haizhou_clerk, "hardship_subsidy", [HEADER, *rows]))
        if job.state != "ready":
            return
        typed = [list(row) for row in rows]
        for place, step in data.draw(steps(world)):
            # Without its number a row may be none to the reader; the grid keeps it.
            fits = isinstance(step, dict) and place < len(rows) and step.get("id_number", "1")
            if fits and take(job, haizhou_clerk, place + 2, step):
                for name, text in step.items():
                    typed[place][COLUMN[name]] = text
        path = tmp_path / "typed.csv"
        path.write_bytes(csv_of([HEADER, *typed]))
        context = Context(staff=haizhou_clerk, month=date(2019, 3, 1))
        plan = plan_file(kind, path, "typed.csv", context)
        found = {
            row: [code for code in codes.split(",") if code and code != "W_CORRECTED"]
            for row, codes in job.rows.values_list("row", "codes")
        }
        assert found == {one.row: one.shown_codes for one in plan.kept}
        assert job.summary["total_valid_amount"] == f"{plan.total:.2f}"

    holds()


REGISTER = ["姓名", "身份证号", "县区", "乡镇", "残疾证号", "类别等级"]


def test_a_register_says_what_judging_all_of_it_would_say(world, send, run_import, city_clerk):
    """A kind that keeps no rows: its file is read again."""
    world = {
        "name": world["name"],
        "id_number": world["id_number"],
        "county": st.sampled_from(["海州区", "东海县", "南京", ""]),
        "town": st.sampled_from(["新海街道", "某某乡", ""]),
        "certificate_no": st.sampled_from(["32070119800101999042", ""]),
        "category": st.sampled_from(["肢体二级", "听力", "五级"]),
    }

    @FEW
    @given(st.data())
    def holds(data):
        rows = data.draw(st.lists(st.tuples(*world.values()), min_size=2, max_size=5))
        rows = [row for row in rows if row[1]]
        job = run_import(send(city_clerk, "register", [REGISTER, *rows]))
        if job.state != "ready":
            return
        for place, step in data.draw(steps(world)):
            if take(job, city_clerk, place + 2, step):
                assert_as_judged_whole(job)

    holds()


HISTORY = ["补贴项目", "发放月份", "身份证号", "发放金额", "批次", "发放日期"]


def test_a_payment_history_says_what_judging_all_of_it_would_say(world, send, run_import, city_clerk):
    world = {
        "programme": st.sampled_from(["hardship_subsidy", "nursing_subsidy", "别的", ""]),
        "month": st.sampled_from(["2018-03", "2018年4月", "某月"]),
        "id_number": world["id_number"],
        "amount": st.sampled_from(["370", "0", "-1", "370.001"]),
        "roll_ref": st.sampled_from(["A-1", ""]),
        "paid_on": st.sampled_from(["2018-03-28", "2018-02-30"]),
    }

    @FEW
    @given(st.data())
    def holds(data):
        rows = [row for row in data.draw(st.lists(st.tuples(*world.values()), min_size=2, max_size=5)) if row[2]]
        job = run_import(send(city_clerk, "payment_history", [HISTORY, *rows]))
        if job.state != "ready":
            return
        for place, step in data.draw(steps(world)):
            if take(job, city_clerk, place + 2, step):
                assert_as_judged_whole(job)
        assert all(json.loads(one.original)["read"] for one in job.decisions.all())

    holds()


def test_an_amount_of_three_places_leaves_nothing_behind_when_it_is_corrected(standards, send, run_import, city_clerk):
    line = ("hardship_subsidy", "2018-03", "320701198001010039", "370.001", "A-1", "2018-03-28")
    job = run_import(send(city_clerk, "payment_history", [HISTORY, line, (*line[:3], "0", *line[4:])]))
    assert job.summary["read_total"] == "370.001"
    assert take(job, city_clerk, 2, {"amount": "0"})
    assert_as_judged_whole(job)
    assert job.summary["read_total"] == "0.00"
