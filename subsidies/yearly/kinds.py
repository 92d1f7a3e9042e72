"""What the intake is offered: the lists of premiums, of insured persons and of grants."""

from collections.abc import Iterable, Iterator
from datetime import date

from lianyungang_cdpf.intake.kinds import Context, Outcome
from lianyungang_cdpf.intake.periods import POLICY, SCHOOL_YEAR, YEAR
from subsidies.rolls import ProgrammeKind
from subsidies.yearly.grants import GrantJudge, post_grants
from subsidies.yearly.policies import PolicyJudge, post_policies
from subsidies.yearly.premiums import PremiumJudge, post_premiums
from subsidies.yearly.rolls import EducationGrantRoll, InsuranceRoll, PensionPremiumRoll

PERSON = frozenset({"name", "id_number", "certificate_no", "county", "town", "amount"})


class YearlyKind(ProgrammeKind):
    """A programme whose lists are for a longer term than a month; days are kept as texts with the import."""

    days: tuple[str, ...] = ()

    def unpack(self, payload: dict, sheet: str | None, row: int):
        data = super().unpack(payload, sheet, row)
        for name in self.days:
            if data.values.get(name):
                data.values[name] = date.fromisoformat(data.values[name])
        return data


class PensionKind(YearlyKind):
    """养老保险代缴名单, by premium year."""

    roll = PensionPremiumRoll
    period = YEAR
    kept = PERSON | {"year", "tier", "insured_place", "drawing", "receipt_no", "confirmed_on"}
    days = ("confirmed_on",)

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        return PremiumJudge(self.programme, context).judge(rows)

    def post(self, *, by, roll, outcomes: list[Outcome]) -> None:
        post_premiums(by=by, roll=roll, outcomes=outcomes)


class InsuranceKind(YearlyKind):
    """投保清单, each row with its policy's term."""

    roll = InsuranceRoll
    period = POLICY
    needs_month = False
    kept = PERSON | {"policy_no", "product", "insurer", "starts_on", "ends_on"}
    days = ("starts_on", "ends_on")

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        return PolicyJudge(self.programme, context).judge(rows)

    def post(self, *, by, roll, outcomes: list[Outcome]) -> None:
        post_policies(by=by, roll=roll, outcomes=outcomes)

    def month_of(self, outcomes: list[Outcome]) -> date:
        """The month in which the earliest of the roll's policies begins."""
        return min(one.data.months[0] for one in outcomes)


class EducationKind(YearlyKind):
    """教育补贴名册, by school year."""

    roll = EducationGrantRoll
    period = SCHOOL_YEAR
    kept = PERSON | {
        "school_year", "school", "stage", "student_no", "kind", "parent_name", "parent_certificate_no",
        "parent_id_number", "account_no", "account_holder",
    }  # fmt: skip

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        return GrantJudge(self.programme, context).judge(rows)

    def post(self, *, by, roll, outcomes: list[Outcome]) -> None:
        post_grants(by=by, roll=roll, outcomes=outcomes)
