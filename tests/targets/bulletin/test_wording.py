"""Claims about what a bulletin says: every mode, every singular case, in exact sentences."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from django.conf import settings

from lianyungang_cdpf.targets.bulletin import wording
from lianyungang_cdpf.targets.lines import Line
from lianyungang_cdpf.targets.models import Plan, ProgressMode, Target
from lianyungang_cdpf.targets.pace import Light
from lianyungang_cdpf.targets.progress import Row
from lianyungang_cdpf.targets.ranking import Standing
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.snapshots import Rate

PLAN = Plan(year=2019, title="连云港市2019年残疾人工作目标")
LISTED = json.loads((settings.BASE_DIR / "fixtures" / "plan-2019.json").read_text(encoding="utf-8"))["targets"]
SHIPPED = {entry["key"]: entry for entry in LISTED}
CITY, GUANNAN = Scope("3207/", "320700", "连云港市"), Scope("unit:320724", "320724", "灌南县")
SEPTEMBER, DECEMBER = date(2019, 9, 30), date(2019, 12, 31)


def row(key, value, *, goal="own", as_of=SEPTEMBER, scope=CITY, plan=PLAN, **changes):
    """The shipped target with a figure that has stood since January; of a rate (numerator, denominator)."""
    target = Target(plan=plan, **{**SHIPPED[key], **changes})
    goal = target.goal if goal == "own" else goal
    if isinstance(value, tuple):
        rates = [Rate(*value)] * 12
        return Row(target, scope, 2019, as_of, goal, [value[0]] * 12, rates)
    return Row(target, scope, 2019, as_of, goal, None if value is None else [value] * 12)


ENROLMENT, DOCTOR = "compulsory_enrolment_rate", "family_doctor_rate"
SENTENCES = [
    # 在册覆盖
    ("hardship_subsidy", 36000, {}, "已为3.6万名残疾人发放困难生活补贴，完成年度目标的100%，完成年度目标任务"),
    ("hardship_subsidy", 36720, {}, "已为3.67万名残疾人发放困难生活补贴，完成年度目标的102.0%，超额完成年度目标任务"),
    ("hardship_subsidy", 34210, {},
     "已为3.42万名残疾人发放困难生活补贴，完成年度目标的95.0%，距目标还差1790人，进度略低"),
    ("nursing_subsidy", 9000, {}, "已为9000名残疾人发放护理补贴，完成年度目标的52.9%，距目标还差8000人，进度滞后"),
    ("nursing_subsidy", 0, {}, "尚未为残疾人发放护理补贴，年度目标1.7万人，进度滞后"),
    # 逐日累计: 273 of 365 days are gone.
    ("health_check", 7480, {}, "已开展残疾人免费健康体检7480人，完成年度目标的74.8%，达到序时进度"),
    ("health_check", 8000, {}, "已开展残疾人免费健康体检8000人，完成年度目标的80.0%，超序时进度5.2个百分点"),
    ("health_check", 7003, {},
     "已开展残疾人免费健康体检7003人，完成年度目标的70.0%，略低于序时进度4.8个百分点，按序时还差477人"),
    ("health_check", 4000, {},
     "已开展残疾人免费健康体检4000人，完成年度目标的40.0%，滞后序时进度34.8个百分点，按序时还差3480人"),
    ("health_check", 10000, {}, "已开展残疾人免费健康体检1万人，完成年度目标的100%，提前完成年度目标任务"),
    ("health_check", 10320, {}, "已开展残疾人免费健康体检1.03万人，完成年度目标的103.2%，提前超额完成年度目标任务"),
    ("health_check", 10000, {"as_of": DECEMBER}, "已开展残疾人免费健康体检1万人，完成年度目标的100%，完成年度目标任务"),
    ("health_check", 9999, {"as_of": DECEMBER},
     "已开展残疾人免费健康体检9999人，完成年度目标的99.9%，距目标还差1人，进度略低"),
    ("health_check", 1, {},
     "已开展残疾人免费健康体检1人，完成年度目标不足0.1%，滞后序时进度74.8个百分点，按序时还差7479人"),
    ("cataract_surgery", 0, {},
     "尚未实施贫困白内障患者复明手术，年度目标1000例，滞后序时进度74.8个百分点，按序时还差748例"),
    ("assistive_devices", 12, {"goal": 0}, "已发放残疾人辅助器具12件，年度未安排目标任务"),
    ("assistive_devices", 0, {"goal": 0}, "尚未发放残疾人辅助器具，年度未安排目标任务"),
    ("home_accessibility", 85, {"goal": None, "scope": GUANNAN},
     "已实施残疾人家庭无障碍改造85户，任务未分解，不作评价"),
    # 年度集中办理
    ("pension_premium", 12000, {},
     "已为1.2万名残疾人免费缴纳城乡居民养老保险费，完成年度目标的60.0%，计划10月底前完成，尚未到期"),
    ("pension_premium", 0, {},
     "尚未为残疾人免费缴纳城乡居民养老保险费，年度目标2万人，计划10月底前完成，尚未到期"),
    ("commercial_insurance", 3000, {}, "已为3000名残疾人购买商业保险，完成年度目标的100%，提前完成年度目标任务"),
    ("commercial_insurance", 2000, {"as_of": DECEMBER},
     "已为2000名残疾人购买商业保险，完成年度目标的66.6%，已到计划时间，还差1000人，进度滞后"),
    ("education_grant", 0, {"as_of": DECEMBER},
     "尚未为残疾学生和残疾人家庭子女发放教育专项补贴，年度目标1000人，已到计划时间，进度滞后"),
    # 建设节点
    ("disabled_persons_home", 31, {}, "已新建“残疾人之家”31个，完成年度目标的62.0%，计划12月底前完成，尚未到期"),
    ("spinal_hope_home", 0, {}, "尚未建设“脊髓损伤希望之家”试点，年度目标6个，计划12月底前完成，尚未到期"),
    ("rehab_station", 480, {"as_of": DECEMBER},
     "已建成基层残疾人康复室（站）480个，完成年度目标的96.0%，已到计划时间，还差20个，进度略低"),
    # 时点比率
    (ENROLMENT, (982, 1000), {}, "适龄残疾儿童少年义务教育入学率达到98.2%，高于目标0.2个百分点"),
    (ENROLMENT, (98, 100), {}, "适龄残疾儿童少年义务教育入学率达到98%，达到目标"),
    (ENROLMENT, (98001, 100000), {}, "适龄残疾儿童少年义务教育入学率达到98%，达到目标"),
    (ENROLMENT, (1000, 1000), {}, "适龄残疾儿童少年义务教育入学率达到100%，高于目标2个百分点"),
    (ENROLMENT, (2449, 2500), {}, "适龄残疾儿童少年义务教育入学率为97.96%，低于目标0.04个百分点，差1人，未达到目标"),
    (ENROLMENT, (97999, 100000), {}, "适龄残疾儿童少年义务教育入学率为97.99%，低于目标0.01个百分点，差1人，未达到目标"),
    (ENROLMENT, (0, 40), {}, "适龄残疾儿童少年义务教育入学率为0%，低于目标98个百分点，差40人，未达到目标"),
    (ENROLMENT, (0, 0), {}, "适龄残疾儿童少年义务教育入学率本期没有应统计对象，不计算比率"),
    (ENROLMENT, (97, 100), {"goal": None}, "适龄残疾儿童少年义务教育入学率为97%，目标未分解，不作评价"),
    # 尚未接入
    ("training_base", None, {}, "残疾人培训就业示范基地尚未接入系统台账，本期不作评价"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "case", "sentence"), SENTENCES)
def test_a_target_is_told_in_this_sentence(key, value, case, sentence):
    assert wording.clause(row(key, value, **case)) == sentence


def test_where_the_plan_is_content_with_95_per_cent_its_light_is_told():
    lenient = Plan(year=2019, title="目标", on_track_from=95)
    told = wording.clause(row("hardship_subsidy", 34210, plan=lenient))
    assert told == "已为3.42万名残疾人发放困难生活补贴，完成年度目标的95.0%，达到序时进度"


def test_works_with_planned_points_name_the_next_one():
    target = row("rehab_station", 12)
    target.target.schedule = ((date(2019, 10, 31), Fraction(2, 5)), (DECEMBER, Fraction(1)))
    assert wording.clause(target) == (
        "已建成基层残疾人康复室（站）12个，完成年度目标的2.4%，计划10月31日前完成40%，尚未到期"
    )


MONTHS = {
    "slow": ([100, 200, 300, 400, 500, 600, 700, 800, 900],
             "按近6个月的进度推算，年底预计完成1201人（最低1196人，最高1206人），比年度目标少8799人"),
    "enough": ([900, 1800, 2700, 3600, 4500, 5400, 6300, 7200, 8200],
               "按近6个月的进度推算，年底预计完成1.09万人（最低1.08万人，最高1.12万人），可以完成年度目标"),
    "uneven": ([900, 1800, 2700, 3600, 4500, 5400, 6300, 7200, 7500],
               "按近6个月的进度推算，年底预计完成9913人（最低8420人，最高1.02万人），比年度目标少87人"),
}  # fmt: skip


@pytest.mark.parametrize("case", MONTHS)
def test_where_the_pace_leads_is_cut_and_what_will_lack_is_not_made_less(case):
    months, sentence = MONTHS[case]
    told = row("health_check", 0)
    told = replace(told, months=[*months, *months[-1:] * 3])
    assert wording.outlook(told) == sentence


@pytest.mark.parametrize(
    ("mode", "sentence", "none"),
    [
        (ProgressMode.CUMULATIVE_FLOW, "文化活动已实施120场，完成年度目标的60.0%",
         "文化活动尚未实施，年度目标200场"),
        (ProgressMode.COVERAGE_STOCK, "文化活动已覆盖120场，完成年度目标的60.0%", "文化活动尚未覆盖，年度目标200场"),
        (ProgressMode.ANNUAL_BATCH, "文化活动已办理120场，完成年度目标的60.0%", "文化活动尚未办理，年度目标200场"),
        (ProgressMode.MILESTONE, "文化活动已建成120场，完成年度目标的60.0%", "文化活动尚未建成，年度目标200场"),
    ],
)  # fmt: skip
def test_next_years_target_without_a_phrase_is_told_by_name_unit_and_mode(mode, sentence, none):
    told = {"name": "文化活动", "unit": "场", "goal": 200, "progress_mode": mode, "report_phrase": ""}
    assert wording.clause(row("health_check", 120, **told)).startswith(f"{sentence}，")
    assert wording.clause(row("health_check", 0, **told)).startswith(f"{none}，")


def test_every_shipped_phrase_reads_with_a_number_and_without():
    for entry in LISTED:
        if entry["unit"] == "%":
            continue
        some, none = (wording.clause(row(entry["key"], value)) for value in (3, 0))
        assert some.startswith("已") and "3" in some and "{" not in some
        assert none.startswith("尚未") and "{" not in none


def test_a_group_is_one_paragraph_that_says_day_and_place_once():
    rows = [row("hardship_subsidy", 36000), row(ENROLMENT, (982, 1000))]
    assert wording.paragraph(rows) == (
        "截至9月底，全市已为3.6万名残疾人发放困难生活补贴，完成年度目标的100%，完成年度目标任务；"
        "适龄残疾儿童少年义务教育入学率达到98.2%，高于目标0.2个百分点。"
    )


def test_the_overview_counts_each_state_once():
    rows = [row("hardship_subsidy", 36000), row("health_check", 4000), row("rehab_station", 0), row(ENROLMENT, (0, 0))]
    assert wording.overview(rows) == (
        "截至9月底，连云港市2019年残疾人工作目标安排的4项目标中，提前完成1项，滞后1项，未到期1项，无应统计对象1项。"
    )


def unit(name):
    return Scope(f"unit:{name}", name, name)


def standing(place, name, good, assessed, climbed=0, is_last=False):
    lights = Counter({Light.ON_TRACK: good, Light.LAGGING: assessed - good})
    return Standing(place, unit(name), lights, climbed, is_last)


def test_the_ranking_names_the_first_the_last_the_risen_and_the_unranked():
    standings = [
        standing(1, "赣榆区", 12, 12), standing(2, "东海县", 10, 12, climbed=3), standing(3, "海州区", 9, 12),
        standing(4, "灌云县", 5, 12), standing(5, "灌南县", 2, 12, is_last=True),
    ]  # fmt: skip
    units = [one.scope for one in standings] + [unit("徐圩新区")]
    assert wording.ranking(standings, units) == (
        "按到期目标中达到序时进度的比例排名，比例相同的比较平均完成程度，排在前列的是赣榆区（到期12项，达到序时12项）、"
        "东海县（到期12项，达到序时10项）、海州区（到期12项，达到序时9项）；排在末位的是灌南县（到期12项，达到序时2项）；"
        "比上月上升最多的是东海县，上升3位；徐圩新区没有到期的分解目标，不参加排名。"
    )


def test_without_goals_below_the_city_nobody_is_ranked():
    assert wording.ranking([], [unit("赣榆区")]) == "各地目标尚未分解，本期不排名。"


def test_a_laggard_names_the_places_that_are_behind_the_worst_first():
    units = [
        row("health_check", 700, goal=1000, scope=unit("海州区")), row("health_check", 0, goal=500, scope=GUANNAN),
        row("health_check", 900, goal=1000, scope=unit("赣榆区")),
        row("health_check", 5, goal=None, scope=unit("徐圩新区")),
    ]  # fmt: skip
    assert wording.laggards([Line(row("health_check", 4000), units)]) == [
        "免费健康体检：全市完成40.0%，还差3480人；按近6个月的进度推算，年底预计完成4000人，比年度目标少6000人；进度落后的有灌南县（尚无完成数，差374人），海州区（70.0%，差48人）。"
    ]


def test_a_rate_that_lags_says_how_many_people_are_missing():
    rate = row(ENROLMENT, (70, 100))
    units = [row(ENROLMENT, (10, 40), scope=GUANNAN)]
    assert wording.laggards([Line(rate, units)]) == [
        "适龄残疾儿童少年义务教育入学率：全市为70%，差28人；进度落后的有灌南县（25%，差30人）。"
    ]


def test_reasons_are_gathered_by_place_in_the_districts_words():
    told = [
        ("灌南县", "免费健康体检", "定点医院9月才招标。"), ("海州区", "辅助器具发放", "供货延期"),
        ("灌南县", "家庭无障碍改造", "施工队\n不足;"),
    ]  # fmt: skip
    assert wording.reasons(told) == [
        "灌南县反映，免费健康体检：定点医院9月才招标；家庭无障碍改造：施工队 不足。",
        "海州区反映，辅助器具发放：供货延期。",
    ]


def test_next_steps_ask_the_leading_department_for_what_each_month_must_bring():
    lines = [Line(row("health_check", 4000)), Line(row("spinal_hope_home", 2)), Line(row("training_base", None))]
    assert wording.next_steps(lines) == [
        "对滞后的1项目标，牵头部门要会同进度落后的地区逐项查明原因，拿出追赶措施："
        "免费健康体检由卫健委牵头，10月起每月至少完成2000人。",
        "对未到期的1项目标倒排时间，按计划完成：脊髓损伤希望之家试点（12月底前完成）。",
        "抓紧建立残疾人培训就业示范基地的台账，接入系统后一并通报。",
    ]


def test_where_everything_is_on_pace_the_next_step_is_to_keep_it():
    assert wording.next_steps([Line(row("hardship_subsidy", 36000))]) == [
        "各地各部门要保持进度，巩固成果，确保全面完成年度目标任务。"
    ]
