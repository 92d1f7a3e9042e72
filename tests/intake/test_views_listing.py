"""The list of imports: what each line says is next, what the filters find, and how lines stay up to date."""

import re
import uuid
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from lianyungang_cdpf.intake.models import ImportJob
from tests.intake.made_imports import made_import, made_preview

FRONT = "/admin/intake/"
STATES = "/admin/intake/states/"


def shown(client, **asked) -> str:
    return client.get(FRONT, asked).content.decode()


def files(page: str) -> list[str]:
    return re.findall(r"<a href=\"/admin/intake/[0-9a-f-]{36}/\"><bdi>(.*?)</bdi>", page)


def next_of(page: str) -> str:
    return re.search(r'<td class="next">(.*?)</td>', page, re.DOTALL)[1].strip()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "queued"}, "排队中，轮到后自动开始"),
        (
            {"state": "reading", "phase": "核对人员与标准", "rows_done": 5, "rows_total": 9},
            "核对人员与标准：5 行，共 9 行",
        ),
        ({"state": "ready"}, "待核对：2 行有错误"),
        ({"state": "ready", "summary": {"bad_rows": 0}}, "待核对：3 行可入账，没有错误"),
        ({"state": "ready", "summary": {"valid_rows": 0}}, "没有可以入账的行：改正后重新上传"),
        ({"state": "ready", "needs_confirmation": True}, "待核对：有疑问需要确认"),
        ({"state": "posting", "phase": "写入", "rows_total": 3}, "写入：0 行，共 3 行"),
        ({"state": "posted"}, "2 行错误待改正"),
        ({"state": "posted", "summary": {"bad_rows": 0}}, "已完成"),
        ({"state": "refused", "sentence": "文件是空的。"}, "改正后重新上传：文件是空的。"),
        ({"state": "failed", "stored_name": "a.upload"}, "可以重新处理"),
        ({"state": "failed"}, "请重新上传"),
        ({"state": "discarded"}, "不用处理；需要时重新上传"),
        ({"state": "undone"}, "需要重新入账的，重新上传"),
    ],
)
def test_every_line_says_what_is_to_be_done_next(haizhou_clerk, sign_in, fields, said):
    made_import(haizhou_clerk, heartbeat_at=timezone.now(), **fields)
    assert next_of(shown(sign_in(haizhou_clerk))) == said


def test_a_summary_from_before_does_not_break_the_line(haizhou_clerk, sign_in):
    job = made_import(haizhou_clerk, "ready")
    ImportJob.objects.filter(pk=job.pk).update(summary={})
    assert next_of(shown(sign_in(haizhou_clerk))) == "没有可以入账的行：改正后重新上传"


def test_ones_own_and_all_of_the_place(haizhou_clerk, make_staff, sign_in):
    made_import(haizhou_clerk, file_name="我的.xlsx")
    made_import(make_staff("colleague"), file_name="同事的.xlsx")
    client = sign_in(haizhou_clerk)
    assert files(shown(client)) == ["同事的.xlsx", "我的.xlsx"]
    assert files(shown(client, whose="mine")) == ["我的.xlsx"]


def test_the_filters_find_by_month_and_file_name(haizhou_clerk, donghai_clerk, sign_in):
    made_import(haizhou_clerk, file_name="三月100%名册.xlsx", month=date(2019, 3, 1))
    made_import(haizhou_clerk, file_name="四月名册.XLSX", month=date(2019, 4, 1))
    made_import(donghai_clerk, file_name="三月东海.xlsx", month=date(2019, 3, 1))
    client = sign_in(haizhou_clerk)
    assert files(shown(client, month="2019-03")) == ["三月100%名册.xlsx"]
    assert files(shown(client, month="2019年4月")) == ["四月名册.XLSX"]
    assert files(shown(client, q="xlsx", state="ready")) == ["四月名册.XLSX", "三月100%名册.xlsx"]
    assert files(shown(client, q="100%")) == ["三月100%名册.xlsx"]
    assert files(shown(client, q="%", month="2019-04")) == []
    assert "没有符合条件的导入" in shown(client, q="没有这个")


@pytest.mark.parametrize(
    "asked",
    [
        {"month": "2019-13"},
        {"month": "\x00"},
        {"q": "\x00"},
        {"whose": "others"},
        {"state": "nothing"},
        {"page": "-5"},
        {"q": "x" * 5_000, "month": "y" * 5_000},
    ],
)
def test_a_filter_that_is_none_does_no_harm(haizhou_clerk, sign_in, asked):
    made_import(haizhou_clerk)
    assert sign_in(haizhou_clerk).get(FRONT, asked).status_code == 200


def test_what_was_asked_stands_in_the_form_again_harmlessly(haizhou_clerk, sign_in):
    page = shown(sign_in(haizhou_clerk), q='"><script>alert(1)</script>', whose="mine")
    assert "<script>alert" not in page
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert '<option value="mine" selected>' in page


def test_a_full_page_asks_no_more_of_the_database_than_one_line(haizhou_clerk, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(haizhou_clerk)
    made_import(haizhou_clerk)
    with CaptureQueriesContext(connection) as one:
        shown(client)
    for state in ("queued", "reading", "posting", "ready", "posted", "refused", "failed") * 3:
        made_import(haizhou_clerk, state, heartbeat_at=timezone.now(), phase="写入", rows_done=1, rows_total=3)
    with django_assert_num_queries(len(one)):
        shown(client)


# -- staying up to date ------------------------------------------------------------------------------------------------


def test_the_script_learns_of_a_line_what_the_page_would_say(haizhou_clerk, sign_in):
    job = made_import(
        haizhou_clerk, "reading", phase="核对人员与标准", rows_done=5, rows_total=9, heartbeat_at=timezone.now()
    )
    client = sign_in(haizhou_clerk)
    assert f'data-uid="{job.uid}"' in shown(client)
    answer = client.get(STATES, {"uid": [job.uid]}).json()["jobs"]
    assert answer == [
        {
            "uid": str(job.uid), "state": "正在核验", "sign": "n", "working": True, "rows": "9",
            "next": "核对人员与标准：5 行，共 9 行",
        }
    ]  # fmt: skip
    ImportJob.objects.update(state="posted", applied_rows=3)
    line = client.get(STATES, {"uid": [job.uid]}).json()["jobs"][0]
    assert (line["state"], line["sign"], line["working"], line["rows"]) == ("已入账", "o", False, "3")
    assert "data-uid" not in shown(client)


def test_of_foreign_and_unknown_imports_nothing_is_told(haizhou_clerk, donghai_clerk, sign_in):
    foreign = made_preview(donghai_clerk)
    asked = {"uid": [foreign.uid, uuid.uuid4(), "no uid", "'; DROP TABLE", "\x00"]}
    assert sign_in(haizhou_clerk).get(STATES, asked).json() == {"jobs": []}


def test_no_more_lines_are_told_than_a_page_holds(haizhou_clerk, sign_in, django_assert_max_num_queries):
    jobs = [made_import(haizhou_clerk) for _ in range(30)]
    client = sign_in(haizhou_clerk)
    with django_assert_max_num_queries(12):
        answer = client.get(STATES, {"uid": [job.uid for job in jobs]})
    assert len(answer.json()["jobs"]) == 20


def test_the_line_leads_to_the_page_of_the_import(haizhou_clerk, sign_in):
    job = made_import(haizhou_clerk)
    assert reverse("intake:job", args=[job.uid]) in shown(sign_in(haizhou_clerk))
