"""The page of an import in each of its states, and the deeds on it."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lianyungang_cdpf.intake.actions import post_import
from lianyungang_cdpf.intake.models import ImportJob
from tests.intake.made_imports import made_import, made_preview, made_row


def address(job, name="job"):
    return reverse(f"intake:{name}", args=[job.uid])


@pytest.fixture
def clerk(haizhou_clerk, sign_in):
    """Haizhou's clerk at the browser."""
    client = sign_in(haizhou_clerk)
    client.staff = haizhou_clerk
    return client


def page_of(client, job, status=200):
    answer = client.get(address(job))
    assert answer.status_code == status
    return answer.content.decode()


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("queued", "等待核验"),
        ("reading", "正在核验"),
        ("posting", "正在入账"),
        ("refused", "文件已退回，没有写入任何记录"),
        ("failed", "处理失败，没有写入任何记录"),
        ("discarded", "已放弃，没有写入任何记录"),
        ("undone", "本次导入已撤销"),
        ("posted", "已入账 3 行，1,110.00 元"),
        ("ready", "核对：3 行可入账，2 行有错误"),
    ],
)
def test_every_state_says_what_it_is(clerk, state, said):
    job = made_import(clerk.staff, state, applied_rows=3 if state == "posted" else 0)
    assert said in text_of(page_of(clerk, job))


@pytest.mark.parametrize("state", ["refused", "failed", "discarded"])
def test_what_ended_without_rows_says_why_which_file_and_what_next(clerk, state):
    job = made_import(clerk.staff, state, sentence="第 3 行“合计”之前没有表头。")
    text = text_of(page_of(clerk, job))
    assert "第 3 行“合计”之前没有表头。" in text
    assert job.sha256 in text and job.file_name in text and "重新上传" in text


def test_progress_is_a_bar_with_a_sentence(clerk):
    job = made_import(
        clerk.staff, "reading", phase="核对人员与标准", rows_done=3412, rows_total=5280, heartbeat_at=timezone.now()
    )
    page = page_of(clerk, job)
    assert 'max="5280" value="3412"' in page
    assert "核对人员与标准：3,412 行，共 5,280 行。" in page
    status = clerk.get(address(job, "status")).json()
    assert (status["state"], status["rows_done"], status["working"]) == ("reading", 3412, True)


def test_a_worker_that_fell_silent_is_not_called_at_work(clerk):
    job = made_import(clerk.staff, "reading", heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert "处理中断" in page_of(clerk, job)


def test_progress_tells_nothing_but_progress(clerk):
    status = clerk.get(address(made_preview(clerk.staff), "status")).json()
    assert set(status) == {
        "state", "label", "working", "phase", "rows_done", "rows_total", "rows_expected", "elapsed", "left", "sentence",
        "time", "steps",
    }  # fmt: skip
    assert status["working"] is False


def test_the_preview_groups_errors_with_excel_row_masked_id_and_remedy(clerk):
    text = text_of(page_of(clerk, made_preview(clerk.staff)))
    assert "身份证号校验位不符 1 行 怎样改：至少有一位填错" in text
    assert "伊山镇 7 孙玉梅 320701********1234 末位应为 7，表中为 4 另有：银行账号校验位不符" in text
    assert "银行账号与档案不同 1 行" in text
    assert "320701199001011234" not in text


def test_a_sentence_does_not_give_away_a_whole_number(clerk):
    job = made_import(clerk.staff)
    made_row(job, 4, "ID_CHECKSUM", said="身份证号“320701199001011234”的校验码不对")
    made_row(job, 5, "BANK_LUHN", said="银行账号“6299 9912 3456 7890 128”的校验位不对，第 12 行")
    text = text_of(page_of(clerk, job))
    assert "身份证号“320701********1234”的校验码不对" in text
    assert "银行账号“****0128”的校验位不对，第 12 行" in text


def test_an_id_that_could_not_be_read_is_shown_as_written_and_masked(clerk):
    job = made_import(clerk.staff)
    row = made_row(job, 4, "ID_FORMAT", id_number=None)
    row.payload = json.dumps({"name": "张三", "problems": [["ID_FORMAT", "id_number", "32070119900101123"]]})
    row.save()
    text = text_of(page_of(clerk, job))
    assert "320701********1123" in text


def test_only_the_first_twenty_rows_of_a_kind_are_shown_and_the_rest_is_linked(clerk):
    job = made_import(clerk.staff)
    for number in range(25):
        made_row(job, number + 4, "ID_CHECKSUM")
    made_row(job, 99, "NAME_MISMATCH")
    page = page_of(clerk, job)
    assert page.count('<span class="id"><bdi>320701********1234</bdi></span>') == 21
    assert f"{address(job, 'rows')}?what=errors&amp;code=ID_CHECKSUM" in page
    assert "code=NAME_MISMATCH" not in page


def test_sheets_are_listed_with_the_reason_for_skipping(clerk):
    text = text_of(page_of(clerk, made_preview(clerk.staff)))
    assert "伊山镇 5 第 4 至 8 行 导入" in text
    assert "汇总 — — 跳过：没有名册表头" in text


def test_the_files_own_total_is_compared(clerk):
    assert "文件“合计”写 1,560.00 元，与文件中的行逐行相加一致。" in page_of(clerk, made_preview(clerk.staff))
    warning = {"code": "DECLARED_TOTAL_MISMATCH", "sentence": "合计写 1,560.00 元，逐行相加 1,550.00 元。"}
    text = text_of(page_of(clerk, made_preview(clerk.staff, summary={"file_warnings": [warning]})))
    assert "文件合计与逐行相加不符 合计写 1,560.00 元，逐行相加 1,550.00 元。" in text
    assert "文件“合计”写 1,560.00 元。" in text


def test_a_register_shows_who_is_new_and_changed(clerk):
    summary = {"new": 12, "changed": 3, "unchanged": 1485, "total_valid_amount": "0.00", "declared_total": None}
    text = text_of(page_of(clerk, made_import(clerk.staff, kind="register", month=None, summary=summary)))
    assert "新增 12 人 有变更 3 人 无变化 1,485 人" in text
    assert "可入账金额" not in text


def test_with_errors_the_clerk_is_offered_the_valid_rows(clerk):
    page = page_of(clerk, made_preview(clerk.staff))
    assert re.search(r'id="mode-valid" [^>]*checked', page)
    assert "入账 3 行" in page and "放弃本次导入" in page


def test_without_errors_all_or_nothing_is_marked(clerk):
    page = page_of(clerk, made_import(clerk.staff, summary={"bad_rows": 0, "errors": {}}))
    assert re.search(r'id="mode-all" [^>]*checked', page)


def test_without_a_valid_row_nothing_can_be_posted(clerk):
    job = made_import(clerk.staff, summary={"valid_rows": 0, "bad_rows": 5})
    page = page_of(clerk, job)
    assert "没有一行可以入账" in page
    assert "怎样入账" not in page
    answer = clerk.post(address(job, "post"), {"mode": "valid"})
    assert answer.status_code == 409
    assert "没有可以入账的行" in answer.content.decode()
    assert ImportJob.objects.get().state == "ready"


QUESTIONS = [
    {"where": "工作表“Sheet1”第 1 行", "sentence": "标题写的是 8 月，您选的是 9 月。"},
    {"where": "", "sentence": "文件名写的是东海县。"},
]


@pytest.fixture
def asking(clerk):
    return made_preview(clerk.staff, needs_confirmation=True, summary={"questions": QUESTIONS})


def test_a_contradiction_has_to_be_confirmed_before_posting(clerk, asking):
    page = page_of(clerk, asking)
    assert "标题写的是 8 月，您选的是 9 月。" in page and page.count('type="checkbox"') == 2
    assert "怎样入账" not in page
    answer = clerk.post(address(asking, "post"), {"mode": "valid"})
    assert answer.status_code == 409
    assert "请先确认" in answer.content.decode()
    assert ImportJob.objects.get().state == "ready"


def test_every_question_has_to_be_ticked(clerk, asking):
    answer = clerk.post(address(asking, "confirm"), {"question_0": "yes"})
    assert answer.status_code == 422
    assert "还有问题没有确认" in answer.content.decode()
    assert ImportJob.objects.get().needs_confirmation


def test_once_confirmed_the_preview_offers_posting(clerk, asking):
    ticked = {"question_0": "yes", "question_1": "yes"}
    for _ in range(2):
        answer = clerk.post(address(asking, "confirm"), ticked)
        assert (answer.status_code, answer.url) == (302, address(asking))
    page = page_of(clerk, asking)
    assert "怎样入账" in page and "确认。" in page


def test_what_changed_since_the_preview_is_shown(clerk):
    changes = [{"sheet": "伊山镇", "row": 5, "was": "", "now": "PERSON_DEAD,W_BANK_DIFFERS"}]
    text = text_of(page_of(clerk, made_preview(clerk.staff, summary={"changed_since": changes})))
    assert "核对以后有 1 行发生变化，没有入账" in text
    assert "伊山镇 5 可入账 发放月份之前已死亡、银行账号与档案不同" in text


@pytest.mark.parametrize("times", [1, 3])
def test_posting_again_gives_the_same_answer(clerk, times):
    job = made_preview(clerk.staff)
    for _ in range(times):
        answer = clerk.post(address(job, "post"), {"mode": "valid"})
        assert (answer.status_code, answer.url) == (302, address(job))
    job.refresh_from_db()
    assert (job.state, job.all_or_nothing) == ("posting", False)


def test_all_or_nothing_with_errors_posts_nothing_and_says_so(clerk):
    job = made_preview(clerk.staff)
    answer = clerk.post(address(job, "post"), {"mode": "all"})
    assert answer.status_code == 409
    assert "全部正确才入账" in answer.content.decode()
    assert ImportJob.objects.get().state == "ready"


def test_the_way_of_posting_has_to_be_chosen(clerk):
    answer = clerk.post(address(made_preview(clerk.staff), "post"), {"mode": "everything"})
    assert answer.status_code == 422
    assert "请选择怎样入账" in answer.content.decode()


@pytest.mark.parametrize("state", ["refused", "failed", "discarded", "undone", "reading"])
def test_an_import_that_is_not_ready_cannot_be_posted(clerk, state):
    job = made_import(clerk.staff, state)
    answer = clerk.post(address(job, "post"), {"mode": "valid"})
    assert answer.status_code == 409
    assert ImportJob.objects.get().state == state


def test_a_posted_import_cannot_be_given_up(clerk):
    job = made_import(clerk.staff, "posted")
    assert clerk.post(address(job, "discard")).status_code == 409
    assert ImportJob.objects.get().state == "posted"


def test_giving_up_twice_gives_the_same_answer(clerk):
    job = made_preview(clerk.staff)
    for _ in range(2):
        assert clerk.post(address(job, "discard")).url == address(job)
    assert "已放弃" in page_of(clerk, job)


def test_the_city_may_post_what_a_county_uploaded(haizhou_clerk, city_clerk, sign_in):
    job = made_preview(haizhou_clerk)
    assert sign_in(city_clerk).post(address(job, "post"), {"mode": "valid"}).status_code == 302


def test_the_result_leads_to_the_roll_and_the_board(clerk):
    from subsidies.models import Programme, Roll

    job = made_import(clerk.staff, "posted", applied_rows=3, finished_at=timezone.now())
    roll = Roll.objects.create(
        programme=Programme.objects.get(code="hardship_subsidy"), month=job.month, area=job.area, job=job,
        reference="2019-09-320706-001", posted_by=clerk.staff, row_count=3, payment_count=3, total="1110.00",
    )  # fmt: skip
    page = page_of(clerk, job)
    assert reverse("admin:subsidies_roll_change", args=[roll.pk]) in page
    assert "2019-09-320706-001" in page and "1,110.00" in page
    assert "到驾驶舱看进度" in page and "改正 2 行错误" in page


def test_a_kind_that_is_no_longer_offered_can_be_looked_at_and_not_posted(clerk):
    job = made_preview(clerk.staff, kind="old_programme")
    assert "只能查看" in page_of(clerk, job)
    assert clerk.post(address(job, "post"), {"mode": "valid"}).status_code == 403


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7|add:7 }}{% csrf_token %}",
    "${7*7}#{7*7}",
    "'; DROP TABLE accounts_staff;--",
    "\u202e张三\u2066",
    "=cmd|' /C calc'!A0",
    "𠮷\U0001f600",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_a_cell_holds_is_shown_as_text(clerk, payload):
    question = {"where": payload, "sentence": payload}
    sheet = {"name": payload, "kind": "notes", "data_rows": 0}
    job = made_import(
        clerk.staff, needs_confirmation=True,
        summary={"questions": [question], "sheets": [sheet], "changed_since": [{"sheet": payload, "row": 3}]},
    )  # fmt: skip
    made_row(job, 4, "NAME_MISMATCH", sheet=payload[:64], name=payload, id_number=payload, said=payload)
    for name in ("job", "rows"):
        page = clerk.get(address(job, name)).content.decode()
        for hidden in ("<script>alert", "<img src=x", "\u202e", "\u2066"):
            assert hidden not in page
        shown = re.findall(r"<bdi>(.*?)</bdi>", page)
        assert "14" not in shown and "49" not in shown
    if payload == PAYLOADS[-1]:
        assert payload in shown


def test_pages_ask_no_script_or_style_of_their_own(clerk):
    page = page_of(clerk, made_preview(clerk.staff))
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page)


def test_more_findings_do_not_ask_more_of_the_database(clerk, django_assert_max_num_queries):
    from lianyungang_cdpf.intake.presentation import PRIMARY

    job = made_import(clerk.staff)
    for number, code in enumerate(PRIMARY * 3):
        made_row(job, number + 4, code)
    # One more for each app whose kinds are rows: programmes, kinds of facility.
    with django_assert_max_num_queries(32):
        page_of(clerk, job)


def test_the_engine_agrees_about_posting_twice(clerk):
    job = made_preview(clerk.staff)
    assert post_import(job=job, by=clerk.staff).state == post_import(job=job, by=clerk.staff).state == "posting"
