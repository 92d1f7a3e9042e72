"""All that is held of one person, over all apps: found by the models' own relations, so that none can be forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.db.models import Field, Model, Q, QuerySet

from beneficiaries.models import Household, Person
from lianyungang_cdpf.pages.processing.catalogue import CLASSES
from subsidies.models import ComparisonEntry


def _of_numbers(person: Person) -> Q:
    """By the number and the former ones, as a comparison matches them; not by name, which a namesake has too."""
    return Q(id_digest=person.id_digest) | Q(id_digest__in=person.former_numbers.values("id_digest"))


# What is about a person without pointing at them: by what it is found.
BESIDE = {Household: lambda person: Q(members__person=person), ComparisonEntry: _of_numbers}
# What is classified and yet found for nobody, and why: what the file says of itself.
NOT_BY_PERSON = {
    **dict.fromkeys(
        ("intake.ImportRow", "intake.KeptRows", "intake.ImportTrace", "intake.RowDecision"),
        "上传文件的行整段加密保存，不能按人查找；入账的内容已在其他各表，行到期清理",
    ),
    **dict.fromkeys(
        ("subsidies.Approval", "subsidies.BankFile", "subsidies.BankReturn", "subsidies.InsurancePolicy"),
        "是整份花名册、报盘或保单的记录，不是某个人的",
    ),
    **dict.fromkeys(
        ("subsidies.Notice", "subsidies.NoticeLine", "subsidies.Objection"),
        "公示名单只有遮盖后的姓名，不指向档案，公示期满即删除",
    ),
    **dict.fromkeys(
        ("facilities.Facility", "facilities.StageEntry", "facilities.FacilityDocument", "facilities.Inspection"),
        "是设施的记录",
    ),
    **dict.fromkeys(
        ("targets.SupervisionOrder", "targets.SupervisionMessage", "targets.SupervisionAttachment"),
        "是督办单的记录",
    ),
    **dict.fromkeys(("accounts.Staff", "audit.AuditLine"), "是工作人员及其操作的记录"),
}


@cache
def paths_to_person() -> dict[type[Model], tuple[str, ...]]:
    """Every model whose records hang off a person, with the ways from it to the person: certificate__person."""
    found: dict[type[Model], list[str]] = {}
    for model, path in _below(Person, "", frozenset({Person})):
        found.setdefault(model, []).append(path)
    return {model: tuple(paths) for model, paths in found.items()}


def _below(model: type[Model], path: str, passed: frozenset) -> Iterator[tuple[type[Model], str]]:
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        child = relation.field.model
        if child not in passed:
            way = f"{relation.field.name}__{path}" if path else relation.field.name
            yield child, way
            yield from _below(child, way, passed | {child})


def condition_of(model: type[Model], person: Person) -> Q:
    """Which records of a model are of the person."""
    if model is Person:
        return Q(pk=person.pk)
    if model in BESIDE:
        return BESIDE[model](person)
    ways = Q()
    for path in paths_to_person()[model]:
        ways |= Q(**{path: person})
    return ways


def models_of_people() -> list[type[Model]]:
    """Every model that may hold something of a person, in the order of the classes."""
    found = {Person, *BESIDE, *paths_to_person()}
    return [model for model in CLASSES if model in found]


# What says where a record came from, and nothing to whom it is about.
UNTOLD = {"id", "stored_name", "sha256", "size", "media_type", "sheet", "row", "live", "payee", "occasion"}


@dataclass(frozen=True)
class Table:
    """What is held of a person in one ledger."""

    model: type[Model]
    rows: QuerySet

    @property
    def columns(self) -> list[Field]:
        """The columns that say something: without digests, and without who recorded it in which roll."""
        classes = CLASSES[self.model]
        return [
            field
            for field in self.model._meta.local_concrete_fields
            if classes[field.name] != "derived"
            and field.name not in UNTOLD
            and not (field.is_relation and classes[field.name] == "record")
        ]


def held_of(staff, person: Person) -> Iterator[Table]:
    """The ledgers in which something is held of the person, as far as the staff member sees it."""
    for model in models_of_people():
        keys = model._base_manager.filter(condition_of(model, person)).values("pk")
        rows = model.objects.visible_to(staff).filter(pk__in=keys).order_by("pk")
        if rows.exists():
            yield Table(model, rows)
