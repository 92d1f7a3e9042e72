"""T1: the log says from what to what, except of records about somebody."""

import pytest
from django.forms import modelform_factory

from beneficiaries.actions import save_person
from beneficiaries.models import Person
from lianyungang_cdpf.accounts.admin_log import changed_values
from lianyungang_cdpf.audit.models import AuditLine
from subsidies.models import Programme

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def saved(model, instance, **values):
    """The form of these columns, filled in and saved."""
    form = modelform_factory(model, fields=list(values))(values, instance=instance)
    assert form.is_valid(), form.errors
    form.save()
    return form


def test_a_change_of_what_is_about_nobody_is_written_with_both_values(city):
    programme = Programme.objects.get(code="hardship_subsidy")
    before = programme.name
    assert changed_values(saved(Programme, programme, name="生活补贴（新）")) == f"{before}→生活补贴（新）"


def test_of_somebody_no_value_is_written_but_numbers_masked(make_person, haizhou_clerk):
    person = make_person("查无此人", phone="19000004321", account_no="6222600000000001234")
    assert changed_values(saved(Person, person, village="新东村")) == ""
    person = Person.objects.get(pk=person.pk)
    person.account_no, person.address = "6222600000000008765", "3组"
    save_person(by=haizhou_clerk, person=person)
    line = AuditLine.objects.get(deed="修改残疾人档案", object_id=str(person.pk))
    assert "****1234→****8765" in line.summary and "3组" not in line.summary and "62226" not in line.summary


def test_of_staff_the_log_says_which_fields_and_no_value(make_staff, haizhou_clerk, sign_in):
    told = {"name": "李四光", "employee_no": "32070119800101", "email": "lisi@example.org", "identity": "LYG-0666"}
    root = make_staff("root", area="320700", role="system_admin")
    sent = {"username": "haizhou_clerk", "is_active": "on", **told}
    assert sign_in(root).post(f"/admin/accounts/staff/{haizhou_clerk.pk}/change/", sent).status_code == 302
    haizhou_clerk.refresh_from_db()
    assert {name: getattr(haizhou_clerk, name) for name in told} == told
    line = AuditLine.objects.get(deed="修改工作人员")
    assert all(label in line.summary for label in ("姓名", "工号", "统一身份标识"))
    assert "→" not in line.summary and not [one for one in (*told.values(), "海州经办员") if one in line.summary]
