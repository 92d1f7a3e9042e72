"""A trial says what saving would do: its figures are those that are found once the change is saved."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subsidies.judging import Rules
from subsidies.models import Programme, ProgrammeCheck, Standard
from subsidies.owed.claims import RegisterJudge, both
from subsidies.trial.lines import by_place, total_of
from subsidies.trial.moves import Kind, tried
from tests.fixtures_city import DONGHAI_TOWN
from tests.subsidies.owed.conftest import MARCH


def of_rules(staff, programme, month=MARCH):
    """What a roll could pay each by the rules on file."""
    from beneficiaries.models import Person

    judge = RegisterJudge(programme, staff, month)
    return {pk: judge.payable(one) for pk, one in judge.known(Person.objects.visible_to(staff)).items()}


def told(claims):
    return [(line.person.pk, line.amount, line.codes) for line in claims.lines]


def holds(trial, staff, programme, before):
    """Whether what the trial said is what the rules on file say now, after it was saved."""
    programme = Programme.objects.get(pk=programme.pk)
    after = of_rules(staff, programme)
    moved = {move.person.pk: (move.before, move.after) for move in trial.moves}
    assert moved == {pk: (before[pk], after[pk]) for pk in before if before[pk] != after[pk]}
    owed, undue = both(staff, programme, MARCH)
    assert told(trial.owed[1]) == told(owed) and told(trial.undue[1]) == told(undue)
    return True


@pytest.fixture
def register(poor, make_roll):
    """Two of grade one, the first of them paid; one of grade two; one of grade three; one whose certificate is over."""
    people = [poor("甲"), poor("乙"), poor("丙", grade=2, area=DONGHAI_TOWN), poor("丁", grade=3), poor("戊")]
    people[4].certificates.update(status="expired")
    make_roll(people[0], people[4])
    return people


def raised(programme):
    standards = list(Standard.objects.filter(programme=programme).select_related("area"))
    for standard in standards:
        if standard.grade == 1:
            standard.amount = Decimal("400.00")
    return standards


def test_a_raised_amount_moves_those_of_its_grade_up(register, living, city_clerk):
    before, standards = of_rules(city_clerk, living), raised(living)
    trial = tried(city_clerk, living, living, Rules(standards=standards), MARCH)
    assert {(move.person.pk, move.kind, move.change) for move in trial.moves} == {
        (register[0].pk, Kind.UP, Decimal("30.00")), (register[1].pk, Kind.UP, Decimal("30.00")),
    }  # fmt: skip
    assert trial.owed[1].total - trial.owed[0].total == Decimal("30.00")  # the first is paid already
    for standard in standards:
        standard.save()
    assert holds(trial, city_clerk, living, before)


def test_a_lowered_amount_moves_them_down(register, living, city_clerk):
    before, standards = of_rules(city_clerk, living), raised(living)
    for standard in standards:
        standard.amount = Decimal("100.00") if standard.grade == 1 else standard.amount
    trial = tried(city_clerk, living, living, Rules(standards=standards), MARCH)
    assert {(move.kind, move.change) for move in trial.moves} == {(Kind.DOWN, Decimal("-270.00"))}
    for standard in standards:
        standard.save()
    assert holds(trial, city_clerk, living, before)


def test_a_dropped_check_lets_through_whom_it_held_and_gives_nobody_a_claim(register, living, city_clerk):
    before = of_rules(city_clerk, living)
    severities = {**dict(living.checks.values_list("code", "severity")), "CERT_EXPIRED": "ignore"}
    trial = tried(city_clerk, living, living, Rules(severities=severities), MARCH)
    assert [(move.person.pk, move.kind, move.after) for move in trial.moves] == [
        (register[4].pk, Kind.NEW, Decimal("370.00"))
    ]
    assert told(trial.owed[0]) == told(trial.owed[1])
    assert (len(trial.undue[0].lines), len(trial.undue[1].lines)) == (1, 0)
    ProgrammeCheck.objects.filter(programme=living, code="CERT_EXPIRED").update(severity="ignore")
    assert holds(trial, city_clerk, living, before)


def test_a_check_that_is_set_again_stops_whom_it_let_through(register, living, city_clerk):
    ProgrammeCheck.objects.filter(programme=living, code="CERT_EXPIRED").update(severity="warning")
    before = of_rules(city_clerk, living)
    severities = {**dict(living.checks.values_list("code", "severity")), "CERT_EXPIRED": "error"}
    trial = tried(city_clerk, living, living, Rules(severities=severities), MARCH)
    assert [(move.person.pk, move.kind) for move in trial.moves] == [(register[4].pk, Kind.STOPPED)]
    ProgrammeCheck.objects.filter(programme=living, code="CERT_EXPIRED").update(severity="error")
    assert holds(trial, city_clerk, living, before)


def test_no_rules_in_hand_let_through_what_no_programme_can_relax(poor, living, make_staff):
    """A control: a person of another place is paid by nobody here, whatever the severities say."""
    poor("甲", moved_out_on=date(2019, 2, 1))
    staff = make_staff("city", area="320700", role="city_operator")
    assert tried(staff, living, living, Rules(severities={"WRONG_DISTRICT": "ignore"}), MARCH).moves == []


def test_a_new_grade_admits_those_who_have_it(register, living, city_clerk):
    living.eligibility["certificate"] = [{"grades": [1, 2], "categories": None}]
    living.save()
    before, then = of_rules(city_clerk, living), Programme.objects.get(pk=living.pk)
    then.eligibility["certificate"].append({"grades": [3], "categories": None})
    trial = tried(city_clerk, living, then, Rules(), MARCH)
    assert [(move.person.pk, move.kind, move.change) for move in trial.moves] == [
        (register[3].pk, Kind.NEW, Decimal("150.00"))
    ]
    assert trial.change == Decimal("150.00")
    then.save()
    assert holds(trial, city_clerk, living, before)


def test_a_narrowed_household_condition_stops_those_without_it(register, poor, living, city_clerk):
    kept = poor("己", hardship="一户多残")
    before, then = of_rules(city_clerk, living), Programme.objects.get(pk=living.pk)
    then.eligibility = {**then.eligibility, "household_status": ["一户多残"]}
    trial = tried(city_clerk, living, then, Rules(), MARCH)
    assert {move.kind for move in trial.moves} == {Kind.STOPPED}
    assert trial.change == -sum(amount for pk, amount in before.items() if amount and pk != kept.pk)
    then.save()
    assert holds(trial, city_clerk, living, before)


def test_a_standard_that_is_not_saved_wins_over_one_as_old_and_as_specific(poor, living, city_clerk):
    """As it would once it is saved: of equals the newer one counts."""
    poor("甲", hukou_type="rural")
    fields = {"programme": living, "effective_from": date(2019, 1, 1)}
    Standard.objects.filter(programme=living).delete()
    old = Standard.objects.create(amount=Decimal("100.00"), grade=1, **fields)
    new = Standard(amount=Decimal("200.00"), hukou_type="rural", **fields)
    before = of_rules(city_clerk, living)
    trial = tried(city_clerk, living, living, Rules(standards=[old, new]), MARCH)
    assert [move.after for move in trial.moves] == [Decimal("200.00")]
    new.save()
    assert holds(trial, city_clerk, living, before)


def test_places_are_counties_with_their_towns_and_add_up(register, living, city_clerk):
    standards = raised(living)
    for standard in standards:
        standard.amount = standard.amount + 10 if standard.grade == 2 else standard.amount
    trial = tried(city_clerk, living, living, Rules(standards=standards), MARCH)
    places = by_place(trial)
    counted = [(one.is_county, one.kinds[Kind.UP].people, one.kinds[Kind.UP].yuan) for one in places]
    assert counted == [
        (True, 2, Decimal("60.00")), (False, 2, Decimal("60.00")), (True, 1, Decimal("10.00")),
        (False, 1, Decimal("10.00")),
    ]  # fmt: skip
    assert total_of(trial).change == f"{trial.change:,.2f}" == "70.00"


def test_a_trial_of_one_county_is_of_its_people(register, living, donghai_clerk):
    trial = tried(donghai_clerk, living, living, Rules(standards=[]), MARCH)
    assert [(move.person.pk, move.kind) for move in trial.moves] == [(register[2].pk, Kind.STOPPED)]


def test_a_trial_takes_the_same_statements_for_any_register(register, poor, living, city_clerk):
    def statements():
        standards = raised(living)
        with CaptureQueriesContext(connection) as counted:
            trial = tried(city_clerk, living, living, Rules(standards=standards), MARCH)
        assert not [query for query in counted if not query["sql"].startswith("SELECT")]
        return len(counted), len(trial.moves)

    few, moved = statements()
    for number in range(30):
        poor(f"人{number}")
    assert statements() == (few, moved + 30)
