"""Correcting single rows of a checked import: what is judged anew, what is counted, and what is refused."""

import json

import pytest

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.actions import ImportConflict, discard_import, post_import
from lianyungang_cdpf.intake.correcting import RowRefused, correct_row, leave_row_out, put_row_back
from lianyungang_cdpf.intake.models import ImportJob, RowDecision
from subsidies.models import Payment
from tests.intake.corrections.conftest import ACCOUNT, WRONG_ACCOUNT, version_of
from tests.intake.corrections.oracle import assert_as_judged_whole, told


def wrong(number: str) -> str:
    """The number with another check digit."""
    return number[:-1] + ("0" if number[-1] != "0" else "1")


@pytest.fixture
def spoilt(roll, people, line):
    """Three rows, the second with a wrong check digit and an amount in words."""
    first, second, third = people
    return roll([line(first), line(second, number=wrong(second.id_number), amount="三百七"), line(third)])


def test_a_corrected_row_is_right_without_a_second_upload(spoilt, correct, people):
    correct(spoilt, 3, id_number=people[1].id_number, amount="370.00")
    assert (spoilt.summary["valid_rows"], spoilt.summary["bad_rows"]) == (3, 0)
    assert (spoilt.summary["total_valid_amount"], spoilt.summary["read_total"]) == ("1110.00", "1110.00")
    assert told(spoilt) == {("", 3): ("warned", "W_CORRECTED")}
    assert_as_judged_whole(spoilt)


def test_a_row_half_corrected_is_still_wrong_for_the_rest(spoilt, correct, people):
    correct(spoilt, 3, id_number=people[1].id_number)
    assert told(spoilt) == {("", 3): ("bad", "AMOUNT_FORMAT,W_CORRECTED")}
    assert_as_judged_whole(spoilt)
    correct(spoilt, 3, amount="380")
    assert told(spoilt) == {("", 3): ("bad", "AMOUNT_NOT_STANDARD,W_CORRECTED")}
    assert_as_judged_whole(spoilt)


def test_what_a_clerk_types_is_cleaned_as_a_cell_of_the_file_is(spoilt, correct, people):
    number = people[1].id_number
    correct(spoilt, 3, id_number=f" '{number[:6]} {number[6:]}\u200b", amount="￥370.00元")
    assert spoilt.summary["bad_rows"] == 0
    assert spoilt.decisions.get().version == 1


def test_corrections_are_posted(spoilt, correct, people, post):
    correct(spoilt, 3, id_number=people[1].id_number, amount="370")
    job = post(spoilt)
    assert (job.state, job.applied_rows, Payment.objects.count()) == ("posted", 3, 3)
    assert Payment.objects.get(person=people[1]).row == 3


def test_corrections_hold_when_the_rows_are_shown_again(spoilt, correct, people, post):
    from datetime import date

    correct(spoilt, 3, id_number=people[1].id_number, amount="370")
    people[0].died_on = date(2019, 1, 1)
    people[0].save()
    job = post(spoilt)
    assert (job.state, job.summary["bad_rows"]) == ("ready", 1)
    assert told(job)["", 3] == ("warned", "W_CORRECTED")
    assert (post(job).state, job.applied_rows) == ("posted", 2)


def test_put_back_after_the_rows_were_shown_again_is_as_the_file_has_it(spoilt, correct, people, post, haizhou_clerk):
    from datetime import date

    before = told(spoilt)
    correct(spoilt, 3, id_number=people[1].id_number, amount="370")
    people[0].died_on = date(2019, 1, 1)
    people[0].save()
    job = post(spoilt)
    assert job.state == "ready"
    put_row_back(job=job, sheet="", row=3, version=1, by=haizhou_clerk)
    assert told(job)["", 3] == before["", 3]
    assert_as_judged_whole(job)
    assert (post(job).state, job.applied_rows) == ("posted", 1)


# -- the other rows of the file --------------------------------------------------------------------------------------


def test_a_number_that_another_row_has_makes_the_later_one_a_repetition(spoilt, correct, people):
    judged = correct(spoilt, 3, id_number=people[2].id_number, name=people[2].name, amount="370")
    assert judged == {("", 3), ("", 4)}
    assert told(spoilt) == {("", 3): ("warned", "W_CORRECTED"), ("", 4): ("bad", "DUPLICATE_IN_FILE")}
    assert_as_judged_whole(spoilt)
    correct(spoilt, 3, id_number=people[1].id_number, name=people[1].name)
    assert told(spoilt) == {("", 3): ("warned", "W_CORRECTED")}
    assert_as_judged_whole(spoilt)


def test_a_repetition_ends_when_the_first_row_turns_out_to_be_somebody_else(roll, people, line, correct):
    first, second, _ = people
    job = roll([line(second, number=first.id_number), line(first)])
    assert told(job) == {("", 2): ("bad", "NAME_MISMATCH"), ("", 3): ("bad", "DUPLICATE_IN_FILE")}
    correct(job, 2, id_number=second.id_number)
    assert told(job) == {("", 2): ("warned", "W_CORRECTED")}
    assert_as_judged_whole(job)


def test_only_the_rows_that_can_change_are_judged_again(spoilt, correct):
    assert correct(spoilt, 3, amount="370") == {("", 3)}


def test_somebody_of_another_county_is_told_to_be_of_another_county_and_no_more(spoilt, correct, make_person):
    from datetime import date

    foreign = make_person("赵六", area="320722101", died_on=date(2018, 1, 1), account_no=ACCOUNT)
    correct(spoilt, 3, id_number=foreign.id_number, amount="1")
    assert told(spoilt)["", 3] == ("bad", "WRONG_DISTRICT")
    payload = json.loads(spoilt.rows.get(row=3).payload)
    assert [one["code"] for one in payload["messages"]] == ["WRONG_DISTRICT", "W_CORRECTED"]
    assert "赵六" not in spoilt.rows.get(row=3).payload
    assert_as_judged_whole(spoilt)


# -- leaving a row out -----------------------------------------------------------------------------------------------


def test_a_row_left_out_is_neither_right_nor_wrong_and_not_entered(spoilt, post, haizhou_clerk):
    leave_row_out(job=spoilt, sheet="", row=3, version=0, by=haizhou_clerk)
    counts = [spoilt.summary[name] for name in ("data_rows", "valid_rows", "bad_rows", "left_out")]
    assert counts == [3, 2, 0, 1]
    assert_as_judged_whole(spoilt)
    job = post(spoilt, all_or_nothing=True)
    assert (job.state, job.applied_rows) == ("posted", 2)


def test_a_row_left_out_is_no_repetition_and_put_back_it_is_one_again(roll, people, line, haizhou_clerk):
    job = roll([line(people[0], account=WRONG_ACCOUNT), line(people[0])])
    leave_row_out(job=job, sheet="", row=2, version=0, by=haizhou_clerk)
    assert told(job) == {("", 2): ("left_out", "W_LEFT_OUT")}
    assert_as_judged_whole(job)
    put_row_back(job=job, sheet="", row=2, version=1, by=haizhou_clerk)
    assert told(job) == {("", 2): ("bad", "BANK_LUHN"), ("", 3): ("bad", "DUPLICATE_IN_FILE")}
    assert_as_judged_whole(job)


def test_put_back_is_as_the_file_has_it(spoilt, correct, people, haizhou_clerk):
    before = told(spoilt)
    correct(spoilt, 3, id_number=people[1].id_number, amount="370")
    put_row_back(job=spoilt, sheet="", row=3, version=1, by=haizhou_clerk)
    assert told(spoilt) == before
    assert_as_judged_whole(spoilt)


def test_typing_what_the_file_has_is_no_correction(spoilt, correct, people):
    before = told(spoilt)
    correct(spoilt, 3, id_number=people[1].id_number)
    correct(spoilt, 3, id_number=wrong(people[1].id_number))
    assert told(spoilt) == before and spoilt.decisions.get().values == ""


# -- what is refused -------------------------------------------------------------------------------------------------


def test_the_second_of_two_who_change_a_row_is_told_and_nothing_is_lost(spoilt, correct, people, haizhou_clerk):
    correct(spoilt, 3, id_number=people[1].id_number)
    with pytest.raises(ImportConflict) as conflict:
        correct_row(job=spoilt, sheet="", row=3, texts={"id_number": "1"}, version=0, by=haizhou_clerk)
    assert "别人刚刚改过这一行" in conflict.value.sentence
    assert told(spoilt)["", 3] == ("bad", "AMOUNT_FORMAT,W_CORRECTED")


@pytest.mark.parametrize(
    ("state", "said"),
    [("posting", "正在入账"), ("posted", "已经入账"), ("discarded", "已放弃"), ("reading", "正在核验")],
)
def test_an_import_that_is_not_waiting_is_not_corrected(spoilt, correct, state, said):
    ImportJob.objects.update(state=state)
    with pytest.raises(ImportConflict) as conflict:
        correct(spoilt, 3, amount="370")
    assert said in conflict.value.sentence and not RowDecision.objects.exists()


def test_a_row_without_an_error_is_not_changed(spoilt, correct):
    with pytest.raises(ImportConflict) as conflict:
        correct(spoilt, 2, amount="1")
    assert "没有错误" in conflict.value.sentence
    with pytest.raises(ImportConflict):
        correct(spoilt, 99, amount="1")


def test_a_cell_as_long_as_a_book_is_refused(spoilt, correct):
    with pytest.raises(RowRefused) as refusal:
        correct(spoilt, 3, name="甲" * 501)
    assert "500" in refusal.value.sentence and not RowDecision.objects.exists()


def test_columns_that_the_file_does_not_have_are_not_added(spoilt, correct):
    correct(spoilt, 3, amount="370", village="新村", nonsense="x")
    assert json.loads(spoilt.decisions.get().values) == {"amount": "370"}


def test_every_decision_is_in_the_log_without_what_was_typed(spoilt, correct, people, haizhou_clerk):
    correct(spoilt, 3, id_number=people[1].id_number, amount="370")
    leave_row_out(job=spoilt, sheet="", row=3, version=1, by=haizhou_clerk)
    put_row_back(job=spoilt, sheet="", row=3, version=2, by=haizhou_clerk)
    lines = AuditLine.objects.filter(deed__endswith="导入行").order_by("id").values_list("deed", "summary", "username")
    assert list(lines) == [
        ("改正导入行", "第 3 行：身份证号、金额", "haizhou_clerk"),
        ("删去导入行", "第 3 行", "haizhou_clerk"),
        ("恢复导入行", "第 3 行", "haizhou_clerk"),
    ]


def test_a_discarded_import_keeps_no_corrections(spoilt, correct, haizhou_clerk):
    correct(spoilt, 3, amount="370")
    discard_import(job=spoilt, by=haizhou_clerk)
    assert not RowDecision.objects.exists()


def test_what_is_typed_is_encrypted(spoilt, correct, people):
    from django.db import connection

    correct(spoilt, 3, id_number=people[1].id_number)
    with connection.cursor() as cursor:
        cursor.execute('SELECT original, "values" FROM intake_rowdecision')
        kept = [bytes(cell) for cell in cursor.fetchone()]
    assert not [cell for cell in kept if b"320701" in cell or b"id_number" in cell]


def test_posting_asked_for_at_the_same_time_ends_the_correcting(spoilt, correct, haizhou_clerk):
    post_import(job=spoilt, by=haizhou_clerk, queue=False)
    with pytest.raises(ImportConflict):
        correct(spoilt, 3, amount="370")
    assert version_of(spoilt, 3) == 0
