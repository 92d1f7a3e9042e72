"""prepare can be run at any time, and invents people only in a new database."""

import io

import pytest
from django.core.management import call_command

from facilities.models import FacilityKind
from lianyungang_cdpf.accounts.models import Area, Role
from lianyungang_cdpf.management.commands import prepare
from lianyungang_cdpf.targets.models import Target
from services.models import ServiceKind
from subsidies.models import Programme


@pytest.fixture
def run(db, monkeypatch):
    """run("--empty"): the commands that prepare called and what it printed."""

    def run(*arguments):
        called, output = [], io.StringIO()
        monkeypatch.setattr(prepare, "call_command", lambda name, **options: called.append(name))
        call_command("prepare", *arguments, stdout=output)
        return called, output.getvalue()

    return run


def test_an_empty_database_gets_everything_that_the_portal_needs(run):
    called, output = run("--empty")
    assert called == ["migrate"]
    assert (Area.objects.count(), Role.objects.count(), Target.objects.count()) == (1864, 11, 25)
    assert all(model.objects.exists() for model in (Programme, ServiceKind, FacilityKind))
    assert "年度目标：已就绪" in output and output.endswith("准备完成。\n")


def test_a_new_database_gets_demonstration_data(run):
    assert run()[0] == ["migrate", "demo"]


def test_running_it_again_changes_nothing(run):
    run("--empty")
    Programme.objects.filter(code="hardship_subsidy").update(name="改过的名称")
    before = [set(model.objects.values_list("pk", flat=True)) for model in (Area, Role, Target, Programme)]
    run("--empty")
    assert [set(model.objects.values_list("pk", flat=True)) for model in (Area, Role, Target, Programme)] == before
    assert Programme.objects.get(code="hardship_subsidy").name == "改过的名称"


@pytest.mark.parametrize("begun", ["person", "account"])
def test_a_database_in_use_gets_no_invented_people(run, make_person, make_staff, begun):
    make_person() if begun == "person" else make_staff("first")
    assert run()[0] == ["migrate"]


def test_production_gets_no_accounts_with_a_known_password(run, settings):
    settings.PRODUCTION = True
    assert run()[0] == ["migrate"]


def test_it_can_be_silent(db, capsys):
    call_command("prepare", "--empty", verbosity=0)
    assert capsys.readouterr().out == ""
