"""What leaders, districts and the public look at, in every width and mode: axe with its rules of good practice, no loss
at 200 and 400 % zoom, a focus that is seen, and stops in the order of reading.

A page is loaded once and then turned; the cockpit has tests of its own.
"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from lianyungang_cdpf.pages.models import News
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.bulletin.actions import draft_bulletin, issue_bulletin
from lianyungang_cdpf.targets.models import Allocation, Demonstration, Plan, Target
from lianyungang_cdpf.targets.reporting.actions import lock_report, submit_report
from lianyungang_cdpf.targets.supervision.actions import answer_order, issue_order
from tests.facilities.conftest import make_facility
from tests.pages.public.test_facilities import OPEN

__all__ = ["make_facility"]

KEY, HAIZHOU, TOWN = "hardship_subsidy", "320706", "320706006"
DESK = 1280
WIDTHS = {1920: 1080, 1280: 800, 390: 844}
MODES = {
    "light": {"color_scheme": "light", "contrast": "no-preference"},
    "dark": {"color_scheme": "dark", "contrast": "no-preference"},
    "high contrast": {"color_scheme": "light", "contrast": "more"},
}
# A desk of 1280 px at 200 and at 400 %.
ZOOMED = {640: 480, 320: 256}
# A page that is wider than its window; and what holds text, has no bar to move it by and is narrower than the text.
# Charts are drawn anew first.
LOST = """async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    const root = document.documentElement;
    const cut = [...document.querySelectorAll("body *")].filter((one) => {
        const style = getComputedStyle(one);
        return ["hidden", "clip"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1
            && one.clientWidth > 1 && one.checkVisibility() && (one.innerText || "").trim();
    }).map((one) => `cuts off ${one.tagName}.${one.className} ${one.innerText.trim().slice(0, 40)}`);
    if (root.scrollWidth <= root.clientWidth) return cut;
    const right = (one) => one.getBoundingClientRect().right;
    const wide = [...document.querySelectorAll("body *")].filter((one) => right(one) > root.clientWidth);
    return [`too wide, the last: ${wide.at(-1).outerHTML.slice(0, 80)}`, ...cut];
}"""
# Goes where Tab goes. The stops whose focus is not seen, and those that lie wholly above and not right of the last one.
STOPS = """() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
    const stops = all.filter((one) => one.checkVisibility() && !one.disabled && one.type !== "hidden");
    const faults = [];
    const told = (one) => `${one.tagName} ${(one.innerText || one.name || one.ariaLabel || "").trim().slice(0, 30)}`;
    let last = null, number = 0;
    const outline = (one) => getComputedStyle(one).outlineStyle !== "none" && getComputedStyle(one).outlineWidth;
    const ring = (one) => parseFloat(outline(one)) >= 2;
    for (const one of stops) {
        one.focus({ focusVisible: true });
        if (document.activeElement !== one) continue;
        number += 1;
        // A card or a field for files has the ring of what it holds.
        const holder = one.closest("li, .drop");
        if (!ring(one) && !(holder && ring(holder))) faults.push(`no focus is seen: ${told(one)}`);
        const here = one.getBoundingClientRect();
        const before = last && last.getBoundingClientRect();
        if (before && here.bottom <= before.top && here.left < before.right - 1)
            faults.push(`${told(one)} comes after ${told(last)} and lies above it`);
        last = one;
    }
    document.activeElement.blur();
    return { number, faults };
}"""


@pytest.fixture
def busy(city_clerk, haizhou_clerk, make_staff, make_person, pay, make_facility, settings):
    """Something on every page: goals, payments, a locked and a waiting month, two orders, two bulletins, a facility and
    a policy. Gives the leader, who issues bulletins.
    """
    Demonstration.objects.create(as_of=date(2019, 10, 20), people=1, seed=1)
    leader, plan, target = make_staff("leader", area="320700", role="leader"), Plan.objects.get(), None
    Target.objects.filter(key=KEY).update(goal=8)
    target = Target.objects.select_related("plan").get(key=KEY)
    for unit in scopes.units():
        place = {"zone": unit.zone} if unit.zone else {"area": unit.area}
        Allocation.objects.create(target=target, goal=8 if unit.code == HAIZHOU else 1, **place)
    for month, area in enumerate([TOWN] * 5 + ["320722101"], start=1):
        pay(make_person("欧阳慧敏", area=area), month)
    haizhou, notes = scopes.on_the_board(HAIZHOU), {target.pk: "名单 11 月底前核实完毕"}
    locked = submit_report(plan=plan, month=8, unit=haizhou, notes=notes, by=haizhou_clerk)
    lock_report(report=locked.report, by=city_clerk)
    submit_report(plan=plan, month=9, unit=haizhou, notes=notes, by=haizhou_clerk)
    pay(make_person("司马相如", area=TOWN), 8)
    order = issue_order(
        target=target, scope=haizhou, due_on=localdate() + timedelta(days=14), text="请说明滞后原因，提出追赶措施。",
        by=city_clerk,
    )  # fmt: skip
    answer_order(order=order, text="银行账号核对较慢，10 月底前补发到位。", by=haizhou_clerk)
    august = draft_bulletin(year=2019, month=8, by=city_clerk)
    issued = issue_bulletin(bulletin=august, by=leader, seen=august.revision, issued_on=date(2019, 9, 9))
    draft = draft_bulletin(year=2019, month=9, by=city_clerk)
    make_facility("新海之家", opening_hours="周一至周五", has_ramp=True, **OPEN)
    article = News.objects.create(
        kind="policy", title="政策问答", text="# 小标题\n- 一\n- 二\n\n正文", state="published",
        published_from=localdate(),
    )  # fmt: skip
    settings.PUBLIC_SITE = {
        **settings.PUBLIC_SITE,
        "organiser": "某残联",
        "contact": "电话 123",
        "icp_number": "苏备1号",
    }
    return {"leader": leader, "order": order.pk, "issued": issued.pk, "draft": draft.pk, "article": article.pk}


BOARD, REPORTS = "/admin/board/", "/admin/reports/2019/"
STAFF_PAGES = (
    f"{BOARD}{KEY}/{HAIZHOU}/", f"{BOARD}{KEY}/{TOWN}/people/", f"{BOARD}family_doctor_rate/{HAIZHOU}/people/",
    f"{BOARD}assistive_devices/{HAIZHOU}/records/", f"{BOARD}{KEY}/{HAIZHOU}/why/",
    "/admin/split/2019/320700/", f"/admin/split/2019/320700/{KEY}/", f"/admin/split/2019/{HAIZHOU}/",
    REPORTS, f"{REPORTS}close/", f"{REPORTS}9/{HAIZHOU}/", f"{REPORTS}9/{HAIZHOU}/return/",
    f"{REPORTS}8/{HAIZHOU}/differences/", f"{REPORTS}8/{HAIZHOU}/differences/{KEY}/",
    "/admin/supervision/", "/admin/supervision/{order}/", "/admin/supervision/{order}/close/",
    "/admin/supervision/{order}/print/", f"/admin/supervision/issue/{KEY}/320707/",
    "/admin/bulletin/", "/admin/bulletin/{issued}/", "/admin/bulletin/{draft}/", "/admin/bulletin/{draft}/edit/",
)  # fmt: skip
DISTRICTS_PAGES = (BOARD, f"{BOARD}{KEY}/", f"{REPORTS}7/{HAIZHOU}/", f"/admin/split/2019/{HAIZHOU}/{KEY}/",
                   "/admin/supervision/{order}/follow-up/", "/admin/supervision/{order}/attachments/add/")  # fmt: skip
PUBLIC_PAGES = (
    *(reverse(f"public:{name}") for name in ("home", "progress", "facilities", "aid", "self_check", "news")),
    reverse("public:target", args=[KEY]), reverse("public:towns", args=[KEY, HAIZHOU]), "/news/{article}/",
    reverse("notices:index"),
)  # fmt: skip


@pytest.fixture
def look(page, axe):
    """look(path) turns the page into every width and mode; faults are told together, with where they were seen."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def turned(path):
        found = []
        answer = page.goto(path)
        assert answer.status == 200, path
        for width, height in (WIDTHS | ZOOMED).items():
            page.set_viewport_size({"width": width, "height": height})
            for name, media in MODES.items() if width in WIDTHS else ():
                page.emulate_media(**media)
                try:
                    axe(page, best_practice=True)
                except AssertionError as fault:
                    found.append(f"{width}, {name}: {fault}")
            page.emulate_media(**MODES["light"])
            found += [f"{path} at {width}: {text}" for text in page.evaluate(LOST)]
        page.set_viewport_size({"width": DESK, "height": WIDTHS[DESK]})
        page.keyboard.press("Tab")
        stops = page.evaluate(STOPS)
        assert stops["number"], f"{path} has no stop"
        found += [f"{path}: {fault}" for fault in stops["faults"]]
        assert complaints == [], path
        return found

    return turned


def test_pages_of_the_city_are_sound_in_every_look(busy, city_clerk, see, look):
    see(city_clerk)
    faults = [fault for path in STAFF_PAGES for fault in look(path.format(**busy))]
    assert not faults, "\n".join(faults)


def test_pages_of_a_district_and_of_who_issues_are_sound_in_every_look(busy, haizhou_clerk, see, look):
    see(haizhou_clerk)
    faults = [fault for path in DISTRICTS_PAGES for fault in look(path.format(**busy))]
    see(busy["leader"])
    faults += look(f"/admin/bulletin/{busy['draft']}/issue/")
    assert not faults, "\n".join(faults)


def test_pages_of_the_public_are_sound_in_every_look(busy, look):
    faults = [fault for path in PUBLIC_PAGES for fault in look(path.format(**busy))]
    assert not faults, "\n".join(faults)
