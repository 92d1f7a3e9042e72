"""The page of differences, its file, and where the roll's pages point to it."""

import io

import openpyxl
import pytest
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from subsidies.models import DifferenceReason, Payment
from tests.fixtures_city import DONGHAI


@pytest.fixture
def roll(february, march, make_person):
    stays, goes, comes, card = make_person("留守"), make_person("去除"), make_person("来到"), make_person("换卡")
    february(stays, goes, card)
    roll = march(stays, comes, card)
    Payment.objects.filter(roll=roll, person=card).update(account_digest="b" * 64)
    return roll


def at(roll, name="differences") -> str:
    return reverse(f"monthly:{name}", args=[roll.pk])


def text(response) -> str:
    return response.content.decode()


def box(person_name, kind) -> str:
    person = Payment.objects.filter(person__name=person_name).first().person_id
    return f"{kind}:{person}"


def test_the_page_lists_each_difference_with_sums(roll, sign_in, taker):
    page = text(sign_in(taker("prepare")).get(at(roll)))
    assert "3 项变动，3 项未写明原因" in page
    for name in ("去除", "来到", "换卡"):
        assert name in page
    assert "留守" not in page and "-370.00" in page and "+370.00" in page


def test_the_lists_are_sifted_by_kind_and_reason(roll, sign_in, taker):
    client = sign_in(taker("prepare"))
    assert "来到" in text(client.get(at(roll), {"kind": "new"}))
    assert "去除" not in text(client.get(at(roll), {"kind": "new"}))
    assert "没有这样的变动" in text(client.get(at(roll), {"state": "settled"}))
    assert client.get(at(roll), {"kind": "nothing"}).status_code == 400


def test_reasons_are_saved_for_those_that_are_ticked(roll, sign_in, taker):
    client = sign_in(taker("prepare"))
    answer = client.post(
        at(roll) + "?state=open",
        {"chosen": [box("去除", "stopped")], "reason": "stopped:imprisoned", "note": "三月收监"},
    )
    assert answer.headers["Location"] == at(roll) + "?state=open"
    kept = DifferenceReason.objects.get()
    assert (kept.person.name, kept.code, kept.note) == ("去除", "imprisoned", "三月收监")
    shown = text(client.get(at(roll)))
    assert "服刑：三月收监" in shown and "2 项未写明原因" in shown


def test_one_reason_for_all_open_ones_of_its_kind(roll, sign_in, taker):
    sign_in(taker("prepare")).post(at(roll), {"reason": "account:new_card", "every": "on"})
    assert list(DifferenceReason.objects.values_list("person__name", "kind")) == [("换卡", "account")]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "stopped:imprisoned"}, "请先选择要填写原因的变动。"),
        ({"chosen": ["new:1"]}, "请选择原因。"),
        ({"chosen": ["new:x", "x"], "reason": "new:application"}, "请先选择要填写原因的变动。"),
        ({"reason": "stopped:application"}, "请重新选择原因。"),
    ],
)
def test_what_cannot_be_saved_is_said_above_the_list(roll, sign_in, taker, fields, said):
    answer = sign_in(taker("prepare")).post(at(roll), fields)
    assert answer.status_code == 422 and said in text(answer)
    assert not DifferenceReason.objects.exists()


def test_who_only_looks_has_no_boxes(roll, sign_in, taker):
    page = text(sign_in(taker("review")).get(at(roll)))
    assert "来到" in page and "保存原因" not in page and 'name="chosen"' not in page


def test_another_county_finds_nothing(roll, sign_in, taker):
    client = sign_in(taker("prepare", DONGHAI))
    for name in ("differences", "differences_file"):
        assert client.get(at(roll, name)).status_code == 404


def test_the_file_holds_what_is_listed_masked_with_a_line_in_the_log(roll, sign_in, taker):
    clerk = taker("prepare")
    answer = sign_in(clerk).get(at(roll, "differences_file"), {"kind": "stopped"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    headings, *rows = sheet.values
    assert headings[:6] == ("变动", "姓名", "身份证号", "地区", "上月金额（元）", "本月金额（元）")
    assert [(row[0], row[1], row[4], row[5], row[9]) for row in rows] == [("停发", "去除", 370, 0, "未写明")]
    person = Payment.objects.filter(person__name="去除").first().person
    assert person.id_number not in str(rows) and person.id_number[:4] in rows[0][2]
    line = AuditLine.objects.get(deed="导出逐月变动")
    assert (line.staff, line.summary) == (clerk, "R-3：1 行，xlsx")


def test_the_roll_and_its_submission_point_to_what_is_open(roll, sign_in, taker):
    client = sign_in(taker("prepare"))
    for address in (reverse("admin:subsidies_roll_change", args=[roll.pk]), reverse("roll:submit", args=[roll.pk])):
        page = text(client.get(address))
        assert at(roll) in page and "3 项未写明原因" in page
    answer = client.post(reverse("roll:submit", args=[roll.pk]), {"at": roll.stands_at})
    assert answer.status_code == 422 and "还有 3 项变动没有写明原因" in text(answer)


def test_a_first_month_says_that_there_is_nothing_to_compare(march, make_person, sign_in, taker):
    roll = march(make_person())
    assert "没有可以比较的月份" in text(sign_in(taker("prepare")).get(at(roll)))
    assert at(roll) not in text(sign_in(taker("prepare")).get(reverse("admin:subsidies_roll_change", args=[roll.pk])))


def test_fifty_a_page_and_no_statement_more_for_a_row(february, march, make_person, sign_in, taker, no_n_plus_one):
    stays = make_person()
    february(stays)
    roll = march(stays, *(make_person() for _ in range(60)))
    client = sign_in(taker("prepare"))
    with no_n_plus_one():
        first = text(client.get(at(roll)))
    second = text(client.get(at(roll), {"page": 2}))
    assert (first.count('name="chosen"'), second.count('name="chosen"')) == (50, 10)


@pytest.mark.parametrize("code", ["prepare", "review"])
def test_the_pages_are_sound(roll, taker, see, sound, code):
    staff = taker(code)
    DifferenceReason.objects.create(
        programme=roll.programme, month=roll.month, area=roll.area, kind="new", code="other", note="镇里补报的新对象",
        person=Payment.objects.get(roll=roll, person__name="来到").person, by=taker("prepare"),
    )  # fmt: skip
    see(staff)
    known = ("R-3", "R-2", staff.username, "prepare_320706")
    sound(at(roll), *known)
    sound(at(roll) + "?state=open", *known)
    if code == "prepare":
        sound(reverse("monthly:carry", args=[roll.pk]), *known)
