"""The same file again (U11): which roll it has become, whatever its name or bytes, and what one changed row changed."""

import io
import time
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from lianyungang_cdpf.intake.actions import start_import
from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.persistence import kept_rows
from lianyungang_cdpf.intake.recognition import AlreadyPosted, compare, posted_alike, rows_digest
from subsidies.models import Payment, Roll
from tests.fixtures_imports import csv_of

HEADER = ["姓名", "身份证号", "金额", "银行账号"]
ACCOUNT = "6299999630040357070"
OTHER_ACCOUNT = "6228480402564890018"


@pytest.fixture
def people(standards, make_person):
    return [
        make_person(name, category=4, grade=1, hardship="低保", account_no=ACCOUNT) for name in ("甲", "乙", "丙", "丁")
    ]


def rows_of(people, amount="370", account=ACCOUNT):
    return [HEADER, *([one.name, one.id_number, amount, account] for one in people)]


@pytest.fixture
def sent(send, run_import):
    def sent_and_read(staff, rows, **options):
        return run_import(send(staff, "hardship_subsidy", rows, **options))

    return sent_and_read


@pytest.fixture
def posted(people, sent, post, haizhou_clerk):
    job = post(sent(haizhou_clerk, rows_of(people), name="三月.csv"))
    assert job.state == "posted"
    return job


def upload(client, content: bytes, name: str):
    file = io.BytesIO(content)
    file.name = name
    return client.post("/admin/intake/", {"kind": "hardship_subsidy", "month": "2019-03", "file": file})


# -- the same bytes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["三月.csv", "改了名字.csv"])
def test_the_same_file_leads_to_the_roll_it_has_become(posted, people, make_staff, sign_in, name):
    colleague = make_staff("colleague", name="海州另一人")
    answer = upload(sign_in(colleague), csv_of(rows_of(people)), name)
    page, roll = answer.content.decode(), Roll.objects.get()
    assert answer.status_code == 422
    assert "这个文件已经入账，不必再导入" in page
    assert reverse("intake:job", args=[posted.uid]) in page
    assert reverse("admin:subsidies_roll_change", args=[roll.pk]) in page and roll.reference in page
    assert "海州经办员" in page and f"{posted.finished_at.astimezone():%Y}年" in page
    assert (Roll.objects.count(), Payment.objects.count()) == (1, 4)


def test_the_refused_copy_explains_itself_on_its_own_page(posted, people, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    upload(client, csv_of(rows_of(people)), "再来.csv")
    copy = ImportJob.objects.get(state="refused")
    assert copy.same_as == posted and not copy.stored_name
    page = client.get(reverse("intake:job", args=[copy.uid])).content.decode()
    assert reverse("intake:job", args=[posted.uid]) in page and Roll.objects.get().reference in page
    assert "这个文件不必再导入" in page
    assert "已经入账过，不必再导入" in client.get("/admin/intake/").content.decode()


def test_another_countys_file_is_not_recognised(posted, people, donghai_clerk, sent):
    job = sent(donghai_clerk, rows_of(people))
    assert job.state == "ready" and job.same_as is None


def test_an_undone_roll_does_not_keep_its_file_away(posted, people, haizhou_clerk, sent):
    ImportJob.objects.filter(pk=posted.pk).update(state="undone")
    assert sent(haizhou_clerk, rows_of(people)).state == "ready"


def test_the_sentence_of_the_command_line_names_the_roll(posted, people, haizhou_clerk):
    from django.core.files.base import ContentFile

    with pytest.raises(AlreadyPosted) as refused:
        start_import(
            by=haizhou_clerk, kind=kind_named("hardship_subsidy"), name="x.csv", month=posted.month, queue=False,
            upload=ContentFile(csv_of(rows_of(people))),
        )  # fmt: skip
    assert Roll.objects.get().reference in refused.value.sentence and "海州经办员" in refused.value.sentence


# -- the same rows in other bytes --------------------------------------------------------------------------------------


def as_workbook(rows, amounts_as_numbers=True) -> bytes:
    """As Excel saves it: two blank rows, a title, amounts as numbers."""
    book, content = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["海州区2019年3月困难残疾人生活补贴"])
    sheet.append([])
    for row in rows:
        sheet.append([float(cell) if cell == "370" and amounts_as_numbers else cell for cell in row])
    book.save(content)
    return content.getvalue()


def page_of(client, job):
    return client.get(reverse("intake:job", args=[job.uid])).content.decode()


def test_the_same_rows_saved_again_by_excel_are_recognised(posted, people, haizhou_clerk, sent, sign_in):
    job = sent(haizhou_clerk, as_workbook(rows_of(people)), name="另存.xlsx")
    assert job.sha256 != posted.sha256 and posted_alike(job, haizhou_clerk) == posted
    page = page_of(sign_in(haizhou_clerk), job)
    assert f"内容与已入账的花名册 {Roll.objects.get().reference} 完全相同" in page
    assert reverse("intake:job", args=[posted.uid]) in page


def test_the_order_of_rows_and_the_form_of_amounts_make_no_difference(posted, people, haizhou_clerk, sent):
    job = sent(haizhou_clerk, rows_of(people[::-1], amount="370.00"))
    assert posted_alike(job, haizhou_clerk) == posted


@pytest.mark.parametrize("change", ["name", "id", "amount", "account", "one more", "one less", "one twice"])
def test_any_difference_in_a_row_makes_another_file(posted, people, haizhou_clerk, sent, make_person, change):
    rows = rows_of(people)
    rows[2] = list(rows[2])
    if change in ("name", "id", "amount", "account"):
        place = ["name", "id", "amount", "account"].index(change)
        rows[2][place] = ["甲乙", make_person("戊").id_number, "371", OTHER_ACCOUNT][place]
    elif change == "one less":
        del rows[2]
    else:
        rows.append(["戊", make_person("戊").id_number, "370", ACCOUNT] if change == "one more" else rows[2])
    job = sent(haizhou_clerk, rows)
    posted.refresh_from_db()
    assert posted_alike(job, haizhou_clerk) is None
    # Where number and total agree, the digests have told them apart.
    assert bool(job.rows_digest) == bool(posted.rows_digest) == (change in ("name", "id", "account"))


def test_the_same_people_in_another_month_are_another_roll(posted, people, haizhou_clerk, sent, sign_in):

    job = sent(
        haizhou_clerk, as_workbook(rows_of(people)).replace(b"x", b"x"), month=date(2019, 4, 1), name="四月.xlsx"
    )
    page = page_of(sign_in(haizhou_clerk), job)
    assert "完全相同" not in page and "本月已有花名册" not in page


def test_the_digest_is_keyed(posted, settings):
    kind = kind_named(posted.kind)
    rows = kept_rows(posted, kind)
    first = rows_digest(kind, rows)
    assert first == rows_digest(kind, rows[::-1]) and len(first) == 64
    settings.DIGEST_KEY = b"k" * 32
    assert rows_digest(kind, rows) != first


def test_a_roll_of_another_total_costs_no_digest(posted, people, haizhou_clerk, sent):
    assert sent(haizhou_clerk, rows_of(people[:2])).rows_digest == ""
    posted.refresh_from_db()
    assert posted.rows_digest == ""


# -- what has changed --------------------------------------------------------------------------------------------------


@pytest.fixture
def changed(posted, people, haizhou_clerk, sent, make_person):
    """甲 gets another amount and account, 乙 is gone, 丙 and 丁 as before, 戊 is new."""
    new = make_person("戊", category=4, grade=1, hardship="低保")
    rows = [
        HEADER,
        [people[0].name, people[0].id_number, "360", OTHER_ACCOUNT],
        [people[2].name, people[2].id_number, "370.00", ACCOUNT],
        [people[3].name, people[3].id_number, "370", ACCOUNT],
        ["戊", new.id_number, "370", ACCOUNT],
    ]
    return sent(haizhou_clerk, rows, name="改过.csv")


def test_the_preview_counts_what_is_not_as_posted(changed, haizhou_clerk, sign_in):
    page = page_of(sign_in(haizhou_clerk), changed)
    assert f"本月已有花名册 {Roll.objects.get().reference} 入账" in page
    assert "有变化 1 行，新增 1 行，减少 1 行" in page
    assert reverse("intake:compare", args=[changed.uid]) in page


def compare_page(client, job, what=""):
    return client.get(reverse("intake:compare", args=[job.uid]), {"what": what}).content.decode()


def test_the_changed_row_is_shown_with_each_field_before_and_after_masked(changed, people, haizhou_clerk, sign_in):
    page = compare_page(sign_in(haizhou_clerk), changed)
    assert "金额：<bdi>370.00</bdi> → <bdi>360.00</bdi>" in page
    assert "银行账号：<bdi>****7070</bdi> → <bdi>****0018</bdi>" in page
    assert "其余 2 行与入账时一样" in page
    number = people[0].id_number
    assert f"320701********{number[-4:]}" in page
    assert number not in page and ACCOUNT not in page and OTHER_ACCOUNT not in page


def test_new_rows_and_those_that_are_gone_are_listed_apart(changed, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    added, removed = compare_page(client, changed, "added"), compare_page(client, changed, "removed")
    assert "<bdi>戊</bdi>" in added and "<bdi>乙</bdi>" not in added
    assert "<bdi>乙</bdi>" in removed and "<bdi>戊</bdi>" not in removed


def test_two_numbers_that_look_alike_behind_the_mask_are_said_to_differ(posted, people, haizhou_clerk, sent, sign_in):
    alike = ACCOUNT[:6] + "0000000000" + ACCOUNT[-4:]
    job = sent(haizhou_clerk, rows_of(people[:1], account=alike))
    assert "****7070</bdi> → <bdi>****7070（遮盖的几位有变化）" in compare_page(sign_in(haizhou_clerk), job)


def test_a_column_that_one_file_does_not_have_is_no_change_of_every_row(posted, people, haizhou_clerk, sent):
    job = sent(haizhou_clerk, [row[:3] for row in rows_of(people)])
    result = compare(job, posted, kind_named(job.kind))
    assert (result.added, result.removed, result.changed, result.unchanged) == ([], [], [], 4)


def test_rows_that_were_not_posted_count_as_new(people, sent, post, haizhou_clerk):
    spoilt = rows_of(people)
    spoilt[1] = [people[0].name, people[0].id_number, "叁佰", ACCOUNT]
    first = post(sent(haizhou_clerk, spoilt))
    assert (first.state, first.applied_rows) == ("posted", 3)
    result = compare(sent(haizhou_clerk, rows_of(people)), first, kind_named(first.kind))
    assert [change.after.values["name"] for change in result.added] == ["甲"] and result.unchanged == 3


def test_already_paid_rows_are_named_as_ever(changed, people):
    told = dict(changed.rows.values_list("row", "codes"))
    assert all(told[row].startswith("ALREADY_PAID") for row in (2, 3, 4)) and told[5] == ""


def test_with_nothing_posted_there_is_nothing_to_compare(people, haizhou_clerk, sent, sign_in):
    job = sent(haizhou_clerk, rows_of(people))
    client = sign_in(haizhou_clerk)
    assert "还没有入账的花名册可以比较" in compare_page(client, job)
    assert "本月已有花名册" not in page_of(client, job)


def test_a_long_comparison_is_paged_and_asks_the_same_of_the_database(
    posted, haizhou_clerk, sent, sign_in, django_assert_max_num_queries
):
    from tests.fixtures_city import make_id

    job = sent(haizhou_clerk, [HEADER, *(["某", make_id(number), "370", ACCOUNT] for number in range(20, 140))])
    client = sign_in(haizhou_clerk)
    with django_assert_max_num_queries(25):
        page = compare_page(client, job, "added")
    assert page.count("<bdi>某</bdi>") == 50 and "共 3 页" in page
    last = client.get(reverse("intake:compare", args=[job.uid]), {"what": "added", "page": 99}).content.decode()
    assert last.count("<bdi>某</bdi>") == 20


def test_one_person_named_thousands_of_times_does_not_take_the_page_down(posted, people, haizhou_clerk, sent):
    row = rows_of(people)[1]
    job = sent(haizhou_clerk, [HEADER, *([row] * 5_000)])
    ImportJob.objects.filter(pk=posted.pk).update(state="undone")
    twin = sent(haizhou_clerk, [HEADER, *([[*row[:2], "1", ACCOUNT]] * 5_000)])
    twin.rows.update(verdict="valid")
    started = time.monotonic()
    result = compare(job, twin, kind_named(job.kind))
    assert len(result.changed) == 5_000 and time.monotonic() - started < 5
