"""What a clerk says of a file."""

from datetime import date, timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from lianyungang_cdpf.intake.forms import ImportForm, MonthField


@pytest.mark.parametrize(
    "text",
    ["2019-03", "2019-3", "2019/03", "2019.3", "2019年3月", "2019年03月", "201903", "２０１９－０３", " 2019-03 "],
)
def test_a_month_is_understood_as_offices_write_it(text):
    assert MonthField().clean(text) == date(2019, 3, 1)


@pytest.mark.parametrize("text", ["2019", "2019-13", "2019-00", "3月", "03/2019", "٢٠١٩-٠٣", "2019-03-05", "abc"])
def test_what_is_no_month_is_refused_with_an_example(text):
    with pytest.raises(forms.ValidationError, match="2019-03"):
        MonthField().clean(text)


def filled(staff, **data):
    upload = SimpleUploadedFile("a.xlsx", b"x")
    return ImportForm({"kind": "hardship_subsidy", **data}, {"file": upload}, staff=staff)


def test_a_month_may_be_left_to_the_file(haizhou_clerk):
    form = filled(haizhou_clerk)
    assert form.is_valid()
    assert form.cleaned_data["month"] is None


@pytest.mark.parametrize("month", ["1999-12", "2999-01"])
def test_a_month_beyond_reason_is_refused(haizhou_clerk, month):
    assert "不在可导入的范围内" in filled(haizhou_clerk, month=month).errors["month"][0]


def test_only_the_city_is_asked_for_the_day_of_payment(city_clerk, haizhou_clerk):
    assert ImportForm(staff=city_clerk).asks_paid_on
    assert "paid_on" not in ImportForm(staff=haizhou_clerk).fields


def test_a_day_of_payment_that_a_district_sends_is_not_read(haizhou_clerk):
    form = filled(haizhou_clerk, paid_on="2019-03-15")
    assert form.is_valid()
    assert "paid_on" not in form.cleaned_data


def test_a_day_of_payment_lies_not_in_the_future(city_clerk):
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert "不能晚于今天" in filled(city_clerk, paid_on=tomorrow.isoformat()).errors["paid_on"][0]


def test_a_register_has_no_day_of_payment(city_clerk):
    assert "不填发放日期" in filled(city_clerk, kind="register", paid_on="2019-03-15").errors["paid_on"][0]


def test_a_town_clerk_is_offered_no_roll(make_staff):
    clerk = make_staff("town", "320706001", "town_clerk")
    assert "补贴花名册" not in dict(ImportForm(staff=clerk).groups)
    assert {"register", "households", "payment_history"} <= ImportForm(staff=clerk).kinds.keys()
    assert "不能导入这个种类" in filled(clerk).errors["kind"][0]


def test_kinds_stand_in_their_groups(haizhou_clerk):
    groups = {name: [kind.code for kind in kinds] for name, kinds in ImportForm(staff=haizhou_clerk).groups}
    services = ["康复服务", "托养服务", "教育服务", "就业服务", "其他救助和活动"]
    assert set(groups) == {"补贴花名册", "人员情况和变动", "数据比对名单", "基础数据", *services, "设施", "年度目标"}
    assert list(groups)[:2] == ["补贴花名册", "人员情况和变动"]
    assert "child_rehab_training" in groups["康复服务"] and "disabled_persons_home" in groups["设施"]
    assert groups["年度目标"] == ["allocation"]
    assert {name: groups[name] for name in ("补贴花名册", "人员情况和变动", "基础数据")} == {
        "补贴花名册": [
            "hardship_subsidy",
            "nursing_subsidy",
            "pension_premium",
            "commercial_insurance",
            "education_grant",
        ],
        "人员情况和变动": [
            "hardship_dibao",
            "hardship_tekun",
            "households",
            "guardians",
            "uncertified_children",
            "disability_parts",
            "departures",
            "transfers",
            "merges",
        ],
        "基础数据": ["register", "payment_history"],
    }


@pytest.mark.parametrize(
    ("kind", "sent", "month"),
    [
        ("pension_premium", {"month": "", "term": "2019"}, date(2019, 1, 1)),
        ("pension_premium", {"month": "", "term": "２０１９ 年度"}, date(2019, 1, 1)),
        ("pension_premium", {"month": "2019-03"}, date(2019, 1, 1)),
        ("education_grant", {"month": "", "term": "2019-2020学年"}, date(2019, 9, 1)),
        ("education_grant", {"month": "2019-03"}, date(2018, 9, 1)),
        ("education_grant", {"month": ""}, None),
        ("hardship_subsidy", {"month": "2019-03", "term": "2019"}, date(2019, 3, 1)),
    ],
)
def test_a_yearly_list_is_for_the_year_that_was_typed_or_chosen(haizhou_clerk, kind, sent, month):
    form = filled(haizhou_clerk, kind=kind, **sent)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["month"] == month


@pytest.mark.parametrize(
    ("kind", "term", "asked"),
    [
        ("pension_premium", "去年", "年度"),
        ("pension_premium", "1919", "年度"),
        ("education_grant", "2019-2021", "学年"),
    ],
)
def test_a_year_that_is_none_is_said_so(haizhou_clerk, kind, term, asked):
    (sentence,) = filled(haizhou_clerk, kind=kind, month="", term=term).errors["term"]
    assert sentence.startswith(f"{asked}“{term}”") and "请写成" in sentence


def test_who_imports_no_yearly_list_is_asked_for_no_year(make_staff):
    assert "term" not in ImportForm(staff=make_staff("town", "320706001", "town_clerk")).fields
