"""A clerk's hour from end to end in real browsers, without a mouse: from the empty form to the board that has moved.

Three people are at work, each in a browser of their own: Haizhou's clerk, its reviewer, and a leader of the city.
"""

import re
import signal
from datetime import date

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from playwright.sync_api import expect

from beneficiaries.models import Person
from lianyungang_cdpf.metrics.models import ChangeStamp
from subsidies.models import Payment, PaymentAcceptance, Roll
from tests.browser import HEIGHTS
from tests.fixtures_city import PASSWORD

KIND, MONTH = "困难残疾人生活补贴", date(2019, 3, 1)
ACCOUNT = "6299999630040357070"
REASON = "姓名中的生僻字被表格软件丢失，已与户口簿核对，是同一人"
PAID = "board/hardship_subsidy/?year=2019&as_of=2019-12-31"
NAMES = ["孙玉梅", "王长友", "陈晓东", "李秀英", "周国强", "吴桂兰", "赵铁柱", "钱海燕", "王𬭎宇", "郑小军"]
# A busy machine takes its time; what is waited for is the answer, not a number of seconds.
PATIENCE = 30_000
# Whatever a pointer touches is a complaint like any other.
NO_POINTER = "addEventListener('pointerdown', () => console.error('a pointer was used'), true)"
HAS_FOCUS = "element => element === document.activeElement"
# In the window, and under nothing that stays in place while the rest scrolls.
IN_SIGHT = """element => {
  const box = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""


class AtTheKeyboard:
    """Somebody at a browser of their own, who has no mouse; whatever the console complains of is kept."""

    def __init__(self, context, axe, english_words):
        context.add_init_script(NO_POINTER)
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.axe, self.english_words = axe, english_words
        self.complaints = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        # Listened for from the start: a chooser that opens before is lost.
        self.page.on("filechooser", lambda chooser: None)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text):
        self.page.keyboard.insert_text(text)

    def tab_to(self, element, most=60, key="Tab"):
        """Press Tab until the element has the focus, as its owner would; the focus must then be in sight."""
        for _ in range(most):
            if element.evaluate(HAS_FOCUS):
                assert element.evaluate(IN_SIGHT), f"{element} has the focus, and nobody sees it"
                return
            self.press(key)
        focus = self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        raise AssertionError(f"{element} is not reached by {most} times {key}; the focus is on {focus}")

    def follow(self, element, address, most=60):
        self.tab_to(element, most)
        self.press("Enter")
        self.page.wait_for_url(address)

    def link(self, name):
        return self.page.get_by_role("link", name=name, exact=True)

    def button(self, name):
        return self.page.get_by_role("button", name=name)

    def sign_in(self, staff):
        self.page.goto("/admin/")
        self.tab_to(self.page.get_by_label("用户名"))
        self.write(staff.username)
        self.tab_to(self.page.get_by_label("密码"))
        self.write(PASSWORD)
        self.sound()
        self.press("Enter")
        self.page.wait_for_url(lambda address: "/login/" not in address)

    def sound(self):
        """Nothing is wrong with the page as it stands, on a desk and on a phone: axe, English, overflow, console."""
        for width in (390, 1280):
            self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            self.axe(self.page)
            too_wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert too_wide <= 0, f"{self.page.url} is {too_wide} px too wide at {width}"
        assert self.english_words(self.page) == [], self.page.url
        assert self.complaints == [], self.page.url


@pytest.fixture
def at_the_keyboard(new_context, axe, english_words, transactional_db):
    """at_the_keyboard(staff): that person's own browser, signed in by keys."""

    def seated(staff):
        somebody = AtTheKeyboard(new_context(), axe, english_words)
        somebody.sign_in(staff)
        return somebody

    return seated


@pytest.fixture
def people(transactional_db, standards, make_person, make_roll):
    """Ten people of Haizhou who are owed 370 yuan each for March; two others were paid in February."""
    paid = {"state": "paid", "paid_on": date(2019, 2, 28)}
    make_roll(*(make_person(name) for name in ("冯早", "褚早")), month=date(2019, 2, 1), **paid)
    ChangeStamp.objects.touch(source="subsidies.payment", kind="hardship_subsidy", year=2019)
    return [make_person(name, account_no=ACCOUNT, category=4, grade=1, hardship="低保") for name in NAMES]


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def wrong_digit(id_number: str) -> str:
    return id_number[:-1] + ("1" if id_number[-1] != "1" else "2")


def rows_of(people) -> list[tuple | None]:
    """(name, ID number, amount) as a hurried clerk types them; None is a blank row."""
    plain = [(one.name, one.id_number, 370) for one in people]
    numbers = [one.id_number for one in people]
    return [
        plain[0],
        ("王 长 友", wide(numbers[1]), 370),
        ("陳曉東", f" {numbers[2][:6]} {numbers[2][6:14]} {numbers[2][14:]} ", 370),
        ("李秀英", numbers[3], "370元"),
        plain[4],
        None,
        ("吴桂兰", wrong_digit(numbers[5]), 370),
        ("赵铁柱", numbers[6], 380),
        (None, numbers[7], 370),
        ("王?宇", numbers[8], 370),
        plain[9],
    ]


FIRST_ROW = 5
WRONG_NUMBER, WRONG_AMOUNT, NO_NAME, LOST_SIGN = (FIRST_ROW + index for index in (6, 7, 8, 9))


def fill_in(form, people) -> None:
    """The form as it was downloaded, filled in and saved: its title names the month, its last row the sum."""
    book = load_workbook(form)
    sheet = book[KIND]
    title = sheet["A1"].value
    sheet["A1"] = title.replace("（　　　　年　　月）", "（2019年3月）")
    assert sheet["A1"].value != title
    column = {cell.value.rstrip("*＊ "): cell.column for cell in sheet[3] if cell.value}
    rows = rows_of(people)
    for row, line in enumerate(rows, start=FIRST_ROW):
        if line is not None:
            texts = dict(zip(("姓名", "身份证号", "补贴金额"), line, strict=True))
            for heading, text in texts.items():
                sheet.cell(row, column[heading], text)
            sheet.cell(row, column["银行卡号"], ACCOUNT)
    last = FIRST_ROW + len(rows)
    sheet.cell(last, 1, "合计")
    sheet.cell(last, column["补贴金额"], 370 * len(people) + 10)
    book.save(form)


def work_of_the_worker() -> None:
    """What the worker does with the queue: all that waits in it. The signals it takes over are given back."""
    taken = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)}
    try:
        call_command("worker", batch=True, startup_delay=False, verbosity=0)
    finally:
        for one, handler in taken.items():
            signal.signal(one, handler)


def downloaded_form(clerk, folder):
    clerk.follow(clerk.link("花名册导入"), "**/admin/intake/")
    clerk.sound()
    clerk.tab_to(clerk.page.get_by_role("link", name=re.compile(rf"^下载模板\s*：{KIND}$")))
    with clerk.page.expect_download() as coming:
        clerk.press("Enter")
    form = folder / coming.value.suggested_filename
    coming.value.save_as(form)
    assert form.name == f"{KIND}_模板.xlsx"
    return form


def upload(clerk, roll) -> None:
    """Its kind, its file and off it goes; the page then follows the work until the preview is there."""
    page = clerk.page
    clerk.tab_to(page.get_by_role("radio", name=KIND), key="Shift+Tab")
    clerk.press("Space")
    clerk.tab_to(page.get_by_label("文件", exact=True))
    with page.expect_file_chooser() as chooser:
        clerk.press("Space")
    chooser.value.set_files(roll)
    clerk.tab_to(clerk.button("上传并核验"))
    clerk.press("Enter")
    page.wait_for_url("**/admin/intake/*-*/")
    expect(page.locator("h2#state")).to_have_text("等待核验")
    expect(page.locator(".phase [aria-current=step]")).to_contain_text("排队")
    clerk.sound()
    work_of_the_worker()
    expect(page.locator("h2#state")).to_have_text("核对：6 行可入账，4 行有错误")


def correct_three(clerk, people) -> None:
    page, said, bad = clerk.page, clerk.page.locator("#said"), clerk.page.locator("[data-count=bad_rows]")
    clerk.follow(clerk.link("在网页上改正"), "**/grid/")
    clerk.sound()
    page.evaluate("window.never_reloaded = true")
    expect(bad).to_have_text("4")
    texts = {
        WRONG_NUMBER: ("身份证号", people[5].id_number),
        WRONG_AMOUNT: ("补贴金额", "370"),
        NO_NAME: ("姓名", people[7].name),
    }
    for left, (row, (heading, text)) in zip((3, 2, 1), texts.items(), strict=True):
        clerk.tab_to(page.get_by_role("textbox", name=f"第 {row} 行 {heading}", exact=True))
        clerk.press("Control+a")
        clerk.write(text)
        clerk.press("Enter")
        expect(said).to_have_text(f"第 {row} 行：已保存。现在可入账。")
        expect(bad).to_have_text(str(left))
    expect(page.locator("[data-count=valid_rows]")).to_have_text("9")
    expect(page.locator("[data-count=total]")).to_have_text("3,330.00")
    assert page.evaluate("window.never_reloaded")
    clerk.sound()


def accept_the_fourth(reviewer, roll) -> None:
    page = reviewer.page
    reviewer.follow(reviewer.link("花名册导入"), "**/admin/intake/")
    reviewer.sound()
    reviewer.follow(reviewer.link(roll.name), "**/admin/intake/*-*/")
    reviewer.sound()
    expect(page.locator("main")).not_to_contain_text("重新上传")
    reviewer.follow(reviewer.link("审核例外"), "**/grid/")
    reviewer.tab_to(page.get_by_label("接受“姓名与档案不一致”的理由"))
    reviewer.write(REASON)
    reviewer.sound()
    reviewer.press("Enter")
    expect(page.locator("#said")).to_have_text(f"第 {LOST_SIGN} 行：已接受，现在可入账。")
    expect(page.locator("[data-count=bad_rows]")).to_have_text("0")
    reviewer.sound()


def post(clerk) -> None:
    page = clerk.page
    clerk.follow(clerk.link("回到核对预览"), "**/admin/intake/*-*/", most=90)
    expect(page.locator("h2#state")).to_have_text("核对：10 行可入账，没有错误")
    clerk.sound()
    clerk.tab_to(clerk.button("入账 10 行"), most=90)
    clerk.press("Enter")
    expect(page.locator("h2#state")).to_have_text("正在入账")
    clerk.sound()
    work_of_the_worker()
    expect(page.locator("h2#state")).to_have_text("已入账 10 行，3,700.00 元")
    clerk.sound()


def figures(leader) -> list[str]:
    """How many are counted in Haizhou and in the city, as the page says it."""
    leader.page.goto(f"/admin/{PAID}")
    leader.sound()
    table = leader.page.get_by_role("table", name="完成情况")
    lines = [table.get_by_role("row", name=place).first for place in ("海州区", "连云港市")]
    return [line.get_by_role("cell").first.inner_text() for line in lines]


@pytest.mark.both_databases
def test_by_keys_alone_from_the_empty_form_to_the_board(
    at_the_keyboard, people, haizhou_clerk, make_staff, explain, walk, settings, tmp_path
):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    leader = at_the_keyboard(make_staff("leader", "320700", "leader", name="分管领导"))
    clerk = at_the_keyboard(haizhou_clerk)
    reviewer_account = make_staff("haizhou_reviewer", role="district_reviewer", name="审核员")
    assert figures(leader) == ["2", "2"]

    roll = downloaded_form(clerk, tmp_path)
    fill_in(roll, people)
    upload(clerk, roll)
    clerk.sound()
    correct_three(clerk, people)
    reviewer = at_the_keyboard(reviewer_account)
    accept_the_fourth(reviewer, roll)
    assert not Payment.objects.filter(month=MONTH).exists()
    post(clerk)

    assert set(Payment.objects.filter(month=MONTH).values_list("person", "amount")) == {(one.pk, 370) for one in people}
    accepted = PaymentAcceptance.objects.get()
    assert accepted.payment.person == Person.objects.get(pk=people[8].pk)
    assert (accepted.reason, accepted.accepted_by) == (REASON, reviewer_account)
    assert Roll.objects.get(month=MONTH).payment_count == 10
    assert figures(leader) == ["2", "2"], "posted is not paid"
    explain(Roll.objects.get(month=MONTH), new="application", stopped="voluntary")
    walk(Roll.objects.get(month=MONTH))
    assert figures(leader) == ["12", "12"]
    clerk.follow(clerk.link("到驾驶舱看进度"), "**/admin/board/")
    line = clerk.page.locator(".goals tr", has=clerk.page.get_by_role("link", name=re.compile("困难.*生活补贴")))
    expect(line.get_by_role("cell", name="12", exact=True)).to_be_visible()
    clerk.sound()
