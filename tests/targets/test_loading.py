"""Claims about the plan that the portal ships."""

import re

from lianyungang_cdpf.targets.loading import load_plan
from lianyungang_cdpf.targets.models import Plan, ProgressMode, Target

ORDER = [
    "hardship_subsidy",
    "nursing_subsidy",
    "respite_care",
    "pension_premium",
    "commercial_insurance",
    "education_grant",
    "compulsory_enrolment_rate",
    "family_doctor_rate",
    "precision_rehab_rate",
    "health_check",
    "child_rehab_training",
    "cataract_surgery",
    "psychiatric_aid",
    "assistive_devices",
    "home_accessibility",
    "real_name_training",
    "new_employment",
    "supported_employment",
    "disabled_persons_home",
    "rehab_station",
    "home_rehab_point",
    "device_station",
    "spinal_hope_home",
    "rehab_education_pilot",
    "training_base",
]
GOALS = [36000, 17000, 1000, 20000, 3000, 1000, 98, 98, 98, 10000, 2000, 1000, 3000, 9000, 1000, 1200, 1000, 1000,
         50, 500, 500, 200, 6, 6, 200]  # fmt: skip


def test_the_plan_of_2019_has_the_25_targets_of_the_report_in_its_order(city):
    targets = Plan.objects.get(year=2019).targets.all()
    assert [target.key for target in targets] == ORDER
    assert [target.goal for target in targets] == GOALS
    assert [target.number for target in targets] == list(range(1, 26))


def test_the_goals_of_people_and_pieces_stand_in_the_reports_own_words(city):
    for target in Target.objects.exclude(progress_mode=ProgressMode.RATE_SNAPSHOT):
        numbers = [float(n) * (10000 if wan else 1) for n, wan in re.findall(r"([0-9.]+)(万)?", target.phrase)]
        assert target.goal in numbers, target.phrase


def test_batches_fall_due_in_october_and_buildings_in_december(city):
    months = {mode: set() for mode in ProgressMode.values}
    for target in Target.objects.all():
        months[target.progress_mode].add(target.due_month)
    assert months[ProgressMode.ANNUAL_BATCH] == {10}
    assert months[ProgressMode.MILESTONE] == {12}


def test_every_target_says_its_rule_in_chinese(city):
    for target in Target.objects.all():
        assert target.counting_rule and not re.search("[A-Za-z]{2}", target.counting_rule)


def test_loading_again_adds_nothing_and_keeps_an_edited_goal(city):
    Target.objects.filter(key="home_accessibility").update(goal=1100, progress_mode=ProgressMode.MILESTONE, due_month=6)
    assert load_plan() == 0
    edited = Target.objects.get(key="home_accessibility")
    assert (edited.goal, edited.progress_mode, edited.due_month) == (1100, ProgressMode.MILESTONE, 6)


def test_loading_again_brings_back_a_missing_target(city):
    Target.objects.filter(key="home_accessibility").delete()
    assert load_plan() == 1
    assert Target.objects.get(key="home_accessibility").number == 15


def test_a_target_that_was_not_counted_gets_its_way_of_counting_when_the_portal_has_one(city):
    Target.objects.filter(key="nursing_subsidy").update(metric="")
    load_plan()
    assert Target.objects.get(key="nursing_subsidy").metric == "subsidies.persons_paid"
