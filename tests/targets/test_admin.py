"""Claims about keeping the plan in the admin: who may, what is refused, and that next year needs no developer."""

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse

from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.targets.actions import copy_plan
from lianyungang_cdpf.targets.edit_forms import TargetForm
from lianyungang_cdpf.targets.models import Allocation, Plan, ProgressMode, Tally, TallyState, Target

TARGETS = reverse("admin:targets_target_changelist")
ALLOCATIONS = reverse("admin:targets_allocation_changelist")


def form_for(target, **changes):
    """The target's form as sent back with these changes."""
    fields = {name: getattr(target, name) for name in TargetForm.Meta.fields if name != "plan"}
    data = {
        name: "" if value is None else value for name, value in {**fields, "plan": target.plan_id, **changes}.items()
    }
    return TargetForm(data, instance=target)


def allocate(**where):
    allocation = Allocation(target=Target.objects.first(), goal=10, **where)
    allocation.full_clean()
    allocation.save()
    return allocation


def test_tallies_are_not_edited_by_hand(city):
    assert not admin.site.is_registered(Tally)
    assert not admin.site.is_registered(TallyState)


def test_the_city_edits_a_goal_and_the_audit_says_from_what_to_what(city_clerk, sign_in):
    target = Target.objects.get(key="home_accessibility")
    address = reverse("admin:targets_target_change", args=[target.pk])
    page = sign_in(city_clerk)
    form = page.get(address).context["adminform"].form
    data = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    inlines = ("allocations", "planned_points")
    data |= {f"{inline}-{count}_FORMS": 0 for inline in inlines for count in ("TOTAL", "INITIAL")} | {"goal": 1100}
    assert page.post(address, data).status_code == 302
    target.refresh_from_db()
    assert target.goal == 1100
    line = AuditLine.objects.get(deed="修改目标")
    assert (line.staff, line.summary) == (city_clerk, "全年目标：1000→1100")


@pytest.mark.parametrize("role", ["district_clerk", "leader", "auditor"])
def test_others_look_and_do_not_edit(role, make_staff, sign_in):
    place = "320706" if role == "district_clerk" else "320700"
    page = sign_in(make_staff(role, area=place, role=role))
    target = Target.objects.first()
    address = reverse("admin:targets_target_change", args=[target.pk])
    assert page.get(address).status_code == 200
    assert page.post(address, {"goal": 1}).status_code == 403


def test_a_metric_is_chosen_out_of_the_catalogue(city):
    target = Target.objects.get(key="health_check")
    assert form_for(target, metric="subsidies.persons_paid", kind="hardship_subsidy").is_valid()
    assert "metric" in form_for(target, metric="services.unheard_of").errors


def test_a_month_is_planned_only_for_batches_and_buildings(city):
    flow = form_for(Target.objects.get(key="health_check"), due_month=6)
    assert flow.errors["due_month"] == ["只有年度集中办理和建设节点才有计划月份，请清空。"]
    assert form_for(Target.objects.get(key="training_base"), due_month=6).is_valid()
    thirteen = form_for(Target.objects.get(key="training_base"), due_month=13)
    assert thirteen.non_field_errors() == ["计划月份应在 1 到 12 之间。"]


def test_a_rate_is_at_most_100_per_cent(city):
    rate = form_for(Target.objects.get(key="precision_rehab_rate"), goal=101)
    assert rate.errors["goal"] == ["比率的目标是百分数，不能超过 100。"]
    assert Target.objects.get(key="precision_rehab_rate").progress_mode == ProgressMode.RATE_SNAPSHOT


def test_a_goal_is_split_to_counties_zones_and_towns(city):
    for where in ({"area": "320706"}, {"area": "320706006"}):
        assert allocate(area=Area.objects.get(code=where["area"])).pk
    assert allocate(zone=Zone.objects.get(key="lyg_etdz")).pk


def test_a_goal_is_not_split_to_the_city_or_a_village(city):
    for code in ("320700", Area.objects.filter(parent__code="320706006").first().code):
        with pytest.raises(ValidationError, match="只分解到县区、功能板块和乡镇街道"):
            allocate(area=Area.objects.get(code=code))


def test_a_county_level_zone_is_split_to_as_a_zone(city):
    with pytest.raises(ValidationError, match="按功能板块统计，请改在“功能板块”中选市开发区"):
        allocate(area=Area.objects.get(code="320771"))


def test_a_place_has_one_goal_per_target_and_is_an_area_or_a_zone(city):
    county, zone = Area.objects.get(code="320706"), Zone.objects.get(key="xuwei")
    allocate(area=county)
    for where in ({"area": county}, {}, {"area": county, "zone": zone}):
        with pytest.raises(ValidationError):
            allocate(**where)


def test_haizhou_clerk_does_not_see_donghais_goal(haizhou_clerk, city_clerk, make_staff, sign_in):
    own = {allocate(area=Area.objects.get(code=code)) for code in ("320706", "320706006")}
    foreign = allocate(area=Area.objects.get(code="320722"))
    zone = allocate(zone=Zone.objects.get(key="lyg_etdz"))
    seen = sign_in(haizhou_clerk).get(ALLOCATIONS).context_data["cl"].result_list
    assert set(seen) == own
    assert sign_in(haizhou_clerk).get(reverse("admin:targets_allocation_change", args=[foreign.pk])).status_code == 404
    inline = sign_in(haizhou_clerk).get(reverse("admin:targets_target_change", args=[foreign.target_id]))
    assert {form.instance for form in inline.context["inline_admin_formsets"][0].formset.forms} == own
    for name, place in (("of_zone", "lyg_etdz"), ("of_county", "320771")):
        assert set(Allocation.objects.visible_to(make_staff(name, area=place))) == {zone}
    assert Allocation.objects.visible_to(city_clerk).count() == 4


def test_an_export_of_goals_holds_what_the_list_holds(haizhou_clerk, sign_in):
    allocate(area=Area.objects.get(code="320722"))
    body = sign_in(haizhou_clerk).post(reverse("admin:targets_allocation_export"), {"format": "1"}).content.decode()
    assert "分解目标" in body and "东海县" not in body


def test_next_years_plan_is_copied_and_its_goals_edited(city_clerk, sign_in):
    plan = Plan.objects.get(year=2019)
    allocate(area=Area.objects.get(code="320706"))
    data = {"action": "copy_to_next_year", "_selected_action": [plan.pk]}
    page = sign_in(city_clerk).post(reverse("admin:targets_plan_changelist"), data, follow=True)
    assert "已新建2020年年度计划，共25项目标；请逐项核对全年目标。" in page.content.decode()
    copied = Plan.objects.get(year=2020)
    assert copied.title == "连云港市2020年残疾人工作目标"
    columns = ("number", "key", "goal", "metric", "progress_mode", "due_month", "counting_rule")
    assert list(copied.targets.values_list(*columns)) == list(plan.targets.values_list(*columns))
    assert not Allocation.objects.filter(target__plan=copied).exists()
    assert AuditLine.objects.get(deed="新建年度计划").summary == "2020年，25项目标，以2019年为底本"


def test_a_year_that_has_a_plan_is_not_copied_over(city_clerk, sign_in):
    plan = Plan.objects.get(year=2019)
    Plan.objects.create(year=2020, title="已有的计划")
    assert copy_plan(plan=plan, year=2020, by=city_clerk) is None
    data = {"action": "copy_to_next_year", "_selected_action": [plan.pk]}
    page = sign_in(city_clerk).post(reverse("admin:targets_plan_changelist"), data, follow=True)
    assert "2020年已经有年度计划，没有新建" in page.content.decode()


def test_a_district_does_not_copy_plans(haizhou_clerk, sign_in):
    data = {"action": "copy_to_next_year", "_selected_action": [Plan.objects.get(year=2019).pk]}
    sign_in(haizhou_clerk).post(reverse("admin:targets_plan_changelist"), data)
    assert Plan.objects.count() == 1
