"""多重残疾明细: the kinds of disability behind a certificate of category 7, a column for each kind."""

from beneficiaries.disability_parts import parts_problem
from beneficiaries.models import Category, Certificate, DisabilityPart
from beneficiaries.people_rolls import PeopleJudge, PeopleKind, PeopleRoll
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.tables import Column, Grade
from lianyungang_cdpf.intake.tracing import Traced

NAMES = {"visual": 1, "hearing": 2, "speech": 3, "physical": 4, "intellectual": 5, "mental": 6}


def _column(word: str) -> Column:
    return Column(Grade(), f"{word}残疾等级 {word}等级 {word}残疾", whole=word)


class PartsRoll(PeopleRoll):
    """多重残疾明细; a blank is a kind that the person does not have."""

    visual = _column("视力")
    hearing = _column("听力")
    speech = _column("言语")
    physical = _column("肢体")
    intellectual = _column("智力")
    mental = _column("精神")


class PartsJudge(PeopleJudge):
    """The certificate is the one that stands, of several the one recorded last."""

    def prepare(self, lines):
        keys = [line.known.pk for line in lines if line.known]
        rows = Certificate.objects.filter(person__any_of=keys, category=Category.MULTIPLE).order_by("pk")
        self.wholes = {}
        for pk, person, grade, ends in rows.values_list("pk", "person_id", "grade", "valid_to"):
            if ends is None or ends >= self.today:
                self.wholes[person] = (pk, grade)
        held = DisabilityPart.objects.filter(certificate__any_of=[pk for pk, _ in self.wholes.values()]).order_by()
        self.parts: dict[int, dict[int, int]] = {}
        for certificate, category, grade in held.values_list("certificate_id", "category", "grade"):
            self.parts.setdefault(certificate, {})[category] = grade

    def findings(self, line):
        certificate, grade = self.wholes.get(line.known.pk, (None, None))
        stored = self.parts.get(certificate, {})
        given = {number: line.values[name] for name, number in NAMES.items() if line.values.get(name)}
        # A blank never erases: what is on record and not in the row stays.
        parts = {**stored, **given}
        problem = parts_problem(Category.MULTIPLE if certificate else 0, grade or 0, parts)
        if problem:
            yield "PARTS_MISMATCH", "id_number", problem
        elif parts != stored:
            line.write = {"certificate": certificate, "parts": parts}


class PartsKind(PeopleKind):
    """多重残疾明细."""

    code, label = "disability_parts", "多重残疾明细"
    roll, judge_by = PartsRoll, PartsJudge
    words = ("多重残疾明细", "多重残疾")
    writes = (Traced(DisabilityPart, "certificate__person"),)

    def write(self, batch, context, job):
        writes = [one.data.write for one in batch]
        DisabilityPart.objects.filter(certificate__any_of=[one["certificate"] for one in writes]).delete()
        rows = [(one["certificate"], *part) for one in writes for part in sorted(one["parts"].items())]
        insert_rows(DisabilityPart, ("certificate_id", "category", "grade"), rows)
