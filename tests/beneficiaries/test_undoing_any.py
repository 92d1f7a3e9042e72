"""Whatever files come in, in whatever order: undone the last first, each leaves everything as it was before it.

Before an import every row of every table of people, payments and services is read, decrypted; after its undoing again.
"""

import hashlib
from datetime import date, timedelta
from itertools import count

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from beneficiaries import register_apply
from beneficiaries.models import Certificate, DisabilityPart, HardshipStatus, Household, HouseholdMember, Person
from lianyungang_cdpf.intake.kinds import Context, kind_named
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.tables import DataRow
from tests.fixtures_city import HAIZHOU_TOWN, make_id

calm = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
ACCOUNTS = ("6299999630040357070", "6299993156827197436")
NUMBERS = [make_id(number, date(1950 + 10 * number, 1, 1)) for number in range(8)]
# Mostly the same, as rolls about people on file are refused where the name is another.
NAMES = ("张三", "张三", "张三", "单小云")
sometimes = st.booleans
days = st.dates(date(2020, 1, 1), date(2021, 12, 31))


def maybe(values):
    return st.one_of(st.none(), values)


@st.composite
def known(draw):
    """Somebody who is on file, with what a register may change of them."""
    graded = draw(sometimes())
    return {
        "name": draw(st.sampled_from(NAMES)), "phone": draw(st.sampled_from(("", "13800001234"))),
        "account_no": draw(st.sampled_from(("", *ACCOUNTS))), "address": draw(st.sampled_from(("", "旧路1号"))),
        "category": draw(st.sampled_from((4, 7))) if graded else None, "grade": 2 if graded else None,
        "hardship": draw(st.sampled_from(("", "低保", "特困"))), "since": draw(maybe(days)),
        "parts": draw(sometimes()), "lives": draw(sometimes()),
    }  # fmt: skip


@st.composite
def register_row(draw, number):
    return {
        "id_number": number, "name": draw(st.sampled_from(NAMES)), "county": "海州区", "town": None,
        "certificate_no": draw(maybe(st.sampled_from(("42", "43", "71", "72B1")).map(lambda tail: number + tail))),
        "certificate_status": draw(maybe(st.sampled_from(("valid", "cancelled", "frozen")))),
        "phone": draw(maybe(st.sampled_from(("13800001234", "19000005678")))),
        "account_no": draw(maybe(st.sampled_from(ACCOUNTS))), "address": draw(maybe(st.just("新路2号"))),
        "household_status": draw(maybe(st.sampled_from(("低保", "特困", "普通")))),
        "died_on": draw(maybe(st.dates(date(2021, 1, 1), date(2022, 1, 1)))),
    }  # fmt: skip


@st.composite
def household_row(draw, number):
    head = draw(st.sampled_from(NUMBERS[:3]))
    return {
        "id_number": number, "name": draw(st.sampled_from(NAMES)), "head_id": head, "county": "海州区",
        "relation": "head" if head == number else draw(st.sampled_from(("child", "spouse", "other"))),
        "valid_from": draw(maybe(days)), "valid_to": None, "town": TOWN, "village": draw(maybe(st.just("某村"))),
    }  # fmt: skip


@st.composite
def guardian_row(draw, number):
    return {
        "id_number": number, "name": draw(st.sampled_from(NAMES)), "relation": draw(st.sampled_from(("kin", "parent"))),
        "guardian_name": draw(st.sampled_from(NAMES)), "guardian_id": draw(maybe(st.sampled_from(NUMBERS))),
        "guardian_phone": draw(maybe(st.just("19000001234"))), "valid_from": draw(maybe(days)),
    }  # fmt: skip


@st.composite
def departure_row(draw, number):
    return {
        "id_number": number, "name": draw(st.sampled_from(NAMES)), "died_on": draw(maybe(days)),
        "moved_out_on": draw(maybe(days)), "reason": None,
    }  # fmt: skip


@st.composite
def parts_row(draw, number):
    grades = {name: draw(st.one_of(st.none(), st.integers(2, 4))) for name in ("visual", "hearing", "physical")}
    return {"id_number": number, "name": draw(st.sampled_from(NAMES)), **grades}


@st.composite
def child_row(draw, number):
    return {
        "id_number": number, "name": draw(st.sampled_from(NAMES)), "county": None, "town": TOWN,
        "suspected_category": 5, "text": draw(st.sampled_from(("发育迟缓", "孤独症"))), "diagnosed_on": None,
        "hospital": None, "phone": None,
    }  # fmt: skip


TOWN = "洪门街道"
ROWS = {
    "register": register_row, "households": household_row, "guardians": guardian_row, "departures": departure_row,
    "disability_parts": parts_row, "uncertified_children": child_row,
}  # fmt: skip


@st.composite
def files(draw):
    kind = draw(st.sampled_from(sorted(ROWS) + ["register"]))
    numbers = draw(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=6, unique=kind != "guardians"))
    return kind, [draw(ROWS[kind](number)) for number in numbers]


@pytest.fixture
def bring_in(city, haizhou_clerk, monkeypatch):
    """A file as rows that were read: judged and applied; its import, or None when no row can be applied.

    Batches of two rows, so that even a small file makes several runs.
    """
    from beneficiaries import guardian_roll, register

    monkeypatch.setattr(register, "BATCH", 2)
    monkeypatch.setattr(register_apply, "BATCH", 2)
    monkeypatch.setattr(guardian_roll.GuardianJudge, "batch", 2)
    numbers = count(1)

    def brought(kind_code, rows):
        kind, context = kind_named(kind_code), Context(staff=haizhou_clerk)
        data = [DataRow("", at, dict(values), []) for at, values in enumerate(rows, 2)]
        outcomes = [one for one in kind.judge(data, context) if not one.is_bad]
        if not outcomes:
            return None
        job = ImportJob.objects.create(
            kind=kind_code, staff=haizhou_clerk, area=haizhou_clerk.area, file_name="任意.csv", size=1, state="posted",
            sha256=hashlib.sha256(str(next(numbers)).encode()).hexdigest(), finished_at=timezone.now(),
        )  # fmt: skip
        with transaction.atomic():
            kind.apply(outcomes, context, job)
        return job

    return brought


@pytest.fixture
def on_file(make_person, city):
    from lianyungang_cdpf.accounts.models import Area

    def made(people):
        for number, told in zip(NUMBERS, people, strict=False):
            since, parts, lives = (told.pop(name) for name in ("since", "parts", "lives"))
            person = make_person(id_number=number, **told)
            Certificate.objects.filter(person=person).update(valid_from=since)
            HardshipStatus.objects.filter(person=person).update(valid_from=since)
            for certificate in Certificate.objects.filter(person=person, category=7) if parts else ():
                DisabilityPart.objects.create(certificate=certificate, category=1, grade=2)
                DisabilityPart.objects.create(certificate=certificate, category=4, grade=3)
            if lives:
                household = Household.objects.create(area=Area.objects.get(code=HAIZHOU_TOWN))
                HouseholdMember.objects.create(household=household, person=person, relation="head", valid_from=since)
        # An import changes the hour of the last change, even of those who were put on file this very moment.
        Person.objects.update(updated_at=timezone.now() - timedelta(days=1))

    return made


@calm
@given(st.lists(known(), max_size=5), st.lists(files(), min_size=1, max_size=4))
def test_whatever_came_in_is_undone_to_the_letter(bring_in, on_file, take_back, snapshot, people, came):
    with transaction.atomic():
        on_file(people)
        done = []
        for kind, rows in came:
            before = snapshot()
            if job := bring_in(kind, rows):
                event(kind)
                done.append((job, before))
        for job, before in reversed(done):
            take_back(job)
            assert snapshot() == before
        transaction.set_rollback(True)


@pytest.mark.parametrize("forgotten", register_apply.WRITES, ids=lambda traced: traced.model.__name__)
def test_the_comparison_notices_when_a_table_is_forgotten(
    bring_in, on_file, take_back, snapshot, monkeypatch, city_clerk, haizhou_clerk, forgotten
):
    """The control of the property above: one table less in the trace, and something is not as it was."""
    base = {"name": "张三", "phone": "13800001234", "account_no": "", "address": "旧路1号", "category": 7, "grade": 2,
            "hardship": "低保", "since": None, "parts": True, "lives": False}  # fmt: skip
    on_file([base])
    kept = tuple(traced for traced in register_apply.WRITES if traced != forgotten)
    monkeypatch.setattr(register_apply, "WRITES", kept)
    # The city's, as only it moves somebody to another county.
    haizhou_clerk.area = city_clerk.area
    before = snapshot()
    row = {"id_number": NUMBERS[0], "name": "单小云", "county": "东海县", "certificate_no": NUMBERS[0] + "43",
           "household_status": "特困"}  # fmt: skip
    job = bring_in("register", [row])
    haizhou_clerk.area_id = job.area_id
    haizhou_clerk.save()
    take_back(job)
    assert snapshot() != before
