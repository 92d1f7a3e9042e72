"""Kinds of facility: what the plan names, as data, kept by the city."""

from django.urls import reverse

from facilities.loading import load_kinds
from facilities.models import FacilityKind

LIST = reverse("admin:facilities_facilitykind_changelist")


def test_the_plan_names_seven_kinds_of_facility(city):
    assert FacilityKind.objects.count() == 7
    assert set(FacilityKind.objects.values_list("unit", flat=True)) == {"个"}


def test_loading_again_keeps_what_was_edited(city):
    FacilityKind.objects.filter(code="training_base").update(name="基地")
    assert load_kinds() == 0
    assert FacilityKind.objects.get(code="training_base").name == "基地"


def test_kinds_are_told_in_chinese(city):
    for kind in FacilityKind.objects.all():
        texts = f"{kind.name}{kind.counting_rule}{kind.evidence}{kind.lead_department}"
        assert kind.counting_rule and not any("a" <= letter.lower() <= "z" for letter in texts)


def test_only_the_city_keeps_kinds(city_clerk, haizhou_clerk, sign_in):
    assert "残疾人之家" in sign_in(city_clerk).get(LIST).content.decode()
    assert sign_in(haizhou_clerk).get(LIST).status_code == 403
