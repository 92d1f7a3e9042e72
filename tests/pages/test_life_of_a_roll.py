"""The life of a roll from end to end in real browsers: uploaded, explained, approved by two, paid, sent back by the
bank, sent again, compared, recovered.

At work are the clerks of two counties, a reviewer, an approver of civil affairs and a finance officer; and a visitor
without an account looks at the public notice.
"""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from playwright.sync_api import Page, expect

from beneficiaries.models import Person
from subsidies import invariants
from subsidies.bank.models import BankFile
from subsidies.models import ComparisonCase, Notice, Payment, RecoveryCase, Roll
from subsidies.recovery.money import Money, money_of
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN
from tests.pages.test_clerks_hour import work_of_the_worker
from tests.subsidies.samples import account

KIND = "困难残疾人生活补贴"
FEBRUARY, MARCH = date(2019, 2, 1), date(2019, 3, 1)
STAYS, STOPPED, NEW, STRANGER = "赵长寿", "孙玉梅", "钱海燕", "李东海"
SENT_BACK = "账号已销户"
OWN_REVIEW = "您在本轮审批中已办理“审核”，不能再办理“审定”，请由其他人员办理。"


@dataclass
class Desks:
    """Everybody's own browser."""

    clerk: Page
    other_clerk: Page
    reviewer: Page
    civil: Page
    finance: Page


@pytest.fixture
def desks(transactional_db, desk, taker, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    staff = taker("prepare"), taker("prepare", DONGHAI), taker("review"), taker("confirm"), taker("pay")
    return Desks(*map(desk, staff))


@pytest.fixture
def people(transactional_db, standards, make_person, make_roll):
    """Two of Haizhou who were paid in February, one who was not yet, and one of Donghai; all are owed 370 yuan."""
    owed = {"category": 4, "grade": 1, "hardship": "低保"}
    found = {
        name: make_person(name, account_no=account(at), **owed)
        for at, name in enumerate((STAYS, STOPPED, NEW), start=1)
    }
    found[STRANGER] = make_person(STRANGER, area=DONGHAI_TOWN, account_no=account(4), **owed)
    paid = {"month": FEBRUARY, "state": "paid", "paid_on": date(2019, 2, 28)}
    make_roll(found[STAYS], found[STOPPED], reference="R-HZ", **paid)
    make_roll(found[STRANGER], area=DONGHAI, reference="R-DH", **paid)
    return found


def press(page, button):
    page.get_by_role("button", name=button, exact=True).click()


def follow(page, link):
    page.get_by_role("link", name=link, exact=True).first.click()


def take(page, button, **boxes):
    follow(page, button)
    for label, value in boxes.items():
        page.get_by_label(label).fill(value)
    press(page, button)


def open_roll(page):
    """March's roll, from the list as who is at the desk sees it."""
    page.goto(reverse("admin:subsidies_roll_changelist"))
    follow(page, the_roll().reference)


def the_roll() -> Roll:
    return Roll.objects.get(month=MARCH)


def page_of(record) -> str:
    return reverse(f"admin:{record._meta.label_lower.replace('.', '_')}_change", args=[record.pk])


def says(page, *sentences):
    for sentence in sentences:
        expect(page.locator("main")).to_contain_text(sentence)


# -- the acts --------------------------------------------------------------------------------------------------------


def upload_march(clerk, people, folder):
    """The clerk sends the file in, the worker reads it, the clerk posts it."""
    file = folder / f"2019年3月{KIND}.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as sheet:
        lines = csv.writer(sheet)
        lines.writerow(["姓名", "身份证号", "补贴金额", "银行卡号"])
        for one in (people[STAYS], people[NEW]):
            lines.writerow([one.name, one.id_number, "370", one.account_no])
    clerk.goto("/admin/intake/")
    clerk.get_by_role("radio", name=KIND).check()
    clerk.get_by_label("文件", exact=True).set_input_files(file)
    press(clerk, "上传并核验")
    work_of_the_worker()
    clerk.reload()
    says(clerk, "核对：2 行可入账，没有错误")
    press(clerk, "入账 2 行")
    work_of_the_worker()
    clerk.reload()
    says(clerk, "已入账 2 行，740.00 元")


def explain_and_submit(clerk):
    """Without reasons the roll is refused in words; with them it is handed in."""
    open_roll(clerk)
    says(clerk, "2 项变动，2 项未写明原因")
    take(clerk, "提交审批")
    says(clerk, "未写明原因")
    assert the_roll().state == "posted"
    open_roll(clerk)
    follow(clerk, "与上月相比")
    for name, kind, reason in ((NEW, "新增", "新申请批准"), (STOPPED, "停发", "本人自愿放弃")):
        row = clerk.get_by_role("row").filter(has=clerk.get_by_role("rowheader", name=name, exact=True))
        expect(row).to_contain_text(kind)
        row.get_by_role("checkbox").check()
        clerk.locator("form[method=post]").get_by_label("原因", exact=True).select_option(label=reason)
        press(clerk, "保存原因")
        expect(row).to_contain_text(reason)
    says(clerk, "2 项变动，都有原因")
    open_roll(clerk)
    take(clerk, "提交审批")
    assert the_roll().state == "submitted"


def hidden_from(stranger, people):
    """Another county's clerk sees their own roll and people, and of these nothing at all."""
    own, foreign = (STRANGER, "R-DH"), (STAYS, NEW, STOPPED, the_roll().reference)
    lists = ("/admin/rolls/", "subsidies_roll", "subsidies_payment", "beneficiaries_person", "subsidies_recoverycase")
    seen = ""
    for name in lists:
        stranger.goto(name if name.startswith("/") else reverse(f"admin:{name}_changelist"))
        seen += stranger.locator("main").inner_text()
    stranger.goto(reverse("comparison:cases"))
    seen += stranger.locator("main").inner_text()
    assert all(word in seen for word in own) and not any(word in seen for word in foreign)
    roll, pages = the_roll(), [reverse("one_person", args=[people[STAYS].pk])]
    pages += [page_of(roll)]
    pages += [reverse(name, args=[roll.pk]) for name in ("bank:overview", "monthly:differences", "roll:approve")]
    pages += [page_of(case) for case in RecoveryCase.objects.all()]
    pages += [reverse("comparison:case", args=[case.pk]) for case in ComparisonCase.objects.all()]
    assert {page: stranger.goto(page).status for page in pages} == dict.fromkeys(pages, 404)


def approve_by_two(desks, reviewer):
    """The reviewer passes it, and even with the right to confirm is refused the next step; civil affairs take it."""
    open_roll(desks.reviewer)
    take(desks.reviewer, "审核通过")
    reviewer.user_permissions.add(Permission.objects.get(codename="confirm_roll"))
    open_roll(desks.reviewer)
    says(desks.reviewer, OWN_REVIEW)
    desks.reviewer.goto(reverse("roll:approve", args=[the_roll().pk]))
    expect(desks.reviewer.get_by_role("button", name="审定通过")).to_have_count(0)
    reviewer.user_permissions.clear()
    assert the_roll().state == "submitted"
    open_roll(desks.civil)
    take(desks.civil, "审定通过")
    assert (the_roll().state, bool(the_roll().digest)) == ("approved", True)


def publish(clerk, visitor, people):
    """The clerk publishes; a visitor without an account finds masked names and nothing else of anybody."""
    open_roll(clerk)
    take(clerk, "发布公示", 监督电话="0518-00000000")
    says(clerk, "公示中")
    notice = Notice.objects.get()
    visitor.goto(reverse("notices:index"))
    follow(visitor, notice.title)
    says(visitor, "赵*寿", "钱*燕", "370.00")
    source = visitor.content()
    for one in (people[STAYS], people[NEW]):
        for secret in (one.name, one.id_number, one.id_number[6:14], one.account_no):
            assert secret not in source


def bank_answers(finance, number, folder, results):
    """The bank file is downloaded as it is sent, and answered line by line; the day comes with the return."""
    with finance.expect_download() as coming:
        follow(finance, "下载报盘文件")
    lines = coming.value.path().read_bytes().decode("gb18030").splitlines()
    answer = folder / f"回盘{number}.txt"
    # The last column, 备注, is the bank's: result and reason take its place.
    told = (f"{line.rpartition('^')[0]}^{'^'.join(result)}" for line, result in zip(lines, results, strict=True))
    answer.write_bytes("".join(f"{line}\r\n" for line in told).encode("gb18030"))
    follow(finance, "导入回盘")
    finance.get_by_label("银行处理日期").fill("2019-03-28")
    finance.locator("input[type=file]").set_input_files(answer)
    press(finance, "上传并核对")
    return lines


def pay(finance, folder):
    """One is paid, one comes back; the roll's page says where the money is and whose came back."""
    open_roll(finance)
    follow(finance, "生成报盘文件")
    finance.locator("[name=layout]").select_option(label="一卡通文本（^ 分隔）")
    press(finance, "生成报盘文件")
    follow(finance, "第 1 个")
    lines = bank_answers(finance, 1, folder, [("成功", ""), ("失败", SENT_BACK)])
    assert [line.split("^")[7] for line in lines] == [STAYS, NEW]
    says(finance, "已付 1 笔 370.00 元，退回 1 笔 370.00 元")
    press(finance, "记入回盘")
    open_roll(finance)
    take(finance, "标记为已发放", 发放日期="2019-03-28")
    says(finance, "审批：已发放", "应发 740.00 元", f"{NEW} 370.00 元，2019-03-28：{SENT_BACK}")
    assert parts_shown(finance) == ["740.00 元（2 笔）", "370.00 元（1 笔）", "370.00 元（1 笔）", "0.00 元（0 笔）"]
    says(finance, "应发 = 已付 + 银行退回 + 未付或未回盘，三项相加与应发一致。")


def parts_shown(page) -> list[str]:
    """应发, 已付, 银行退回, 未付或未回盘 on the page."""
    return page.locator("dl.money dd").all_inner_texts()


def pay_again(finance, folder):
    """With a right account the returned payment is sent again, and paid."""
    follow(finance, "银行报盘和回盘")
    follow(finance, "重发（1 笔）")
    finance.locator("[name=layout]").select_option(label="一卡通文本（^ 分隔）")
    finance.get_by_label(f"{NEW}：新账号").fill(account(9))
    finance.get_by_label(f"{NEW}：户名").fill(NEW)
    finance.locator("form[method=post] button.main").click()
    assert parts_shown(finance) == ["740.00 元（2 笔）", "370.00 元（1 笔）", "0.00 元（0 笔）", "370.00 元（1 笔）"]
    follow(finance, "第 2 个")
    (line,) = bank_answers(finance, 2, folder, [("成功", "")])
    assert account(9) in line
    press(finance, "记入回盘")
    open_roll(finance)
    assert parts_shown(finance) == ["740.00 元（2 笔）", "740.00 元（2 笔）", "0.00 元（0 笔）", "0.00 元（0 笔）"]


def find_the_dead(clerk, person):
    """A death in February that becomes known only now; comparing March finds what was paid since."""
    clerk.goto(reverse("people:depart", args=[person.pk, "death"]))
    clerk.get_by_label("死亡日期").fill("2019-02-11")
    clerk.get_by_label("信息来源").fill("村里上报")
    press(clerk, "登记去世")
    clerk.goto(reverse("comparison:cases"))
    follow(clerk, "运行比对")
    clerk.get_by_label("月份").select_option("2019-03")
    press(clerk, "开始比对")
    says(clerk, "2019-03 比对完成：新发现 1 个")
    follow(clerk, f"{STAYS}：死亡后仍在发放")
    says(clerk, "死亡后仍在发放", "档案登记已于 2019-02-11 死亡", "370.00")


def settle(reviewer):
    """What comes of it is the reviewer's to say."""
    reviewer.goto(reverse("comparison:cases"))
    follow(reviewer, f"{STAYS}：死亡后仍在发放")
    follow(reviewer, "处理")
    reviewer.get_by_label("处理结果").select_option(label="停发并追缴")
    reviewer.get_by_label("处理理由").fill("死亡后多发一个月")
    press(reviewer, "处理比对问题")
    says(reviewer, "处理为“停发并追缴”")
    expect(reviewer.get_by_role("link", name="立案追缴")).to_have_count(0)


def recover(clerk, finance):
    """The settled case leads to a recovery of its month; what finance enters settles it."""
    clerk.reload()
    follow(clerk, "立案追缴")
    expect(clerk.get_by_role("checkbox", name="2019-03")).to_be_checked()
    expect(clerk.get_by_role("checkbox", name="2019-02")).not_to_be_checked()
    clerk.get_by_label("错发原因").select_option(label="死亡")
    clerk.get_by_label("情况说明").fill("2019-02-11 死亡，家属未报")
    press(clerk, "立案追缴")
    says(clerk, "应追缴 370.00 元", "未追回 370.00")
    finance.goto(reverse("admin:subsidies_recoverycase_changelist"))
    follow(finance, STAYS)
    follow(finance, "登记退缴")
    for label, value in (("退缴金额", "370"), ("退缴日期", "2019-09-02"), ("收据号", "0001")):
        finance.get_by_label(label).fill(value)
    press(finance, "登记退缴")
    says(finance, "已结清", "应追缴 370.00 元 = 退缴 370.00 + 抵扣 0.00 + 核销 0.00 + 未追回 0.00")
    clerk.goto(reverse("comparison:case", args=[ComparisonCase.objects.get().pk]))
    says(clerk, "追缴案件：已结清，应追缴 370.00 元，未追回 0.00 元")
    expect(clerk.get_by_role("link", name="立案追缴")).to_have_count(0)
    clerk.goto(reverse("admin:subsidies_roll_change", args=[the_roll().pk]))
    says(clerk, "已付款项中已追回 370.00 元")


def money() -> Money:
    return money_of(Payment.objects.filter(roll=the_roll()))


def yuan(planned, paid, returned, outstanding, recovered) -> Money:
    found = Money(*map(Decimal, (planned, paid, returned, outstanding, recovered)))
    assert found.adds_up
    return found


@pytest.mark.both_databases
def test_from_the_upload_to_the_last_yuan_got_back(desks, people, taker, new_context, tmp_path):
    upload_march(desks.clerk, people, tmp_path)
    assert money() == yuan(740, 0, 0, 740, 0)
    explain_and_submit(desks.clerk)
    hidden_from(desks.other_clerk, people)
    approve_by_two(desks, taker("review"))
    publish(desks.clerk, new_context(java_script_enabled=False).new_page(), people)
    pay(desks.finance, tmp_path)
    assert money() == yuan(740, 370, 370, 0, 0)
    pay_again(desks.finance, tmp_path)
    assert money() == yuan(740, 740, 0, 0, 0)
    assert list(BankFile.objects.order_by("number").values_list("line_count", flat=True)) == [2, 1]
    find_the_dead(desks.clerk, people[STAYS])
    settle(desks.reviewer)
    recover(desks.clerk, desks.finance)
    hidden_from(desks.other_clerk, people)

    assert money() == yuan(740, 370, 0, 0, 370)
    assert ComparisonCase.objects.get().outcome == "recover"
    case = RecoveryCase.objects.get()
    assert (case.person, case.state, case.refunded, case.balance) == (people[STAYS], "settled", 370, 0)
    assert Person.objects.get(pk=people[STAYS].pk).died_on == date(2019, 2, 11)
    taken = the_roll().approvals.order_by("pk").values_list("step__code", "taken_by__username")
    assert list(taken) == [(step, f"{step}_320706") for step in ("prepare", "review", "confirm", "pay")]
    assert list(invariants.breaches()) == []
