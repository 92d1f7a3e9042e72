"""Programmes as shipped, and standards files: all of a file or nothing."""

import copy
import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.presentation import FINDINGS
from subsidies.checks import PRIMARY
from subsidies.loading import load_programmes, load_standards, shipped
from subsidies.models import Programme, ProgrammeCheck, Standard
from subsidies.standards import StandardBook
from subsidies.standards_file import StandardsRefused

DOCUMENT = {
    "note": "not read",
    "programmes": {
        "hardship_subsidy": {
            "name": "困难残疾人生活补贴",
            "versions": [
                {"effective_from": "2018-01", "effective_to": "2020-12", "amounts": {"1": "370.00", "2": "300.00"}},
                {"effective_from": "2021-01", "effective_to": None, "amounts": {"1": "710.00"}},
            ],
            "eligibility": {"certificate": [{"grades": [1, 2], "categories": None}], "household_status": ["低保"]},
        }
    },
}


def changed(*path, to):
    document = copy.deepcopy(DOCUMENT)
    node = document
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = to
    return document


VERSION = ("programmes", "hardship_subsidy", "versions", 0)


def checks_of(roll_type):
    """The checks of a form of lists; most are of all of them."""
    return {check["code"] for check in shipped()["checks"] if roll_type in check.get("rolls", (roll_type,))}


def test_prepare_brings_the_programmes_with_every_check_of_their_lists_and_no_amount(city):
    assert list(Programme.objects.values_list("code", "roll_type", "period")) == [
        ("hardship_subsidy", "monthly", "month"),
        ("nursing_subsidy", "monthly", "month"),
        ("pension_premium", "pension", "year"),
        ("commercial_insurance", "insurance", "policy"),
        ("education_grant", "education", "school_year"),
    ]
    for programme in Programme.objects.all():
        assert set(programme.checks.values_list("code", flat=True)) == checks_of(programme.roll_type)
    assert not Standard.objects.exists()


def test_every_check_has_a_chinese_name():
    assert {check["code"] for check in shipped()["checks"]} == set(PRIMARY) <= set(FINDINGS)


def test_loading_programmes_again_keeps_what_was_edited(city):
    Programme.objects.filter(code="nursing_subsidy").update(name="护理补贴（改）", eligibility={}, words=["甲"])
    ProgrammeCheck.objects.filter(programme__code="nursing_subsidy", code="BANK_LUHN").update(severity="warning")
    assert load_programmes() == 0
    nursing = Programme.objects.get(code="nursing_subsidy")
    assert (nursing.name, nursing.eligibility, nursing.words) == ("护理补贴（改）", {}, ["甲"])
    assert nursing.checks.get(code="BANK_LUHN").severity == "warning"


def test_a_file_replaces_versions_and_conditions(city):
    loaded = load_standards(DOCUMENT)
    assert (loaded.programmes, loaded.added, loaded.removed, loaded.kept) == (1, 3, 0, 0)
    hardship = Programme.objects.get(code="hardship_subsidy")
    assert hardship.eligibility["household_status"] == ["低保"]
    book = StandardBook(hardship)
    assert book.amount_for(date(2020, 12, 1), 2).amount == Decimal("300.00")
    assert book.amount_for(date(2021, 1, 1), 2) is None
    first = hardship.standards.get(effective_from=date(2018, 1, 1), grade=1)
    assert first.effective_to == date(2020, 12, 1)


def test_the_same_file_again_keeps_every_row(city):
    load_standards(DOCUMENT)
    ids = set(Standard.objects.values_list("pk", flat=True))
    loaded = load_standards(DOCUMENT)
    assert (loaded.added, loaded.removed, loaded.kept) == (0, 0, 3)
    assert set(Standard.objects.values_list("pk", flat=True)) == ids


def test_only_what_changed_is_replaced(city):
    load_standards(DOCUMENT)
    kept = set(Standard.objects.exclude(amount=Decimal("300")).values_list("pk", flat=True))
    loaded = load_standards(changed(*VERSION, "amounts", to={"1": "370.00", "2": "305.00"}))
    assert (loaded.added, loaded.removed, loaded.kept) == (1, 1, 2)
    assert kept < set(Standard.objects.values_list("pk", flat=True))


def test_other_programmes_stay_as_they_are(city):
    nursing = Programme.objects.get(code="nursing_subsidy")
    standard = Standard.objects.create(programme=nursing, effective_from=date(2018, 1, 1), amount=80)
    load_standards(DOCUMENT)
    assert nursing.standards.get() == standard


def test_a_programme_with_rolls_keeps_the_form_of_its_lists(city, make_roll, make_person):
    document = changed("programmes", "hardship_subsidy", "roll", to="insurance")
    load_standards(document)
    load_standards(changed("programmes", "hardship_subsidy", "roll", to="monthly"))
    make_roll(make_person("张三"))
    with pytest.raises(StandardsRefused, match="已有花名册，不能再改名册形式"):
        load_standards(document)
    assert Programme.objects.get(code="hardship_subsidy").roll_type == "monthly"


def test_a_new_programme_comes_with_its_checks(city):
    document = {"programmes": {"travel_subsidy": DOCUMENT["programmes"]["hardship_subsidy"] | {"name": "交通补贴"}}}
    load_standards(document)
    travel = Programme.objects.get(code="travel_subsidy")
    assert travel.name == "交通补贴" and set(travel.checks.values_list("code", flat=True)) == checks_of("monthly")


def test_a_version_may_name_place_household_and_document(city):
    extra = {"area": "320706", "hukou_type": "rural", "household_class": "低保", "source_document": "连民〔2019〕1号"}
    load_standards(changed(*VERSION, to=DOCUMENT["programmes"]["hardship_subsidy"]["versions"][0] | extra))
    standard = Standard.objects.filter(effective_from=date(2018, 1, 1)).first()
    assert (standard.area.code, standard.hukou_type, standard.household_class) == ("320706", "rural", "低保")


def test_loading_is_audited(city, city_clerk):
    load_standards(DOCUMENT, by=city_clerk)
    line = AuditLine.objects.get(deed="载入补贴标准")
    assert line.staff == city_clerk and "困难残疾人生活补贴：新增 3 条" in line.summary


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "文件中没有“programmes”"),
        ({"programmes": {}}, "文件中没有“programmes”"),
        (changed("programmes", "hardship_subsidy", to=[]), "项目“hardship_subsidy”：应为一个对象"),
        (changed("programmes", "hardship_subsidy", "name", to=""), "缺少名称"),
        (changed("programmes", "hardship_subsidy", "name", to="长" * 61), "不超过 60 个字"),
        (changed("programmes", "hardship_subsidy", "versions", to={}), "“versions”应为列表"),
        (changed("programmes", "hardship_subsidy", "eligibility", to={}), "至少有一个条件"),
        (changed(*VERSION, "effective_from", to="2018"), "第 1 个版本：月份“effective_from”应写成 2018-01"),
        (changed(*VERSION, "effective_from", to="2018-13"), "现在是“2018-13”"),
        (changed(*VERSION, "effective_to", to="2017-12"), "早于起始月份"),
        (changed(*VERSION, "effective_until", to="2017-12"), "不认识“effective_until”"),
        (changed(*VERSION, "effective_to", to=None), "时间重叠"),
        (changed(*VERSION, "amounts", to={}), "“amounts”应为"),
        (changed(*VERSION, "amounts", to={"5": "1.00"}), "等级“5”不对"),
        (changed(*VERSION, "amounts", to={"1": "-1.00"}), "等级“1”的金额“-1.00”不对"),
        (changed(*VERSION, "amounts", to={"1": "0"}), "等级“1”的金额“0”不对"),
        (changed(*VERSION, "amounts", to={"1": "1.005"}), "等级“1”的金额“1.005”不对"),
        (changed(*VERSION, "amounts", to={"1": True}), "等级“1”的金额“True”不对"),
        (changed(*VERSION, "amounts", to={"1": "３７０"}), "等级“1”的金额“３７０”不对"),
        (changed(*VERSION, "area", to="999999"), "没有代码为“999999”的地区"),
        (changed(*VERSION, "hukou_type", to="城"), "户口性质“城”不对"),
        ({"programmes": {"坏 代码": DOCUMENT["programmes"]["hardship_subsidy"]}}, "代码只能用英文字母"),
    ],
)
def test_a_malformed_file_is_refused_whole(city, document, sentence):
    load_standards(DOCUMENT)
    before = list(Standard.objects.values()), list(Programme.objects.values())
    with pytest.raises(StandardsRefused) as refused:
        load_standards(document)
    assert sentence in str(refused.value)
    assert (list(Standard.objects.values()), list(Programme.objects.values())) == before


def test_all_faults_are_told_at_once(city):
    document = changed(*VERSION, "effective_from", to="x")
    document["programmes"]["hardship_subsidy"]["name"] = ""
    with pytest.raises(StandardsRefused) as refused:
        load_standards(document)
    assert len(refused.value.sentences) >= 2


def run(path):
    out = StringIO()
    call_command("load_standards", path, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_did(city, tmp_path):
    file = tmp_path / "standards.json"
    file.write_text("\ufeff" + json.dumps(DOCUMENT), encoding="utf-8")
    assert run(file) == "已载入 1 个项目的补贴标准：新增 3 条，移除 0 条，未变 0 条。\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "第 1 行第 2 列有语法错误"),
        (b"\xff\xfe", "不是 UTF-8 文本"),
        (b'{"programmes": {}, "programmes": {}}', "写了两次"),
        (b'{"programmes": {"a": 1}}', "什么也没有改动"),
        (b"[" * 100000, "层次太深"),
    ],
)
def test_the_command_refuses_with_a_sentence(city, tmp_path, content, sentence):
    file = tmp_path / "standards.json"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        run(file)


def test_a_missing_file_is_named(city, tmp_path):
    with pytest.raises(CommandError, match="读不到文件"):
        run(tmp_path / "none.json")
