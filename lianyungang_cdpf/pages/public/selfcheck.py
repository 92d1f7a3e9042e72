"""The self-check's answers in plain words: what may be had, by which rule, and what speaks against the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lianyungang_cdpf.intake.presentation import label
from lianyungang_cdpf.pages.public.aid import amount_in_words
from subsidies.asked import AGE_UNTOLD, NOT_STUDYING, Answer, Asked, answers
from subsidies.standards import ages_in_words, eligibility_in_words, met_in_words

# What a check of the rolls means for who asks.
PLAIN = {
    "CERT_EXPIRED": "残疾人证已过有效期：请先换证。",
    "CERT_CANCELLED": "残疾人证已注销、冻结或迁出：请先到残联核实。",
    "INELIGIBLE_GRADE": "残疾类别和等级不在这项补贴的范围内。",
    "INELIGIBLE_HOUSEHOLD": "家庭困难情况不在这项补贴的范围内。",
    "AGE_NOT_ELIGIBLE": "年龄不在这项补贴的范围内。",
    "DRAWING_PENSION": "已经领取养老金的，不再代缴。",
    "PARENT_MISSING": "这项补贴要看学生本人的残疾人证，本人没有证的看父母的残疾人证。",
    "PARENT_CERT_INVALID": "父母的残疾人证已过期或失效：请先换证或核实。",
    NOT_STUDYING: "家里没有人在上学。",
    AGE_UNTOLD: "这项补贴还要看学生的年龄，请到受理单位核对。",
}
NO_CERTIFICATE = "这项补贴要有残疾人证：请先申请办理。"


@dataclass(frozen=True)
class Result:
    """What is said of one programme."""

    answer: Answer
    asked: Asked

    @property
    def name(self) -> str:
        return self.answer.programme.name

    @property
    def rule(self) -> str:
        """The rule that says so: of who may qualify the conditions met, of others all that there are."""
        eligibility, ages = self.answer.programme.eligibility, ages_in_words(self.answer.programme)
        if self.answer.qualifies and self.asked.certificate:
            category, grade, _ = self.asked.certificate
            return met_in_words(eligibility, category, grade, self.asked.statuses) + ages
        return eligibility_in_words(eligibility) + ages

    @property
    def amount(self) -> str:
        """What it would pay; empty where the office keeps no standard that fits."""
        return amount_in_words(self.answer.standard) if self.answer.standard else ""

    @property
    def reasons(self) -> list[str]:
        """What speaks against it."""
        return list(dict.fromkeys(self._reasons()))

    def _reasons(self) -> Iterator[str]:
        for code in self.answer.codes:
            if code == "INELIGIBLE_GRADE" and self.asked.certificate is None:
                yield NO_CERTIFICATE
            else:
                yield PLAIN.get(code) or f"{label(code)}。"


def results(asked: Asked, day: date) -> tuple[list[Result], list[Result]]:
    """What may be had and what may not, each in the order of the programmes."""
    found = [Result(answer, asked) for answer in answers(asked, day)]
    return [one for one in found if one.answer.qualifies], [one for one in found if not one.answer.qualifies]
