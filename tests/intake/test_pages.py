"""The import pages in a real browser: nothing that axe-core objects to, wide and narrow, and the way of a clerk."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from lianyungang_cdpf.intake.models import ImportJob
from tests.fixtures_city import PASSWORD
from tests.intake.made_imports import made_import, made_preview, made_row

QUESTION = {"where": "工作表“Sheet1”第 1 行", "sentence": "标题写的是 8 月，您选的是 9 月。"}
CHANGE = {"sheet": "伊山镇", "row": 5, "was": "", "now": "PERSON_DEAD"}
UNKNOWN = [[5, "打卡数", "打卡数"], [6, "折子", "折子"], [7, "经办核对情况", "经办核对情况"]]
PLACES = {"header": [3, 3], "end": 7, "fields": {"name": 1, "id_number": 2, "amount": 4}, "unknown": UNKNOWN}
ASKS = {"sheet": "伊山镇", "row": 3, "missing": ["amount"], "fields": ["name", "id_number"], "unknown": UNKNOWN}
LONG_NAME = "海州区" + "各镇街道" * 60 + "九月.xlsx"


@pytest.fixture
def signed_in(page, transactional_db, haizhou_clerk):
    """The page of Haizhou's clerk, who has signed in as clerks do."""
    page.goto("/admin/login/")
    page.fill("[name=username]", haizhou_clerk.username)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit], input[type=submit], main button")
    page.wait_for_url(re.compile(r"/admin/(?!login)"))
    return page


def states_of(staff):
    """An import in each state in which the page looks different."""
    now = timezone.now()
    asking = made_preview(staff, needs_confirmation=True, summary={"questions": [QUESTION]})
    mismatch = {"code": "DECLARED_TOTAL_MISMATCH", "sentence": "合计写 1,560.00 元，逐行相加 1,550.00 元。"}
    full = made_preview(
        staff,
        file_name=LONG_NAME[:255],
        stored_name="full.upload",
        summary={"file_warnings": [mismatch], "changed_since": [CHANGE], "columns": {"伊山镇": PLACES}},
    )
    for number in range(60):
        made_row(full, 100 + number, "NAME_MISMATCH,BANK_LUHN", name="欧阳·买买提明", said="姓名与残疾人档案不一致")
    return {
        "reading": made_import(staff, "reading", phase="核对人员", rows_done=12, rows_total=50, heartbeat_at=now),
        "asking": asking,
        "ready": full,
        "nothing": made_import(staff, summary={"valid_rows": 0, "bad_rows": 5}),
        "mapping": made_import(
            staff,
            "mapping",
            stored_name="mapping.upload",
            summary={"asks": ASKS},
            sentence="工作表“伊山镇”第 3 行是表头，但没有认出必填的“补贴金额”列：列名可能是本单位自己的写法。",
        ),
        "posted": made_import(staff, "posted", stored_name="posted.upload", applied_rows=3, finished_at=now),
        "refused": made_import(staff, "refused", sentence="文件已损坏。", finished_at=now),
        "discarded": made_import(staff, "discarded", finished_at=now),
    }


@pytest.mark.parametrize("width", [1280, 390])
def test_no_import_page_has_an_accessibility_violation(signed_in, at_width, axe, haizhou_clerk, width):
    states = states_of(haizhou_clerk)
    at_width(width)
    addresses = ["/admin/intake/", f"/admin/intake/{states['ready'].uid}/rows/", "/admin/intake/?state=failed"]
    addresses += [f"/admin/intake/{job.uid}/" for job in states.values()]
    for address in addresses:
        signed_in.goto(address)
        axe(signed_in)
        fits = signed_in.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert fits, f"{address} is wider than {width} px"


def test_a_refused_upload_says_so_at_the_file_without_a_violation(signed_in, axe, tmp_path):
    picture = tmp_path / "名册.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    signed_in.goto("/admin/intake/")
    signed_in.check("text=困难残疾人生活补贴")
    signed_in.set_input_files("#id_file", picture)
    signed_in.click("text=上传并核验")
    expect(signed_in.locator("#file-error")).to_contain_text("PNG 图片")
    axe(signed_in)


def test_the_page_follows_the_work_without_being_reloaded_by_hand(signed_in, haizhou_clerk):
    job = made_import(
        haizhou_clerk, "reading", phase="核对人员", rows_done=1, rows_total=4, heartbeat_at=timezone.now()
    )
    signed_in.goto(f"/admin/intake/{job.uid}/")
    ImportJob.objects.update(rows_done=3)
    expect(signed_in.locator(".sentence")).to_have_text("核对人员：3 行，共 4 行。")
    expect(signed_in.locator("[role=status]")).to_have_text("核对人员：3 行，共 4 行。")
    ImportJob.objects.update(state="ready")
    expect(signed_in.locator("h2#state")).to_contain_text("3 行可入账")


def test_the_button_says_what_the_chosen_way_does(signed_in, haizhou_clerk):
    signed_in.goto(f"/admin/intake/{made_preview(haizhou_clerk).uid}/")
    button = signed_in.locator("button[form=post]")
    expect(button).to_have_text("入账 3 行")
    signed_in.check("#mode-all")
    expect(button).to_have_text("全部正确才入账")


def test_a_clerk_posts_with_the_keyboard_alone(signed_in, haizhou_clerk):
    job = made_preview(haizhou_clerk)
    signed_in.goto(f"/admin/intake/{job.uid}/")
    signed_in.focus("#mode-valid")
    signed_in.keyboard.press("Tab")
    signed_in.keyboard.press("Enter")
    expect(signed_in.locator("h2#state")).to_have_text("正在入账")
    job.refresh_from_db()
    assert job.state == "posting"


def test_the_chosen_file_is_named_in_chinese_surroundings(signed_in, tmp_path):
    roll = tmp_path / "海州区九月.csv"
    roll.write_text("姓名,身份证号,金额\n", encoding="utf-8")
    signed_in.goto("/admin/intake/")
    expect(signed_in.locator(".picked .none")).to_be_visible()
    signed_in.set_input_files("#id_file", roll)
    expect(signed_in.locator(".picked .some")).to_have_text("海州区九月.csv")
    expect(signed_in.locator(".picked .none")).to_be_hidden()
