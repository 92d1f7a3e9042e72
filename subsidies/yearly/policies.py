"""投保清单: who is insured on which policy, and writing the policies and their insured."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.timezone import localdate

from lianyungang_cdpf.intake.kinds import Outcome
from lianyungang_cdpf.intake.tables import name_key
from subsidies.counting import years_counted
from subsidies.judging import Facts
from subsidies.models import InsurancePolicy, Payment, Roll
from subsidies.posting import close_roll
from subsidies.yearly.posting import NO_ACCOUNT, WITH_POLICY, payment_row, write_rows
from subsidies.yearly.terms import TermJudge

LONGEST = 60


@dataclass(frozen=True)
class Terms:
    """What a policy says; rows and the record of one number must say the same."""

    starts_on: date
    ends_on: date
    premium: Decimal
    product: str = ""
    insurer: str = ""

    def agrees_with(self, other: "Terms") -> bool:
        """Whether both can be one policy; what one of them leaves blank says nothing."""
        named = ((self.product, other.product), (self.insurer, other.insurer))
        same_names = all(not one or not two or name_key(one) == name_key(two) for one, two in named)
        return same_names and self.term == other.term

    @property
    def term(self) -> tuple:
        return self.starts_on, self.ends_on, self.premium

    def overlaps(self, other: "Terms") -> bool:
        """Whether both insure the same thing on some day."""
        alike = not self.product or not other.product or name_key(self.product) == name_key(other.product)
        return alike and self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


def number_of(values: dict) -> str:
    """A row's policy number as it is kept."""
    return "".join((values.get("policy_no") or "").split())[:LONGEST].upper()


def terms_of(values: dict) -> Terms | None:
    """What a row says of its policy; None while days or premium are missing or impossible."""
    first, last, premium = values.get("starts_on"), values.get("ends_on"), values.get("amount")
    if not first or not last or premium is None or premium <= 0:
        return None
    return Terms(first, last, premium, (values.get("product") or "")[:LONGEST], (values.get("insurer") or "")[:LONGEST])


class PolicyJudge(TermJudge):
    """Judges a list of insured persons, each row by the policy that it names."""

    def judge(self, rows) -> Iterator[Outcome]:
        rows = list(rows)
        starts = [row.values["starts_on"] for row in rows if row.values.get("starts_on")]
        # Lists are of one policy or of several that begin together: certificates count as of the last of them.
        self.month = max(starts, default=localdate()).replace(day=1)
        yield from super().judge(rows)

    def _term(self, values: dict) -> date:
        return (values.get("starts_on") or self.month).replace(day=1)

    def _problems(self, values: dict) -> Iterator[tuple[str, str, str]]:
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and last and last < first:
            yield "POLICY_PERIOD", "ends_on", f"{last:%Y-%m-%d}"

    def _look_up(self, facts: list[Facts], digests: dict[str, str]) -> None:
        super()._look_up(facts, digests)
        self.policies = _known_policies({number_of(one.values) for one in facts})

    def _paid(self, people: dict, months: set[date]) -> set:
        """Nobody is insured by the month: what counts is the policy."""
        fields = ("person_id", "policy__number", "policy__starts_on", "policy__ends_on", "policy__premium")
        keys = [known.pk for known in people.values()]
        rows = Payment.objects.live().filter(programme=self.programme, policy__isnull=False, person__any_of=keys)
        self.insured: dict[int, dict[str, Terms]] = {}
        for person, number, *said in rows.order_by().values_list(*fields, "policy__product") if keys else ():
            self.insured.setdefault(person, {})[number] = Terms(*said)
        return set()

    def _person_findings(self, facts: Facts, bad: Set[str]) -> list[tuple[str, str]]:
        number, terms = number_of(facts.values), terms_of(facts.values)
        # A person may be on two policies: only the same person on the same policy is there twice.
        found = [finding for finding in super()._person_findings(facts, bad) if finding[0] != "DUPLICATE_IN_FILE"]
        if (facts.id_number, number) in self.seen:
            found.append(("DUPLICATE_IN_FILE", "id_number"))
        self.seen.add((facts.id_number, number))
        if terms is None or "POLICY_PERIOD" in bad:
            return found
        if not terms.agrees_with(self.policies.setdefault(number, terms)):
            found.append(("POLICY_MISMATCH", "policy_no"))
        insured = self._insured_already(facts.person.pk, number, terms) if facts.person else ()
        return [*found, *insured]

    def _insured_already(self, person: int, number: str, terms: Terms) -> Iterator[tuple[str, str]]:
        insured = self.insured.get(person, {})
        if number in insured:
            yield "ALREADY_PAID", "policy_no"
        elif any(terms.overlaps(other) for other in insured.values()):
            yield "PERIOD_OVERLAP", "starts_on"

    def _amount_is_standard(self, facts: Facts) -> bool:
        """Premiums are what the insurer asks; where the office keeps standards, by product, they hold."""
        if not self.book.has_standards:
            amount = facts.values["amount"]
            return amount > 0 and amount == round(amount, 2)
        return super()._amount_is_standard(facts)

    def _classes(self, facts: Facts) -> tuple[str, ...]:
        product = facts.values.get("product")
        return (product,) if product else ()


def _known_policies(numbers: set[str]) -> dict[str, Terms]:
    rows = InsurancePolicy.objects.filter(number__any_of=sorted(numbers - {""})).order_by()
    fields = ("number", "starts_on", "ends_on", "premium", "product", "insurer")
    return {number: Terms(*said) for number, *said in rows.values_list(*fields)}


def post_policies(*, by, roll: Roll, outcomes: list[Outcome]) -> Roll:
    """Write the insured of valid rows, and their policies where they are new; a premium goes to the insurer.

    Call inside a transaction. Raises IntegrityError when somebody was put on the policy meanwhile.
    """
    policies = _policies(roll, outcomes)
    rows = [
        (*payment_row(roll, one, one.data.person.pk, one.data.person.area_id, NO_ACCOUNT),
         policies[number_of(one.data.values)])
        for one in outcomes
    ]  # fmt: skip
    write_rows(roll, WITH_POLICY, rows)
    return close_roll(by=by, roll=roll, years=years_counted(roll))


def _policies(roll: Roll, outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Keys of the rows' policies by number; new ones are recorded in the roll's place."""
    wanted = {number_of(one.data.values): terms_of(one.data.values) for one in reversed(list(outcomes))}
    known = InsurancePolicy.objects.filter(number__any_of=list(wanted)).order_by()
    missing = wanted.keys() - set(known.values_list("number", flat=True))
    InsurancePolicy.objects.bulk_create(
        InsurancePolicy(number=number, area=roll.area, **vars(wanted[number])) for number in sorted(missing)
    )
    return dict(known.all().values_list("number", "pk"))
