"""养老保险代缴: who is on the list of a year's premiums, and writing them."""

from collections.abc import Iterator

from lianyungang_cdpf.intake.kinds import Outcome
from subsidies.counting import years_counted
from subsidies.judging import Facts
from subsidies.models import PensionPremium, Roll
from subsidies.posting import COLUMNS, close_roll
from subsidies.yearly.posting import NO_ACCOUNT, payment_row, write_details, write_rows
from subsidies.yearly.terms import TermJudge

DETAILS = ("year", "tier", "insured_place", "receipt_no", "confirmed_on")
LONGEST_TIER, LONGEST_TEXT = 30, 60


class PremiumJudge(TermJudge):
    """Judges a list of premiums of one year."""

    def _problems(self, values: dict) -> Iterator[tuple[str, str, str]]:
        year = values.get("year")
        if year and year != self.term.year:
            yield "PERIOD_MISMATCH", "year", str(year)

    def _conditions(self, facts: Facts) -> Iterator[tuple[str, str]]:
        yield from super()._conditions(facts)
        if facts.values.get("drawing") == "yes":
            yield "DRAWING_PENSION", "drawing"


def post_premiums(*, by, roll: Roll, outcomes: list[Outcome]) -> Roll:
    """Write the premiums of valid rows. The money goes to the pension fund, so the payments name no account.

    Call inside a transaction. Raises IntegrityError when somebody's premium of the year was posted meanwhile.
    """
    rows = [payment_row(roll, one, one.data.person.pk, one.data.person.area_id, NO_ACCOUNT) for one in outcomes]
    write_rows(roll, COLUMNS, rows)
    write_details(PensionPremium, DETAILS, roll, ((one.data.person.pk, _details(one.data)) for one in outcomes))
    return close_roll(by=by, roll=roll, years=years_counted(roll))


def _details(facts: Facts) -> tuple:
    values = facts.values
    return (
        facts.months[0].year,
        (values.get("tier") or "")[:LONGEST_TIER],
        (values.get("insured_place") or "")[:LONGEST_TEXT],
        (values.get("receipt_no") or "")[:LONGEST_TEXT],
        values.get("confirmed_on"),
    )
