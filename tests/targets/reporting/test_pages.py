"""The pages of 月报 in a browser: sound at both widths; a month is sent in and locked by two people."""

from lianyungang_cdpf.targets.reporting.actions import lock_report

YEAR, MONTH = "/admin/reports/2019/", "/admin/reports/2019/9/320706/"
WHY = "名单 11 月底前核实完毕"


def test_pages_of_reports_are_sound_and_a_month_goes_from_clerk_to_city(
    plan, goal, haizhou_clerk, city_clerk, send_in, make_person, pay, see, sound
):
    lock_report(report=send_in(8).report, by=city_clerk)
    goal(5)
    pay(make_person("欧阳慧敏"), 8)
    page = see(haizhou_clerk)
    sound(MONTH)
    page.get_by_role("button", name="报送 9 月月报").click()
    page.get_by_text("请写明原因和下一步").wait_for()
    sound.here()
    page.get_by_label("困难").first.fill(WHY)
    page.get_by_role("button", name="报送 9 月月报").click()
    page.get_by_text("等待市级审核").wait_for()
    for path in (MONTH, "/admin/reports/2019/8/320706/differences/hardship_subsidy/", f"{MONTH}differences/"):
        sound(path)
    page.context.clear_cookies()
    page = see(city_clerk)
    for path in (YEAR, f"{YEAR}close/", f"{MONTH}return/", f"{MONTH}lock/"):
        sound(path)
    page.get_by_role("button", name="审核通过并锁定").click()
    page.get_by_text("已锁定，以后的更正以差异反映").wait_for()
