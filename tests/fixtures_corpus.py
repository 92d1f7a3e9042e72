"""The corpus's register and payment history, loaded once per file of tests through the engine itself.

corpus       .staff(code) the clerk of a district code, .path(*names) a file of tests/data/corpus;
             the database is as it was when the last test of the file has run
"""

from datetime import date
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files import File
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

DATA = Path(__file__).parent / "data" / "corpus"
PASSWORD = "corpus-correct-horse-9"


@pytest.fixture(scope="module")
def corpus(django_db_setup, django_db_blocker, tmp_path_factory):
    """A prepared city with the corpus's register, history and standards, and a folder of uploads of its own."""
    with django_db_blocker.unblock(), override_settings(UPLOAD_ROOT=tmp_path_factory.mktemp("uploads")):
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield loaded(DATA / "register.csv", DATA / "paid_history.csv")
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


def loaded(register: Path, history: Path) -> SimpleNamespace:
    """A prepared city with a register and a payment history, taken in by the engine."""
    from lianyungang_cdpf.management.commands.prepare import STEPS

    for module, function, _ in STEPS:
        getattr(import_module(module), function)()
    call_command("load_standards", str(DATA / "standards.json"), verbosity=0)
    city = staff_of("320700")
    apply_file(city, "register", register)
    apply_file(city, "payment_history", history)
    return SimpleNamespace(staff=staff_of, path=DATA.joinpath)


def staff_of(code: str):
    """The clerk of a district code, made on first use; 320700 is the city's."""
    from lianyungang_cdpf.accounts.models import Area, Role, Staff

    role = Role.objects.get(code="city_operator" if code == "320700" else "district_clerk")
    staff, _ = Staff.objects.get_or_create(
        username=f"corpus_{code}", defaults={"area": Area.objects.get(code=code), "role": role, "is_staff": True}
    )
    return Staff.objects.select_related("area", "zone", "role").get(pk=staff.pk)


def apply_file(staff, kind: str, path: Path, month: date | None = None):
    """Take a file in and post its valid rows, as `intake --apply` does; returns the plan."""
    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.work import read_and_post

    with open(path, "rb") as stream:
        upload = File(stream, name=path.name)
        job = start_import(by=staff, kind=kind_named(kind), upload=upload, month=month, queue=False)
    return read_and_post(job, kind_named(kind), all_or_nothing=False)
