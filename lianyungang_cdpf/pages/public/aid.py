"""What aid there is, in plain words: subsidies with who gets them and how much, services with who is served."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from beneficiaries.models import Category, Grade, HukouType
from services.models import Group, Proof, RecordForm, ServiceKind
from subsidies.models import PeriodType, Programme, Standard
from subsidies.standards import ages_in_words, eligibility_in_words

PER = {
    PeriodType.MONTH: "每月", PeriodType.YEAR: "每年", PeriodType.SCHOOL_YEAR: "每学年", PeriodType.POLICY: "每份保单",
}  # fmt: skip


@dataclass(frozen=True)
class Subsidy:
    """A programme and the standards in force."""

    programme: Programme
    standards: list[Standard]

    @property
    def who(self) -> str:
        """Who may get it."""
        return eligibility_in_words(self.programme.eligibility) + ages_in_words(self.programme)

    @property
    def amounts(self) -> list[str]:
        """What it pays, a line for each standard."""
        return [f"{_for_whom(one)}：{amount_in_words(one)}" for one in self.standards]


def amount_in_words(standard: Standard) -> str:
    """每月 130.00 元（依据……）."""
    source = f"（依据：{standard.source_document}）" if standard.source_document else ""
    return f"{PER[standard.programme.period]} {standard.amount:,.2f} 元{source}"


def _for_whom(standard: Standard) -> str:
    parts = (
        str(standard.area) if standard.area_id else "",
        Grade(standard.grade).label if standard.grade else "",
        HukouType(standard.hukou_type).label if standard.hukou_type else "",
        standard.household_class,
    )
    return " ".join(filter(None, parts)) or "标准"


def subsidies(day: date) -> list[Subsidy]:
    """The programmes with what is paid as of the day; two statements."""
    month = day.replace(day=1)
    in_force = Q(effective_to__isnull=True) | Q(effective_to__gte=month)
    rows = Standard.objects.filter(in_force, effective_from__lte=month).select_related("programme", "area")
    standards: dict[int, list[Standard]] = {}
    for one in rows.order_by("area__path", "grade", "household_class", "amount"):
        standards.setdefault(one.programme_id, []).append(one)
    return [Subsidy(programme, standards.get(programme.pk, [])) for programme in Programme.objects.all()]


@dataclass(frozen=True)
class Services:
    """The services of one part of the work."""

    name: str
    kinds: list[tuple[str, str]]


def services() -> list[Services]:
    """The kinds of service by part of the work, each with who is served; one statement. A survey is no service."""
    kinds = list(ServiceKind.objects.exclude(record_form__in=["", RecordForm.REHABILITATION_NEED]).order_by("name"))
    parts = [(group, [(kind.name, who_is_served(kind)) for kind in kinds if kind.group == group]) for group in Group]
    return [Services(group.label, listed) for group, listed in parts if listed]


def who_is_served(kind: ServiceKind) -> str:
    """The kind's conditions as a sentence."""
    return "；".join(_conditions(kind)) + "。"


def _conditions(kind: ServiceKind) -> Iterator[str]:
    proof = {
        Proof.CERTIFICATE: "持有有效的残疾人证",
        Proof.CERTIFICATE_OR_DIAGNOSIS: "持有有效的残疾人证，或有诊断的残疾儿童",
    }
    yield proof.get(kind.proof, "不要求残疾人证")
    if ages := _ages(kind.min_age, kind.max_age):
        yield ages
    if kind.categories:
        yield f"{_names(kind.categories)}残疾" + _severe(kind.severe_categories)
    if kind.older_from is not None and kind.older_categories:
        yield f"满 {kind.older_from} 周岁的限{_names(kind.older_categories)}残疾"
    if kind.max_grade:
        yield "残疾等级" + "、".join(Grade(grade).label for grade in range(1, kind.max_grade + 1))
    if kind.asks_hardship:
        yield "家庭经济困难"
    if kind.is_per_household:
        yield "以家庭为单位"


def _severe(categories: list[int]) -> str:
    return f"（{_names(categories)}须为一级、二级）" if categories else ""


def _ages(first: int | None, last: int | None) -> str:
    if first is not None and last is not None:
        return f"{first}—{last} 周岁"
    ends = ("" if first is None else f"{first} 周岁以上", "" if last is None else f"{last} 周岁以下")
    return "".join(ends)


def _names(categories: list[int]) -> str:
    return "、".join(Category(category).label for category in categories)
