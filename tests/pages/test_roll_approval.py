"""A roll from the clerk's hand to the bank in real browsers: clerk, reviewer, civil affairs, finance, and the board."""

from datetime import date

from playwright.sync_api import expect

from lianyungang_cdpf.metrics.models import ChangeStamp
from subsidies.models import Approval, Payment, Roll

BOARD = "/admin/board/hardship_subsidy/?year=2019&as_of=2019-12-31"


def open_roll(page):
    page.goto("/admin/rolls/")
    page.get_by_role("link", name="R-1").click()


def take(page, button, **boxes):
    page.get_by_role("link", name=button, exact=True).click()
    for label, value in boxes.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name=button, exact=True).click()


def on_the_board(page) -> str:
    page.goto(BOARD)
    return page.locator("main").inner_text()


def test_four_pairs_of_hands_and_then_the_board_moves(transactional_db, desk, taker, make_roll, make_person):
    make_roll(make_person("甲"), make_person("乙"))
    ChangeStamp.objects.touch(source="subsidies.payment", kind="hardship_subsidy", year=2019)
    clerk, reviewer, civil, finance = (desk(taker(code)) for code in ("prepare", "review", "confirm", "pay"))
    before = on_the_board(clerk)

    open_roll(clerk)
    take(clerk, "提交审批")
    open_roll(reviewer)
    take(reviewer, "审核退回", 原因="乙的账号请再核对")
    open_roll(clerk)
    expect(clerk.get_by_text("乙的账号请再核对").first).to_be_visible()
    take(clerk, "提交审批")
    open_roll(reviewer)
    take(reviewer, "审核通过")
    open_roll(civil)
    take(civil, "审定通过")
    assert on_the_board(clerk) == before, "approved is not paid"
    open_roll(finance)
    take(finance, "标记为已发放", 发放日期="2019-03-28")
    expect(finance.get_by_role("heading", name="审批：已发放")).to_be_visible()

    roll = Roll.objects.get()
    assert (roll.state, roll.round, roll.paid_on) == ("paid", 2, date(2019, 3, 28))
    assert list(Approval.objects.values_list("round", "step__name", "outcome")) == [
        (1, "编制", "passed"), (1, "审核", "returned"), (2, "编制", "passed"), (2, "审核", "passed"),
        (2, "审定", "passed"), (2, "发放", "passed"),
    ]  # fmt: skip
    assert Payment.objects.counted().count() == 2
    assert on_the_board(clerk) != before
