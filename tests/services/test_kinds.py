"""Kinds of service: what the plan names, as data, kept by the city."""

import csv
import io

import pytest
from django.urls import reverse

from facilities.models import FacilityKind
from lianyungang_cdpf.targets.models import Target
from services.loading import load_kinds
from services.models import ServiceKind
from subsidies.models import Programme

LIST = reverse("admin:services_servicekind_changelist")


def test_every_target_of_the_plan_has_its_kind_once(city):
    codes = [
        *ServiceKind.objects.exclude(group="aid").exclude(code="rehab_need").values_list("code", flat=True),
        *FacilityKind.objects.values_list("code", flat=True),
        *Programme.objects.values_list("code", flat=True),
    ]
    assert sorted(codes) == sorted(Target.objects.filter(plan__year=2019).values_list("key", flat=True))
    assert ServiceKind.objects.filter(group="aid").count() == 5


def test_loading_again_keeps_what_was_edited(city):
    ServiceKind.objects.filter(code="respite_care").update(name="托养")
    ServiceKind.objects.filter(code="health_check").delete()
    assert load_kinds() == 1
    assert ServiceKind.objects.get(code="respite_care").name == "托养"


def test_kinds_are_told_in_chinese(city):
    for kind in ServiceKind.objects.all():
        texts = f"{kind.name}{kind.counting_rule}{kind.evidence}{kind.lead_department}"
        assert kind.counting_rule and not any("a" <= letter.lower() <= "z" for letter in texts)


def test_the_city_changes_a_kind_but_not_its_code(city_clerk, sign_in):
    kind = ServiceKind.objects.get(code="respite_care")
    data = {
        "name": "托养服务",
        "code": "other",
        "unit": "人",
        "group": "care",
        "proof": "none",
        "counting_rule": "",
        "evidence": "",
        "lead_department": "",
    }
    address = reverse("admin:services_servicekind_change", args=[kind.pk])
    assert sign_in(city_clerk).post(address, data).status_code == 302
    kind.refresh_from_db()
    assert (kind.name, kind.code) == ("托养服务", "respite_care")


def test_districts_do_not_keep_kinds(haizhou_clerk, sign_in):
    assert sign_in(haizhou_clerk).get(LIST).status_code == 403


def test_kinds_are_exported(city_clerk, sign_in):
    response = sign_in(city_clerk).post(reverse("admin:services_servicekind_export"), {"format": "1"})
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 19 and {"代码", "名称", "计量单位"} <= set(rows[0])


@pytest.mark.parametrize("word", ["托养", "respite"])
def test_kinds_are_found_by_name_and_code(city_clerk, sign_in, word):
    found = sign_in(city_clerk).get(LIST, {"q": word}).context["cl"].result_list
    assert [kind.code for kind in found] == ["respite_care"]
