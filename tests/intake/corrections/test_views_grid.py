"""The page with the wrong rows: who sees and does what there, with and without JavaScript."""

import re

import pytest
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.models import ImportJob
from tests.intake.corrections.conftest import WRONG_ACCOUNT, version_of
from tests.intake.corrections.oracle import told

JSON = {"Accept": "application/json"}


@pytest.fixture
def odd(roll, people, line):
    """Row 3 has another name and account than it should, row 4 another amount."""
    first, second, third = people
    return roll([line(first), line(second, name="乙口", account=WRONG_ACCOUNT), line(third, amount="1")])


def page_of(job) -> str:
    return reverse("intake:grid", args=[job.uid])


def send(client, job, row, do="save", headers=None, query="", version=None, **fields):
    version = version_of(job, row) if version is None else version
    sent = {"do": do, "sheet": "", "row": row, "version": version, **fields}
    return client.post(f"{reverse('intake:grid_row', args=[job.uid])}{query}", sent, headers=headers)


def inputs(html: str, row: int) -> dict[str, str]:
    found = re.findall(
        rf'id="r0-{row}-(\w+)" form="f-r0-{row}" name="cell-\w+" data-column="\w+" value="([^"]*)"', html
    )
    return dict(found)


@pytest.fixture
def clerk(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def test_the_page_shows_the_wrong_rows_with_what_their_cells_held(clerk, odd, people):
    html = clerk.get(page_of(odd)).content.decode()
    assert inputs(html, 2) == {}
    expected = {"name": "乙口", "id_number": people[1].id_number, "amount": "370", "account_no": WRONG_ACCOUNT}
    assert inputs(html, 3) == expected
    assert inputs(html, 4)["amount"] == "1"


def test_each_wrong_cell_is_marked_and_explained(clerk, odd):
    html = clerk.get(page_of(odd)).content.decode()
    marked = re.findall(r'<input id="r0-(\d)-(\w+)"[^>]*aria-invalid="true" aria-describedby="(r0-\d-\w+-said)"', html)
    assert [one[:2] for one in marked] == [("3", "name"), ("3", "account_no"), ("4", "amount")]
    for _, _, said in marked:
        assert re.search(rf'id="{said}">\s*<p class="wrong">[^<]+。', html)


def test_without_javascript_a_row_is_saved_and_the_page_comes_back_to_it(clerk, odd, people):
    answer = send(clerk, odd, 4, query="?code=AMOUNT_NOT_STANDARD", **{"cell-amount": "370"})
    assert answer.status_code == 302 and answer.url.endswith("#r0-4")
    html = clerk.get(answer.url).content.decode()
    assert 'id="r0-4"' in html and "第 4 行：已保存。" in html and "文件中：<bdi>1</bdi>" in html
    assert told(odd)["", 4] == ("warned", "W_CORRECTED")


def test_with_the_script_the_rows_the_counts_and_a_sentence_come_back(clerk, odd):
    answer = send(clerk, odd, 4, headers=JSON, **{"cell-amount": "370"})
    body = answer.json()
    assert (answer.status_code, list(body["rows"])) == (200, ["r0-4"])
    assert body["counts"] == {"valid_rows": "2", "bad_rows": "1", "left_out": "0", "total": "740.00"}
    assert body["said"] == "第 4 行：已保存。现在可入账。"
    assert 'name="version" value="1"' in body["rows"]["r0-4"]


def test_rows_judged_anew_with_it_come_back_too(clerk, odd, people):
    body = send(clerk, odd, 3, headers=JSON, **{"cell-id_number": people[2].id_number, "cell-name": "丙三"}).json()
    assert set(body["rows"]) == {"r0-3", "r0-4"}
    assert "另有 1 行随之重新核验" in body["said"] and "本文件内重复" not in body["said"]
    assert "本文件中同一身份证号出现不止一次" in body["rows"]["r0-4"]


def test_the_second_of_two_clerks_sees_what_the_first_one_saved(clerk, odd, make_staff, sign_in):
    send(clerk, odd, 4, **{"cell-amount": "370"})
    other = sign_in(make_staff("colleague"))
    answer = send(other, odd, 4, headers=JSON, version=0, **{"cell-amount": "371"})
    assert answer.status_code == 409 and "别人刚刚改过这一行" in answer.json()["said"]
    assert 'value="370"' in answer.json()["rows"]["r0-4"]
    plain = send(other, odd, 4, version=0, **{"cell-amount": "371"})
    html = plain.content.decode()
    assert plain.status_code == 409 and "别人刚刚改过这一行" in html and inputs(html, 4)["amount"] == "370"


@pytest.mark.parametrize("state", ["posting", "posted"])
def test_an_import_on_its_way_into_the_records_is_only_read(clerk, odd, state):
    ImportJob.objects.update(state=state)
    html = clerk.get(page_of(odd)).content.decode()
    assert 'value="save"' not in html and "乙口" in html
    answer = send(clerk, odd, 4, headers=JSON, **{"cell-amount": "370"})
    assert answer.status_code == 409 and "入账" in answer.json()["said"]


def test_leaving_a_row_out_and_putting_it_back(clerk, odd):
    body = send(clerk, odd, 4, do="leave", headers=JSON).json()
    assert body["counts"]["left_out"] == "1" and "已删去" in body["rows"]["r0-4"]
    body = send(clerk, odd, 4, do="back", headers=JSON).json()
    assert body["counts"]["left_out"] == "0" and "现在有错误" in body["said"]


def test_a_made_up_deed_or_row_changes_nothing(clerk, odd):
    assert send(clerk, odd, 4, do="delete_all").status_code == 404
    assert send(clerk, odd, 99, headers=JSON, **{"cell-amount": "1"}).status_code == 409
    for row in ("", "-1", "九", "9" * 30):
        answer = clerk.post(reverse("intake:grid_row", args=[odd.uid]), {"row": row, "version": row}, headers=JSON)
        assert answer.status_code == 409
    assert not odd.decisions.exists()


# -- reviewers -------------------------------------------------------------------------------------------------------


@pytest.fixture
def reviewing(reviewer, sign_in):
    return sign_in(reviewer)


def test_a_reviewer_sees_masked_numbers_and_accepts_with_a_reason(reviewing, odd, people):
    html = reviewing.get(page_of(odd)).content.decode()
    number = people[1].id_number
    assert number not in html and f"{number[:6]}********{number[-4:]}" in html and WRONG_ACCOUNT not in html
    assert "接受“姓名与档案不一致、银行账号校验位不符”的理由" in html and 'value="save"' not in html
    assert 'id="a-r0-4"' not in html
    short = send(reviewing, odd, 3, do="accept", headers=JSON, reason="好")
    assert short.status_code == 422 and "理由" in short.json()["said"]
    body = send(reviewing, odd, 3, do="accept", headers=JSON, reason="存折账号，姓名为生僻字").json()
    assert body["said"] == "第 3 行：已接受，现在可入账。" and "存折账号，姓名为生僻字" in body["rows"]["r0-3"]
    assert 'value="withdraw"' in body["rows"]["r0-3"]


def test_a_reviewer_does_not_correct_and_a_clerk_does_not_accept(reviewing, clerk, odd):
    assert send(reviewing, odd, 4, **{"cell-amount": "370"}).status_code == 403
    assert send(clerk, odd, 3, do="accept", reason="存折账号无误").status_code == 403
    assert not odd.decisions.exists()


def test_a_reviewer_of_another_county_finds_nothing(odd, make_staff, sign_in):
    stranger = sign_in(make_staff("dh_reviewer", area="320722", role="district_reviewer"))
    assert stranger.get(page_of(odd)).status_code == 404
    assert send(stranger, odd, 3, do="accept", reason="存折账号无误").status_code == 404


def test_the_imports_page_says_what_the_file_said_and_who_corrected_it(clerk, reviewing, odd, people):
    send(clerk, odd, 4, **{"cell-amount": "370", "cell-id_number": people[0].id_number})
    send(reviewing, odd, 3, do="accept", reason="存折账号，姓名为生僻字")
    for client in (clerk, reviewing):
        text = " ".join(
            re.sub(r"<[^>]+>", " ", client.get(reverse("intake:job", args=[odd.uid])).content.decode()).split()
        )
        assert "处理过的行 2 行" in text and "改正 1 行，删去 0 行，审核接受 1 行" in text
        assert "金额：文件中 1 ，改为 370" in text and "海州经办员" in text
        assert "审核员于2" in text and "理由：存折账号，姓名为生僻字" in text
        assert people[0].id_number not in text and people[2].id_number not in text


def test_lists_to_take_away_say_what_was_decided(clerk, reviewing, odd, make_person):
    send(clerk, odd, 4, do="leave")
    send(reviewing, odd, 3, do="accept", reason="存折账号，姓名为生僻字")
    text = clerk.get(reverse("intake:rows_csv", args=[odd.uid])).content.decode("utf-8-sig")
    assert '"提醒","文本文件","3"' in text and "审核已接受" in text and "理由：存折账号" in text
    assert '"删去","文本文件","4"' in text


def test_opening_the_whole_numbers_is_in_the_log(clerk, reviewing, odd):
    clerk.get(page_of(odd))
    reviewing.get(page_of(odd))
    assert list(AuditLine.objects.filter(deed="打开改正页").values_list("username", flat=True)) == ["haizhou_clerk"]


def test_many_wrong_rows_are_paged_and_cost_no_more_statements(
    clerk, roll, people, line, django_assert_max_num_queries, no_n_plus_one
):
    job = roll([line(people[0], amount=str(number)) for number in range(1, 41)])
    with django_assert_max_num_queries(20), no_n_plus_one():
        html = clerk.get(page_of(job)).content.decode()
    assert html.count('class="line b') == 25 and "共 2 页" in html
    last = clerk.get(f"{page_of(job)}?page=2&code=DUPLICATE_IN_FILE").content.decode()
    assert last.count('class="line b') == 14


def test_a_certificate_and_an_id_number_out_of_one_cell_are_one_cell(send_roll, clerk, people):
    job = send_roll([["姓名", "残疾证号", "金额"], ["甲一", people[0].id_number[:17], "370"]])
    html = clerk.get(page_of(job)).content.decode()
    assert set(inputs(html, 2)) == {"name", "certificate_no", "amount"}
    number = people[0].certificates.get().number
    body = send(clerk, job, 2, headers=JSON, **{"cell-certificate_no": number}).json()
    assert body["said"] == "第 2 行：已保存。现在可入账。"


@pytest.fixture
def send_roll(run_import, request, haizhou_clerk):
    give = request.getfixturevalue("send")
    return lambda rows: run_import(give(haizhou_clerk, "hardship_subsidy", rows))
