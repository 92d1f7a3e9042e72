"""The worker: every import ends with one result, whatever dies, comes twice or changes on the way."""

import logging
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from beneficiaries.moving import agree_to_transfer, offer_person
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake import work
from lianyungang_cdpf.intake.actions import ImportConflict, confirm_import, discard_import, post_import
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.intake.uploads import stored_path
from subsidies.models import Payment, Roll
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN

HEADER = ["姓名", "身份证号", "金额"]


@pytest.fixture
def people(standards, make_person):
    return [make_person(name, category=4, grade=1, hardship="低保") for name in ("甲", "乙", "丙")]


def rows_of(people, amount="370"):
    return [HEADER, *([person.name, person.id_number, amount] for person in people)]


@pytest.fixture
def preview(send, run_import, haizhou_clerk):
    def make(people, staff=haizhou_clerk, **options):
        return run_import(send(staff, "hardship_subsidy", rows_of(people), **options))

    return make


@pytest.fixture
def queued(monkeypatch):
    """The numbers of the imports that are handed to the worker."""
    numbers = []
    monkeypatch.setattr(work, "enqueue", lambda job: numbers.append(job.pk))
    return numbers


def age(job, seconds=settings.INTAKE_HEARTBEAT_SECONDS + 1, **fields):
    """As a worker left it that died so long ago."""
    ImportJob.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=seconds), **fields)
    job.refresh_from_db()
    return job


def told(job) -> list[str]:
    return list(job.rows.order_by("row").values_list("codes", flat=True))


# -- from the file to the result -------------------------------------------------------------------------------------


def test_an_import_is_read_and_waits_for_the_clerk(preview, people):
    job = preview(people)
    assert (job.state, job.summary["valid_rows"], job.summary["total_valid_amount"]) == ("ready", 3, "1110.00")
    assert not Payment.objects.exists()


def test_valid_rows_are_posted_and_bad_ones_left(preview, post, people, make_person):
    job = post(preview([*people, make_person("丁")]))
    assert (job.state, job.applied_rows, Payment.objects.count()) == ("posted", 3, 3)
    assert set(job.rows.values_list("verdict", flat=True)) == {"valid", "bad"}


def test_all_or_nothing_posts_nothing_with_a_bad_row(preview, people, make_person, haizhou_clerk, post):
    job = preview([*people, make_person("丁")])
    with pytest.raises(ImportConflict) as conflict:
        post_import(job=job, by=haizhou_clerk, all_or_nothing=True)
    assert "1 行错误" in conflict.value.sentence and not Payment.objects.exists()
    assert post(preview(people), all_or_nothing=True).applied_rows == 3


def test_all_or_nothing_holds_too_when_a_row_goes_bad_after_the_preview(preview, people, post):
    job = preview(people)
    people[0].died_on = date(2019, 1, 1)
    people[0].save()
    assert post(job, all_or_nothing=True).state == "ready"
    assert not Payment.objects.exists()


def test_posting_twice_is_one_roll(preview, post, people, haizhou_clerk, run_import):
    job = preview(people)
    post(job)
    assert post_import(job=job, by=haizhou_clerk).state == "posted"
    work.run(job.pk)
    work.run(job.pk)
    assert (Roll.objects.count(), Payment.objects.count()) == (1, 3)
    assert AuditLine.objects.filter(deed="导入入账").count() == 1


def test_the_same_file_sent_twice_before_it_is_posted_is_one_import(send, people, haizhou_clerk):
    first = send(haizhou_clerk, "hardship_subsidy", rows_of(people))
    assert send(haizhou_clerk, "hardship_subsidy", rows_of(people), name="改名.csv") == first
    assert len(list(Path(settings.UPLOAD_ROOT).iterdir())) == 1


def test_the_same_file_with_other_declarations_is_another_import(send, people, city_clerk):
    imports = {
        send(city_clerk, "hardship_subsidy", rows_of(people), month=month, paid_on=paid_on).pk
        for month, paid_on in [
            (None, None), (date(2019, 3, 1), None), (date(2019, 4, 1), None), (date(2019, 3, 1), date(2019, 3, 28))
        ]
    }  # fmt: skip
    assert len(imports) == 4


def test_a_file_that_contradicts_its_declaration_waits_for_an_answer(send, run_import, post, people, haizhou_clerk):
    rows = [["2019年4月困难残疾人生活补贴发放花名册"], *rows_of(people)]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    assert (job.state, job.needs_confirmation) == ("ready", True) and job.summary["questions"]
    with pytest.raises(ImportConflict):
        post_import(job=job, by=haizhou_clerk)
    confirm_import(job=job, by=haizhou_clerk)
    assert post(job).state == "posted"
    with pytest.raises(ImportConflict):
        confirm_import(job=job, by=haizhou_clerk)


def test_an_answer_given_stands_when_the_rows_are_shown_again(send, run_import, post, people, haizhou_clerk):
    rows = [["2019年4月困难残疾人生活补贴发放花名册"], *rows_of(people)]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    confirm_import(job=job, by=haizhou_clerk)
    people[0].died_on = date(2019, 1, 1)
    people[0].save()
    assert (post(job).state, job.needs_confirmation) == ("ready", False)
    assert (post(job).state, job.applied_rows) == ("posted", 2)


def test_nothing_valid_is_not_posted(preview, make_person, standards, haizhou_clerk):
    job = preview([make_person("甲")])
    with pytest.raises(ImportConflict):
        post_import(job=job, by=haizhou_clerk)


def test_a_discarded_import_leaves_no_file_and_no_rows(preview, people, haizhou_clerk):
    job = preview(people)
    path = stored_path(job.stored_name)
    discard_import(job=job, by=haizhou_clerk)
    assert (job.state, job.stored_name, job.rows.count(), path.exists()) == ("discarded", "", 0, False)
    with pytest.raises(ImportConflict):
        post_import(job=job, by=haizhou_clerk)


def test_a_posted_import_is_not_discarded(preview, post, people, haizhou_clerk):
    job = post(preview(people))
    with pytest.raises(ImportConflict) as conflict:
        discard_import(job=job, by=haizhou_clerk)
    assert "已入账" in conflict.value.sentence
    assert stored_path(job.stored_name).exists()


# -- what changed between preview and posting (C7) -------------------------------------------------------------------


def test_a_death_after_the_preview_is_shown_and_nothing_is_posted_silently(preview, post, people):
    job = preview(people)
    people[1].died_on = date(2019, 2, 28)
    people[1].save()
    post(job)
    assert (job.state, Payment.objects.count()) == ("ready", 0)
    assert job.summary["changed_since"] == [{"sheet": "", "row": 3, "was": "", "now": "PERSON_DEAD"}]
    assert told(job) == ["", "PERSON_DEAD", ""]
    assert (post(job).state, job.applied_rows) == ("posted", 2)
    assert job.summary["changed_since"] == []


def test_somebody_who_moved_to_another_county_after_the_preview_is_shown(
    preview, post, people, haizhou_clerk, donghai_clerk
):
    job = preview(people)
    offered = offer_person(by=haizhou_clerk, person=people[1], receiving_unit=DONGHAI, reason="随子女居住")
    agree_to_transfer(by=donghai_clerk, transfer=offered, town=Area.objects.get(code=DONGHAI_TOWN))
    post(job)
    assert (job.state, Payment.objects.count()) == ("ready", 0)
    assert told(job) == ["", "WRONG_DISTRICT", ""]
    assert (post(job).state, job.applied_rows) == ("posted", 2)


def test_a_row_that_became_right_is_shown_before_it_is_posted(preview, post, people):
    people[1].died_on = date(2019, 2, 28)
    people[1].save()
    job = preview(people)
    people[1].died_on = None
    people[1].save()
    post(job)
    assert [(one["was"], one["now"]) for one in job.summary["changed_since"]] == [("PERSON_DEAD", "")]
    assert (job.state, Payment.objects.count()) == ("ready", 0)


def test_a_new_standard_after_the_preview_is_shown(preview, post, people):
    from subsidies.models import Standard

    job = preview(people)
    Standard.objects.filter(grade=1, amount="370.00").update(amount="380.00")
    assert post(job).state == "ready" and told(job) == ["AMOUNT_NOT_STANDARD"] * 3


def test_somebody_paid_by_another_roll_after_the_preview_is_shown(preview, post, people, make_roll):
    job = preview(people)
    make_roll(people[0], reference="R-9")
    post(job)
    assert (job.state, told(job)) == ("ready", ["ALREADY_PAID", "", ""])
    assert (post(job).applied_rows, Payment.objects.live().count()) == (2, 3)


def test_somebody_paid_in_the_moment_of_posting_leads_back_to_the_preview(
    preview, post, people, make_roll, monkeypatch
):
    job, apply = preview(people), work.apply_plan

    def late(claim, plan):
        if not Roll.objects.exists():
            make_roll(people[0], reference="R-9")
        apply(claim, plan)

    monkeypatch.setattr(work, "apply_plan", late)
    post(job)
    assert (job.state, told(job)) == ("ready", ["ALREADY_PAID", "", ""])
    assert (Roll.objects.count(), Payment.objects.count()) == (1, 1)


def test_a_crossing_that_does_not_end_leaves_a_sentence_and_nothing_written(preview, post, people, monkeypatch):
    def crossed(claim, plan):
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(work, "apply_plan", crossed)
    job = post(preview(people))
    assert (job.state, Payment.objects.count()) == ("failed", 0)
    assert str(job.pk) in job.sentence and "deadlock" not in job.sentence


# -- dead and doubled workers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["queued", "reading"])
def test_the_reading_of_a_dead_worker_is_taken_up(send, people, haizhou_clerk, queued, run_import, state):
    job = age(send(haizhou_clerk, "hardship_subsidy", rows_of(people)), state=state, attempts=1)
    assert work.take_up_lost() == 1 and queued == [job.pk]
    assert run_import(job).state == "ready"


def test_the_posting_of_a_dead_worker_is_taken_up_and_posted_once(preview, people, haizhou_clerk, queued, run_import):
    job = preview(people)
    post_import(job=job, by=haizhou_clerk, queue=False)
    age(job, phase="写入", attempts=2)
    assert work.take_up_lost() == 1 and queued == [job.pk]
    assert run_import(job).state == "posted"
    assert work.take_up_lost() == 0 and Payment.objects.count() == 3


@pytest.mark.parametrize("state", ["ready", "posted", "refused", "failed", "discarded", "undone"])
def test_what_waits_for_nobody_is_not_taken_up(preview, people, queued, state):
    age(preview(people), state=state)
    assert work.take_up_lost() == 0 and queued == []


def test_a_living_worker_is_left_alone(send, people, haizhou_clerk, queued):
    job = age(send(haizhou_clerk, "hardship_subsidy", rows_of(people)), seconds=5, state="reading", attempts=1)
    assert work.take_up_lost() == 0
    work.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("reading", 1)


def test_an_import_that_kills_its_workers_is_given_up_with_a_sentence(send, people, haizhou_clerk, queued):
    job = age(send(haizhou_clerk, "hardship_subsidy", rows_of(people)), state="reading", attempts=work.MOST_ATTEMPTS)
    assert work.take_up_lost() == 0 and queued == []
    job.refresh_from_db()
    assert job.state == "failed" and "重新上传" in job.sentence


def test_previews_that_were_shown_are_no_failures(preview, people, haizhou_clerk, queued):
    job = preview(people)
    job.summary["attempts"] = 9
    job.attempts = 9
    job.save()
    post_import(job=job, by=haizhou_clerk, queue=False)
    age(job)
    assert work.take_up_lost() == 1


def test_two_workers_with_one_import_give_one_result(send, people, haizhou_clerk, monkeypatch):
    job = send(haizhou_clerk, "hardship_subsidy", rows_of(people))
    plans, plan_file = [], work.plan_file

    def together(*arguments):
        plans.append(1)
        work.run(job.pk)
        return plan_file(*arguments)

    monkeypatch.setattr(work, "plan_file", together)
    work.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, len(plans), job.rows.count()) == ("ready", 1, 1, 3)


def test_an_overtaken_reader_writes_nothing(send, people, haizhou_clerk, monkeypatch):
    job = send(haizhou_clerk, "hardship_subsidy", rows_of(people))
    plan_file = work.plan_file

    def slow(*arguments):
        plan = plan_file(*arguments)
        ImportJob.objects.filter(pk=job.pk).update(attempts=7)
        return plan

    monkeypatch.setattr(work, "plan_file", slow)
    work.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.rows.count(), job.summary) == ("reading", 7, 0, {})


def test_an_overtaken_poster_writes_nothing(preview, people, post, monkeypatch):
    from lianyungang_cdpf.intake.kinds import Kind
    from subsidies.rolls import ProgrammeKind

    job, apply = preview(people), ProgrammeKind.apply

    def slow(self, outcomes, context, on: Kind):
        result = apply(self, outcomes, context, on)
        ImportJob.objects.filter(pk=job.pk).update(attempts=7)
        return result

    monkeypatch.setattr(ProgrammeKind, "apply", slow)
    post(job)
    assert job.state == "posting" and not Roll.objects.exists() and not Payment.objects.exists()


def test_a_discarded_import_stays_so_whatever_its_reader_does(send, people, haizhou_clerk, monkeypatch):
    job = send(haizhou_clerk, "hardship_subsidy", rows_of(people))

    def gone(*arguments):
        discard_import(job=ImportJob.objects.get(pk=job.pk), by=haizhou_clerk)
        raise FileNotFoundError

    monkeypatch.setattr(work, "plan_file", gone)
    work.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.sentence) == ("discarded", "由海州经办员放弃。")


# -- what goes wrong -------------------------------------------------------------------------------------------------


def test_what_the_parser_refuses_leaves_sentence_name_and_hash_and_nothing_else(send, run_import, haizhou_clerk):
    job = send(haizhou_clerk, "hardship_subsidy", [["没有", "表头"], ["甲", "乙"]], name="名册.csv")
    path = stored_path(job.stored_name)
    run_import(job)
    assert (job.state, job.file_name, len(job.sha256)) == ("refused", "名册.csv", 64)
    assert "表头" in job.sentence
    assert (job.rows.count(), job.stored_name, path.exists()) == (0, "", False)
    assert AuditLine.objects.filter(deed="退回文件", object_id=str(job.pk)).exists()


def test_what_is_refused_at_once_leaves_no_file(send, haizhou_clerk):
    with pytest.raises(Refused):
        send(haizhou_clerk, "hardship_subsidy", b"\x89PNG\r\n\x1a\n", name="a.xlsx")
    job = ImportJob.objects.get()
    assert (job.state, job.stored_name) == ("refused", "") and job.sentence
    assert not list(Path(settings.UPLOAD_ROOT).iterdir())


def test_an_upload_that_breaks_off_leaves_no_file(city, haizhou_clerk, send):
    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named

    class Broken:
        name = "名册.csv"

        def chunks(self):
            yield b"half"
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        start_import(by=haizhou_clerk, kind=kind_named("hardship_subsidy"), upload=Broken())
    assert not list(Path(settings.UPLOAD_ROOT).iterdir()) and not ImportJob.objects.exists()


def test_an_accident_leaves_a_sentence_and_no_personal_data_in_the_log(
    send, people, haizhou_clerk, monkeypatch, caplog, run_import
):
    def accident(*arguments):
        raise KeyError(people[0].id_number)

    monkeypatch.setattr(work, "plan_file", accident)
    with caplog.at_level(logging.DEBUG):
        job = run_import(send(haizhou_clerk, "hardship_subsidy", rows_of(people)))
    assert job.state == "failed" and str(job.pk) in job.sentence and "没有写入任何数据" in job.sentence
    logged = caplog.text + "".join(str(one.exc_info) for one in caplog.records if one.exc_info)
    assert "KeyError" in logged and people[0].id_number not in logged and "Traceback" not in logged


def test_a_kind_that_is_no_longer_on_offer_is_refused(send, people, haizhou_clerk, run_import):
    job = send(haizhou_clerk, "hardship_subsidy", rows_of(people))
    ImportJob.objects.filter(pk=job.pk).update(kind="abolished")
    assert run_import(job).state == "refused" and "停用" in job.sentence
