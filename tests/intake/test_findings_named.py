"""Every code that judging can give has a name and a remedy of its own."""

from beneficiaries.people_rolls import SENTENCES as OF_PEOPLE
from beneficiaries.register import ORDER, SENTENCES
from lianyungang_cdpf.intake.presentation import OTHER, label
from lianyungang_cdpf.intake.tables import sentences
from services.rolls.stays import SENTENCES as OF_STAYS
from subsidies.checks import PRIMARY


def test_no_finding_is_shown_as_an_other_problem():
    codes = {*ORDER, *SENTENCES, *OF_PEOPLE, *PRIMARY, *sentences.SENTENCES, *OF_STAYS}
    codes |= {"PROGRAMME_UNKNOWN", "AMOUNT_NOT_POSITIVE", "MERGE_CONFLICT"}
    codes |= {"STAY_DATES", "STAY_ELSEWHERE", "ATTENDANCE_DAYS"}

    assert {code for code in codes if label(code) == OTHER[0]} == set()
