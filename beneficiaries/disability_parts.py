"""The parts of a multiple disability: entered on a page of their own, or by roll."""

from collections.abc import Iterator, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Min

from beneficiaries.models import Category, Certificate, DisabilityPart
from lianyungang_cdpf.audit.actions import record

FEWEST = 2


def parts_problem(category: int, grade: int, parts: Mapping[int, int]) -> str:
    """The Chinese sentence that says why parts (category -> grade) don't make up the whole; "" when they do."""
    if category != Category.MULTIPLE:
        return "只有多重残疾的残疾人证才登记明细。"
    if len(parts) < FEWEST:
        return "多重残疾至少有两类残疾，请逐类填写等级。"
    if min(parts.values()) != grade:
        return (
            f"多重残疾的等级取最重的一类：证上为{_grade(grade)}，明细中最重的为{_grade(min(parts.values()))}，请核对。"
        )
    return ""


def _grade(grade: int) -> str:
    return "一二三四"[grade - 1] + "级"


@transaction.atomic
def set_parts(*, by, certificate: Certificate, parts: Mapping[int, int]) -> None:
    """Write the parts (category -> grade) of a multiple disability in place of those on record.

    Raises ValidationError when they don't make up the whole: fewer than two, or the most severe is not its grade.
    """
    held = Certificate.objects.select_for_update(of=("self",)).visible_to(by).get(pk=certificate.pk)
    if problem := parts_problem(held.category, held.grade, parts):
        raise ValidationError(problem)
    held.parts.all().delete()
    DisabilityPart.objects.bulk_create(
        DisabilityPart(certificate=held, category=category, grade=grade) for category, grade in sorted(parts.items())
    )
    record(by=by, deed="登记多重残疾明细", on=held.person)


def breaches() -> Iterator[str]:
    """A Chinese sentence for every certificate whose parts don't make up the whole."""
    wholes = Certificate.objects.filter(parts__isnull=False).annotate(worst=Min("parts__grade")).order_by("pk")
    for pk, category, grade, worst in wholes.exclude(category=7, grade=F("worst")).values_list(
        "pk", "category", "grade", "worst"
    ):
        yield f"残疾人证 {pk}（类别 {category} 等级 {grade}）与明细不符：明细中最重的为 {worst} 级。"
