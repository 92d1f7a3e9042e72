"""Imports with wrong rows, and the people who put them right.

people        three people in order; roll(rows, ...) a roll of them, read; each row is (name, number, amount, account)
correct(job, row, **texts)   types cells of a row anew, as the clerk who uploaded it
reviewer      县区审核 of Haizhou
"""

import pytest

from lianyungang_cdpf.intake.correcting import correct_row

HEADER = ["姓名", "身份证号", "金额", "银行账号"]
ACCOUNT, WRONG_ACCOUNT = "6299999630040357070", "6299999630040357071"


@pytest.fixture
def people(standards, make_person):
    return [make_person(name, category=4, grade=1, hardship="低保") for name in ("甲一", "乙二", "丙三")]


@pytest.fixture
def roll(send, run_import, haizhou_clerk):
    def made(rows, staff=haizhou_clerk, **options):
        return run_import(send(staff, "hardship_subsidy", [HEADER, *rows], **options))

    return made


@pytest.fixture
def line():
    """line(person, **changes): the row of a person who is to be paid 370 yuan."""

    def of(person, name=None, number=None, amount="370", account=ACCOUNT):
        return [name or person.name, number or person.id_number, amount, account]

    return of


def version_of(job, row, sheet="") -> int:
    decision = job.decisions.filter(sheet=sheet, row=row).first()
    return decision.version if decision else 0


@pytest.fixture
def correct():
    def done(job, row, *, sheet="", by=None, **texts):
        version = version_of(job, row, sheet)
        return correct_row(job=job, sheet=sheet, row=row, texts=texts, version=version, by=by or job.staff)

    return done


@pytest.fixture
def reviewer(make_staff):
    return make_staff("haizhou_reviewer", role="district_reviewer", name="审核员")
