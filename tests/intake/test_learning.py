"""A heading that no alias covers is explained once, by the office whose form it is, and known from then on."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.actions import ImportConflict
from lianyungang_cdpf.intake.learning import learn_headings
from lianyungang_cdpf.intake.models import ImportJob, LearnedHeading
from lianyungang_cdpf.intake.uploads import stored_path

ACCOUNT = "6299999630040357070"
pytestmark = pytest.mark.django_db


@pytest.fixture
def person(make_person):
    return make_person("周文静", area="320706006", category=4, grade=1, hardship="低保", account_no=ACCOUNT)


@pytest.fixture
def roll(person):
    """roll(amount=, account=): rows of a roll of one right person under these headings."""

    def made(amount="打卡数", account="银行账号", name="姓名"):
        return [[name, "身份证号", amount, account], [person.name, person.id_number, "370", ACCOUNT]]

    return made


@pytest.fixture
def waiting(send, run_import, haizhou_clerk, standards, roll):
    """Haizhou's roll whose amounts stand under 打卡数."""
    return run_import(send(haizhou_clerk, "hardship_subsidy", roll()))


def test_a_file_with_an_unknown_heading_waits_for_its_meaning_and_is_kept(waiting):
    assert waiting.state == "mapping"
    assert waiting.sentence == "文件第 1 行是表头，但没有认出必填的“补贴金额”列：列名可能是本单位自己的写法。"
    assert waiting.summary["asks"]["unknown"] == [[2, "打卡数", "打卡数"]]
    assert stored_path(waiting.stored_name).is_file()


def test_once_explained_it_is_read_again_without_being_sent_again(waiting, run_import, haizhou_clerk):
    job = learn_headings(job=waiting, by=haizhou_clerk, choices={"打卡数": "amount"})
    assert job.state == "queued"

    job = run_import(job)

    assert (job.state, job.summary["valid_rows"], job.summary["bad_rows"]) == ("ready", 1, 0)
    assert job.summary["total_valid_amount"] == "370.00"
    known = LearnedHeading.objects.get()
    assert (known.area.code, known.zone, known.heading, known.field) == ("320706", None, "打卡数", "amount")
    assert known.by == haizhou_clerk
    line = AuditLine.objects.get(deed="对应列名")
    assert "“打卡数”→补贴金额" in line.summary


def test_the_next_file_of_the_county_is_understood_at_once(waiting, run_import, send, haizhou_clerk, make_staff, roll):
    learn_headings(job=waiting, by=haizhou_clerk, choices={"打卡数": "amount"})
    run_import(waiting)

    other = make_staff("haizhou_two", "320706", "district_clerk")
    job = run_import(send(other, "hardship_subsidy", [*roll(), []], name="另一个.csv"))

    assert (job.state, job.summary["valid_rows"]) == ("ready", 1)


def test_another_county_and_another_kind_have_learned_nothing(
    waiting, run_import, send, haizhou_clerk, donghai_clerk, roll
):
    learn_headings(job=waiting, by=haizhou_clerk, choices={"打卡数": "amount"})
    assert run_import(send(donghai_clerk, "hardship_subsidy", roll())).state == "mapping"
    assert run_import(send(haizhou_clerk, "nursing_subsidy", roll(), name="护理.csv")).state == "mapping"


def test_several_required_columns_may_be_unknown_at_once(send, run_import, haizhou_clerk, standards, person):
    rows = [["姓名", "sfz", "打卡数", "折子"], [person.name, person.id_number, "370", ACCOUNT]]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    assert job.state == "mapping"

    with pytest.raises(ImportConflict, match="还缺必填的列：“身份证号”"):
        learn_headings(job=job, by=haizhou_clerk, choices={"打卡数": "amount"})
    learn_headings(job=job, by=haizhou_clerk, choices={"sfz": "id_number", "打卡数": "amount", "折子": "account_no"})
    job = run_import(job)
    assert (job.state, job.summary["valid_rows"]) == ("ready", 1)


def test_one_field_can_not_be_two_headings_and_nothing_is_kept(send, run_import, haizhou_clerk, standards, person):
    rows = [["姓名", "身份证号", "打卡数", "实到数"], [person.name, person.id_number, "370", "370"]]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    with pytest.raises(ImportConflict, match="只能对应一个列名"):
        learn_headings(job=job, by=haizhou_clerk, choices={"打卡数": "amount", "实到数": "amount"})
    assert not LearnedHeading.objects.exists()
    assert ImportJob.objects.get(pk=job.pk).state == "mapping"


def test_what_the_form_did_not_ask_is_not_learned(waiting, haizhou_clerk):
    for choices in ({}, {"打卡数": ""}, {"打卡数": "nothing"}, {"打卡数": "name"}, {"身份证号": "amount"}):
        with pytest.raises(ImportConflict):
            learn_headings(job=waiting, by=haizhou_clerk, choices=choices)
    assert not LearnedHeading.objects.exists()


def test_a_learned_heading_never_overrides_a_known_one(send, run_import, haizhou_clerk, standards, person):
    for heading, field in (("打卡数", "amount"), ("姓名", "account_holder"), ("身份证号", "certificate_no")):
        LearnedHeading.objects.create(
            kind="hardship_subsidy", area=haizhou_clerk.area, heading=heading, text=heading, field=field,
            by=haizhou_clerk,
        )  # fmt: skip
    rows = [
        ["姓名", "身份证号", "打卡数", "补贴金额", "银行账号"],
        [person.name, person.id_number, "1", "370", ACCOUNT],
    ]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    fields = job.summary["columns"][""]["fields"]
    assert (fields["name"], fields["id_number"], fields["amount"]) == (0, 1, 3)
    assert job.summary["total_valid_amount"] == "370.00"


def test_a_checked_file_offers_its_ignored_columns_and_is_judged_anew(send, run_import, haizhou_clerk, standards, roll):
    job = run_import(send(haizhou_clerk, "hardship_subsidy", roll("补贴金额", "折子")))
    assert job.state == "ready"

    learn_headings(job=job, by=haizhou_clerk, choices={"折子": "account_no"})
    assert not job.rows.exists()
    job = run_import(job)

    assert job.state == "ready"
    assert job.summary["columns"][""]["fields"]["account_no"] == 3


def test_a_file_that_waits_can_be_given_up(waiting, haizhou_clerk):
    from lianyungang_cdpf.intake.actions import discard_import

    path = stored_path(waiting.stored_name)
    assert discard_import(job=waiting, by=haizhou_clerk).state == "discarded"
    assert not path.exists()


def test_the_page_asks_and_the_answer_is_remembered(waiting, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    page = client.get(reverse("intake:job", args=[waiting.uid])).content.decode()
    assert "打卡数" in page and "补贴金额（必填）" in page

    empty = client.post(reverse("intake:headings", args=[waiting.uid]), {})
    assert empty.status_code == 409
    assert "没有选择任何一列" in empty.content.decode()

    answer = client.post(reverse("intake:headings", args=[waiting.uid]), {"heading_0": "amount"})
    assert answer.status_code == 302
    assert LearnedHeading.objects.get().field == "amount"


def test_who_may_not_import_the_kind_can_not_explain(waiting, make_staff, sign_in):
    client = sign_in(make_staff("looks_on", "320706", "district_reviewer"))
    assert client.post(reverse("intake:headings", args=[waiting.uid]), {"heading_0": "amount"}).status_code in (
        403,
        404,
    )
    assert not LearnedHeading.objects.exists()


def test_a_towns_clerk_learns_for_the_county(send, run_import, make_staff, standards, haizhou_clerk):
    town = make_staff("town", "320706006", "town_clerk")
    rows = [["姓名", "sfz号码", "残疾类别"], ["周文静", "320701199001011239", "肢体"]]
    job = run_import(send(town, "register", rows))
    assert job.state == "mapping", job.sentence
    learn_headings(job=job, by=town, choices={"sfz号码": "id_number"})
    assert LearnedHeading.objects.get().area.code == "320706"
    assert LearnedHeading.objects.visible_to(haizhou_clerk).count() == 1
    assert LearnedHeading.objects.visible_to(town).count() == 0


def test_the_database_keeps_one_meaning_of_a_heading(haizhou_clerk):
    same = {"kind": "register", "area": haizhou_clerk.area, "heading": "打卡数", "text": "打卡数", "by": haizhou_clerk}
    LearnedHeading.objects.create(field="name", **same)
    with pytest.raises(IntegrityError), transaction.atomic():
        LearnedHeading.objects.create(field="phone", **same)
    with pytest.raises(IntegrityError), transaction.atomic():
        LearnedHeading.objects.create(field="", **(same | {"heading": "别的"}))


def test_it_is_forgotten_in_the_ledgers_with_an_audit_line(haizhou_clerk, sign_in):
    known = LearnedHeading.objects.create(
        kind="register", area=haizhou_clerk.area, heading="打卡数", text="打卡数", field="name", by=haizhou_clerk
    )
    client = sign_in(haizhou_clerk)
    assert "打卡数" in client.get(reverse("admin:intake_learnedheading_changelist")).content.decode()
    answer = client.post(reverse("admin:intake_learnedheading_delete", args=[known.pk]), {"post": "yes"})
    assert answer.status_code == 302
    assert not LearnedHeading.objects.exists()
    assert AuditLine.objects.filter(deed="删除已记住的列名", summary__contains="打卡数").count() == 1


def test_a_row_about_somebody_is_never_taken_for_headings(send, run_import, haizhou_clerk, standards):
    rows = [["周文静", "320701199001011239", "370"], ["王小明", "320701199001011239", "370"]]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    assert (job.state, job.summary, job.stored_name) == ("refused", {}, "")
