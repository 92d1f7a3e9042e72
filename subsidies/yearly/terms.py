"""What judging the yearly lists shares: the term that a row is for, the ages, one standard for the whole term."""

from calendar import monthrange
from collections.abc import Iterator, Set
from datetime import date

from django.utils.timezone import localdate

from beneficiaries.people import age_on
from lianyungang_cdpf.intake.kinds import Context, Outcome
from lianyungang_cdpf.intake.tables import DataRow, birth_date_of
from subsidies.judging import Facts, RollJudge
from subsidies.known import Known
from subsidies.models import Programme

MONTHS_OF_A_YEAR = 12


def last_month(term: date) -> date:
    """The last month of the year or school year that begins with the month."""
    index = term.year * 12 + term.month - 1 + MONTHS_OF_A_YEAR - 1
    return date(index // 12, index % 12 + 1, 1)


def reference_month(term: date) -> date:
    """The month whose certificates and statuses count for a term: this month, while the term runs, else its last one.

    Who got the certificate in June belongs on the list of that year (city rule, unverified).
    """
    return max(term, min(last_month(term), localdate().replace(day=1)))


class TermJudge(RollJudge):
    """Judges a list for one year or school year: as a monthly roll, but by the term, with ages and one standard."""

    facts_class = Facts

    def __init__(self, programme: Programme, context: Context):
        super().__init__(programme, context)
        self.term = context.month
        if self.term:
            self.month = reference_month(self.term)

    def _facts(self, row):
        term, number = self._term(row.values), row.values.get("id_number") or ""
        return self.facts_class(None, number, [term], [None], row.values, row.problems)

    def _term(self, values: dict) -> date:
        """The first month of what the row is for."""
        return self.term

    def _problems(self, values: dict) -> Iterator[tuple[str, str, str]]:
        """What is wrong with the row whoever it is about: (code, column, text)."""
        return iter(())

    def _outcome(self, facts: Facts, row) -> Outcome:
        wrong = list(self._problems(row.values))
        if wrong:
            row = DataRow(row.sheet, row.row, row.values, [*row.problems, *wrong])
        return super()._outcome(facts, row)

    def _person_findings(self, facts: Facts, bad: Set[str]) -> list[tuple[str, str]]:
        found = super()._person_findings(facts, bad)
        return found if facts.person is None else self._with_conditions(facts, found)

    def _with_conditions(self, facts: Facts, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """With what the term's own conditions say; who does not meet them has no amount that could be right."""
        unmet = list(self._conditions(facts))
        if any(self._is_error(code) for code, _ in unmet):
            found = [finding for finding in found if finding[0] != "AMOUNT_NOT_STANDARD"]
        return [*found, *unmet]

    def _conditions(self, facts: Facts) -> Iterator[tuple[str, str]]:
        """Conditions that are not of the certificate and the household: those that the person does not meet."""
        if not self._is_of_age(facts):
            yield "AGE_NOT_ELIGIBLE", "id_number"

    def _is_of_age(self, facts: Facts) -> bool:
        first, last = self.programme.age_from, self.programme.age_to
        if first is None and last is None:
            return True
        age = age_on(birth_date_of(facts.id_number), self._day_of_age(facts.months[0].year))
        return (first is None or first <= age) and (last is None or age <= last)

    def _day_of_age(self, year: int) -> date:
        month, day = map(int, self.programme.age_on.split("-"))
        return date(year, month, min(day, monthrange(year, month)[1]))

    def _has_moved_out(self, person: Known, month: date) -> bool:
        """By the month whose statuses count, not by the first of the term."""
        return super()._has_moved_out(person, self.month)

    def _amount_is_standard(self, facts: Facts) -> bool:
        facts.standards = [self.standard_for(facts)]
        return facts.standards[0] is not None and facts.values["amount"] == facts.standards[0].amount

    def standard_for(self, facts: Facts):
        """The standard of the term, by whose certificate and household count."""
        person = self._judged(facts)
        grade = person.certificate[4] if person.certificate else None
        classes = (*self._classes(facts), *person.classes)
        return self.book.amount_for(facts.months[0], grade, person.place.path, person.hukou_type, classes)

    def _judged(self, facts: Facts):
        """Whose certificate and household count."""
        return facts.person

    def _classes(self, facts: Facts) -> tuple[str, ...]:
        """The classes of standards that the row falls under, besides the household's."""
        return ()
