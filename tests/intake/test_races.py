"""Two postings at the same moment (test-cases.md C1-C3), on real connections: everybody is paid once.

The control takes the database's constraint away and must see people paid twice: it is what holds, not the timing.
"""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.models import Count
from django.utils import timezone

from lianyungang_cdpf.intake import work
from lianyungang_cdpf.intake.actions import post_import
from lianyungang_cdpf.intake.models import ImportJob
from subsidies.invariants import breaches
from subsidies.models import Payment, Roll
from tests.fixtures_city import make_id

pytestmark = pytest.mark.django_db(transaction=True)
SHARED = 40
CONSTRAINT = "one_live_payment_per_person_programme_month"


@pytest.fixture
def people(transactional_db, standards, make_person):
    return [make_person(f"人{number}", id_number=make_id(number), category=4, grade=1, hardship="低保")
            for number in range(SHARED + 2)]  # fmt: skip


def rows_of(people):
    return [["姓名", "身份证号", "金额"], *([person.name, person.id_number, "370"] for person in people)]


@pytest.fixture
def asked(send, run_import, people, haizhou_clerk, city_clerk):
    """Two imports of different people that share forty, in opposite orders, both asked to be posted."""
    jobs = []
    for clerk, own in ((haizhou_clerk, people[:-1]), (city_clerk, [people[-1], *reversed(people[:SHARED])])):
        job = run_import(send(clerk, "hardship_subsidy", rows_of(own)))
        jobs.append(post_import(job=job, by=clerk, queue=False))
    assert [job.state for job in jobs] == ["posting", "posting"]
    return jobs


@pytest.fixture
def together(monkeypatch):
    """Both workers have judged before either writes."""
    gate, apply, waited = threading.Barrier(2, timeout=60), work.apply_plan, set()

    def at_once(claim, plan):
        if claim.job.pk not in waited:
            waited.add(claim.job.pk)
            gate.wait()
        apply(claim, plan)

    monkeypatch.setattr(work, "apply_plan", at_once)


def run_at_once(*numbers):
    """A worker of its own, with a connection of its own, for each import number; raises what a worker raises."""
    errors = []

    def worker(number):
        try:
            work.run(number)
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not errors and not any(thread.is_alive() for thread in threads)


def paid_twice() -> int:
    keys = Payment.objects.live().order_by().values("person", "programme", "month")
    return keys.annotate(n=Count("pk")).filter(n__gt=1).count()


@contextmanager
def without_the_constraint():
    rule = next(rule for rule in Payment._meta.constraints if rule.name == CONSTRAINT)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Payment, rule)
    try:
        yield
    finally:
        Payment.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Payment, rule)


def test_two_rolls_that_share_people_pay_everybody_once(asked, together):
    run_at_once(*(job.pk for job in asked))
    for job in asked:
        job.refresh_from_db()
    assert sorted(job.state for job in asked) == ["posted", "ready"]
    left = next(job for job in asked if job.state == "ready")
    assert left.summary["valid_rows"] == 1 and len(left.summary["changed_since"]) == SHARED
    assert {one["now"] for one in left.summary["changed_since"]} == {"ALREADY_PAID"}
    assert (paid_twice(), Roll.objects.count(), Payment.objects.count()) == (0, 1, SHARED + 1)
    assert list(breaches()) == []


def test_without_the_constraint_the_same_race_pays_twice(asked, together):
    with without_the_constraint():
        run_at_once(*(job.pk for job in asked))
        assert paid_twice() == SHARED


def test_the_constraint_is_back_after_the_control(transactional_db):
    with connection.cursor() as cursor:
        assert CONSTRAINT in connection.introspection.get_constraints(cursor, Payment._meta.db_table)


def test_several_workers_at_one_import_post_one_roll(asked):
    first = asked[0]
    run_at_once(*[first.pk] * 4)
    first.refresh_from_db()
    assert (first.state, first.applied_rows) == ("posted", SHARED + 1)
    assert (Roll.objects.count(), Payment.objects.count()) == (1, SHARED + 1)


def test_the_watch_leaves_a_long_posting_alone(asked, monkeypatch):
    """A worker that writes for longer than a heartbeat lasts holds its import, and no other begins it anew."""
    from subsidies.rolls import ProgrammeKind

    first, apply, taken = asked[0], ProgrammeKind.apply, []
    monkeypatch.setattr(work, "enqueue", lambda job: taken.append(job.pk))
    writing, looked = threading.Event(), threading.Event()

    def slow(self, outcomes, context, job):
        result = apply(self, outcomes, context, job)
        writing.set()
        # On SQLite the watch waits for the writer, so the writer must not wait for it.
        looked.wait(60 if connection.vendor == "postgresql" else 0.5)
        return result

    def watch():
        writing.wait(60)
        work.take_up_lost()
        looked.set()
        connections.close_all()

    beat = work.Claim.beat

    def long_ago(claim, phase, done, total):
        beat(claim, phase, done, total)
        old = timezone.now() - timedelta(seconds=2 * settings.INTAKE_HEARTBEAT_SECONDS)
        ImportJob.objects.filter(pk=claim.job.pk).update(heartbeat_at=old)

    monkeypatch.setattr(ProgrammeKind, "apply", slow)
    monkeypatch.setattr(work.Claim, "beat", long_ago)
    watcher = threading.Thread(target=watch)
    watcher.start()
    run_at_once(first.pk)
    watcher.join(120)
    first.refresh_from_db()
    assert (first.state, first.attempts, taken) == ("posted", 2, [])
    assert Payment.objects.count() == SHARED + 1
