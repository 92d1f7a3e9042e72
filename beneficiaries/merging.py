"""Two records of one person become one: what differs is chosen, all that hangs off either stays, nothing is lost.

Records of higher apps are moved through the model meta's relations; no app is known here by name. Where a constraint
that holds for one person would break (two live payments for the same programme and month), the merge is refused with
a sentence that names the month: that must be settled first.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from beneficiaries.actions import prepare_person
from beneficiaries.merge_stamps import stamp_moved
from beneficiaries.models import (
    Basis,
    Certificate,
    ChildDiagnosis,
    Departure,
    FormerNumber,
    Guardian,
    HardshipStatus,
    HouseholdMember,
    Merge,
    Person,
)
from beneficiaries.people import records_in_force
from beneficiaries.register_stamp import stamp_register
from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import SealField, UnreadableSecret, decrypt, row_seal, secrets_of
from lianyungang_cdpf.intake.bulk import fetched, update_rows

PERMISSION = "beneficiaries.merge_person"
# What the page lets one choose, each as one choice; the parts of a choice go together.
FIELDS = {
    "name": ("name",),
    "id_number": ("id_number",),
    "basis": ("basis",),
    "area": ("area", "village", "address"),
    "hukou_type": ("hukou_type",),
    "phone": ("phone",),
    "account": ("bank_name", "account_no", "account_holder"),
    "died_on": ("died_on",),
    "moved_out_on": ("moved_out_on",),
}
# Constraints that a merge keeps by ending or dropping what one person can't have twice.
SETTLED = {
    "one_household_at_a_time", "one_record_per_current_guardian", "one_record_per_certificate",
    "one_standing_departure_per_kind",
}  # fmt: skip
# Notes on a person's payments that nobody can delete: of two that say the same that of the record given up goes.
NOTES = {"one_reason_per_difference", "one_reason_per_difference_of_a_zone"}
STANDING = {"certificate": Certificate, "hardship": HardshipStatus}
LABELS = {
    "name": "姓名", "id_number": "身份证号", "basis": "建档类别", "area": "地区和地址", "hukou_type": "户口性质",
    "phone": "联系电话", "account": "银行账户", "died_on": "死亡日期", "moved_out_on": "迁出日期",
    "certificate": "现行残疾人证", "hardship": "现行困难情况",
}  # fmt: skip


@transaction.atomic
def merge_people(*, by, kept: Person, gone: Person, reason: str, taken: Collection[str] = ()) -> Merge:
    """Make `gone` part of `kept`: `taken` names the choices (LABELS) to take from the record given up.

    The ID number that is not used any more is kept as a former number. Raises ValidationError with one sentence when
    `by` may not, sees only one of them, or when a constraint would break; then nothing has changed.
    """
    lock_rows(Person, kept.pk, gone.pk)
    people = Person.objects.visible_to(by).select_related("area")
    both = {person.pk: person for person in people.filter(pk__in=[kept.pk, gone.pk]).order_by("pk")}
    if not by.has_perm(PERMISSION) or len(both) != 2:
        raise ValidationError("只能合并本辖区内的两份不同档案。", code="forbidden")
    if not reason.strip():
        raise ValidationError("请填写合并原因。", code="reason")
    kept, gone = both[kept.pk], both[gone.pk]
    if Guardian.objects.filter(person__in=both, on_file__in=both).exists():
        raise ValidationError("这两份档案登记为监护人和被监护人，不会是同一人：请先核对监护人。", code="guardian")
    chosen = set(taken) & LABELS.keys()
    dropped = _settle(kept, gone, chosen)
    if clash := next(conflicts(kept, gone), ""):
        raise ValidationError(clash, code="conflict")
    log = Merge(kept=kept, gone_id=gone.pk, reason=reason.strip()[:200], merged_by=by)
    values = _values(gone)
    log.values = json.dumps(values | {"dropped": dropped}, default=str, ensure_ascii=False)
    counts = _move(kept, gone)
    unused = gone.id_number if "id_number" not in chosen else kept.id_number
    gone.delete()
    _take(kept, values, chosen)
    if not FormerNumber.objects.filter(id_digest=_digest_of(unused)).exists():
        FormerNumber.objects.create(person=kept, id_number=unused, id_digest=_digest_of(unused))
    log.taken = "、".join(LABELS[name] for name in LABELS if name in chosen)[:300]
    log.moved = "、".join(f"{label} {count} 条" for label, count in counts.items())[:300]
    log.save()
    stamp_register()
    record(by=by, deed="合并档案", on=kept, summary=f"档案 {log.gone_id} 并入；{log.moved}")
    return log


def _digest_of(id_number: str) -> str:
    return prepare_person(Person(name="", id_number=id_number)).id_digest


def _values(person: Person) -> dict:
    """Every value of a record, for the log."""
    return {field.attname: getattr(person, field.attname) for field in Person._meta.concrete_fields}


def _take(kept: Person, gone: dict, chosen: set[str]) -> None:
    """Write the chosen values; what the kept record lacks is filled from the one given up."""
    columns = {field.name: field.attname for field in Person._meta.concrete_fields}
    for name, group in FIELDS.items():
        is_blank = not any(getattr(kept, columns[one]) for one in group)
        for one in group if name in chosen or is_blank else ():
            setattr(kept, columns[one], gone[columns[one]])
    if kept.certificates.exists():
        kept.basis = Basis.HOLDER
    prepare_person(kept).save()


# -- what both records have --------------------------------------------------------------------------------


def _settle(kept: Person, gone: Person, chosen: set[str]) -> list[dict]:
    """End or drop what one person can't have twice, of the people's own records; returns what was dropped."""
    today = timezone.localdate()
    dropped: list[dict] = []
    for name, model in STANDING.items():
        given_up = kept if name in chosen else gone
        other = gone if name in chosen else kept
        if records_in_force(model.objects.filter(person=other), today):
            _end(records_in_force(model.objects.filter(person=given_up), today), today - timedelta(days=1))
    _end(_twice_open(HouseholdMember, kept, gone, []), today)
    _end(_twice_open(Guardian, kept, gone, ["id_digest"]), today)
    for model, keys in ((Certificate, ["number_digest"]), (ChildDiagnosis, [])):
        dropped += _drop_twins(model, kept, gone, keys)
    for departure in _twice_open(Departure, kept, gone, ["kind"], closed="corrected_at"):
        dropped.append(_of(departure))
        departure.delete()
    return dropped + _drop_notes(kept, gone)


def _end(records: list, day: date) -> None:
    for one in records:
        one.valid_to = max(min(day, one.valid_to or day), one.valid_from or day)
        one.save(update_fields=["valid_to"])


def _twice_open(model, kept: Person, gone: Person, keys: list[str], closed: str = "valid_to") -> list:
    """Open records of `gone` of which `kept` has one with the same keys."""
    open_ones = model.objects.filter(**{closed: None})
    held = {tuple(getattr(one, key) for key in keys) for one in open_ones.filter(person=kept)}
    return [one for one in open_ones.filter(person=gone) if tuple(getattr(one, key) for key in keys) in held]


def _drop_twins(model, kept: Person, gone: Person, keys: list[str]) -> list[dict]:
    held = {tuple(getattr(one, key) for key in keys) for one in model.objects.filter(person=kept)}
    twins = [one for one in model.objects.filter(person=gone) if tuple(getattr(one, key) for key in keys) in held]
    told = [_of(one) for one in twins]
    for one in twins:
        one.delete()
    return told


def _drop_notes(kept: Person, gone: Person) -> list[dict]:
    told = []
    for field in pointing_fields():
        for constraint in field.model._meta.constraints:
            if constraint.name not in NOTES:
                continue
            keys = [name for name in constraint.fields if name != field.name]
            rows = field.model._base_manager.filter(constraint.condition)
            held = set(rows.filter(**{field.name: kept}).values_list(*keys))
            given_up = rows.filter(**{field.name: gone}).values_list("pk", *keys)
            twins = field.model._base_manager.filter(pk__in=[pk for pk, *key in given_up if tuple(key) in held])
            told += [_of(one) for one in twins]
            twins.delete()
    return told


def _of(record_) -> dict:
    values = {field.attname: getattr(record_, field.attname) for field in record_._meta.concrete_fields}
    return {"record": record_._meta.label, **{name: value for name, value in values.items() if value not in ("", None)}}


# -- what points at a person --------------------------------------------------------------------------------


def pointing_fields() -> Iterator[models.ForeignKey]:
    """Every foreign key of every app that points at a person, hidden ones and those of many-to-many tables too."""
    for relation in Person._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.field


def conflicts(kept: Person, gone: Person) -> Iterator[str]:
    """The Chinese sentence that says which records would break a constraint if `gone` became `kept`."""
    yield from clashes_of_pairs([(kept.pk, gone.pk)]).values()


def clashes_of_pairs(pairs: list[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """By pair (kept, given up) the sentence that names what both have; a fixed number of statements for any pairs.

    What the merge settles by itself (certificates, households, guardians, diagnoses, departures, notes) is left out.
    """
    found: dict[tuple[int, int], str] = {}
    people = [pk for pair in pairs for pk in pair]
    for field in pointing_fields() if pairs else ():
        for names, condition in _unique_with(field):
            rows = field.model._base_manager.order_by().filter(**{f"{field.name}__any_of": people})
            rows = rows.filter(condition) if condition is not None else rows
            held: dict[int, dict[tuple, int]] = {}
            for pk, person, *values in rows.values_list("pk", field.attname, *names):
                held.setdefault(person, {})[tuple(values)] = pk
            for kept, gone in pairs:
                both = held.get(kept, {}).keys() & held.get(gone, {}).keys()
                if both and (kept, gone) not in found:
                    twin = field.model._base_manager.get(pk=held[gone][min(both, key=str)])
                    found[kept, gone] = _sentence(twin, names)
    return found


def _unique_with(field) -> Iterator[tuple[list[str], models.Q | None]]:
    """The other fields, and the condition, of each constraint by which the foreign key is unique with them."""
    if field.unique and field.model is not ChildDiagnosis:
        yield [], None
    for constraint in field.model._meta.constraints:
        if constraint.name in SETTLED | NOTES:
            continue
        if isinstance(constraint, models.UniqueConstraint) and field.name in constraint.fields:
            yield [name for name in constraint.fields if name != field.name], constraint.condition


def _sentence(twin, names: list[str]) -> str:
    said = []
    for name in names:
        value = getattr(twin, name)
        in_words = getattr(twin, f"get_{name}_display", value.__str__)
        said.append(f"{value:%Y-%m}" if isinstance(value, date) and name == "month" else in_words())
    what = twin._meta.verbose_name
    where = f"（{'，'.join(said)}）" if said else ""
    return f"两份档案都有同一项{what}{where}，合并后会重复。请先处理其中一条（例如撤销重复发放的批次），再合并。"


def _move(kept: Person, gone: Person) -> Counter:
    """Point everything at the kept record; counts by what it is called. Says which tallies are stale."""
    counts: Counter = Counter()
    for field in pointing_fields():
        rows = field.model._base_manager.filter(**{field.name: gone})
        stamp_moved(field.model, rows)
        seal = _seal_over(field)
        if moved := _move_sealed(field, seal, rows, kept) if seal else rows.update(**{field.name: kept}):
            counts[str(field.model._meta.verbose_name)] += moved
    return counts


def _seal_over(field) -> SealField | None:
    """The seal of a model's rows, where this foreign key is part of what it covers."""
    seals = (one for one in field.model._meta.local_concrete_fields if isinstance(one, SealField))
    return next((one for one in seals if field.attname in one.of), None)


def _move_sealed(field, seal: SealField, rows: models.QuerySet, kept: Person) -> int:
    """Point rows at the kept record, each with its new seal; how many.

    By one statement: of a payment that is frozen the database lets the seal change only with whom it is about. Where a
    secret does not open, the old seal stays, and verify_seals goes on naming the row: two people are one all the same.
    """
    at, own, moved = seal.of.index(field.attname), len(seal.of), []
    places = [one.place for one in secrets_of(field.model)]
    for pk, was, *values in list(fetched(rows.order_by("pk").values_list("pk", seal.attname, *seal.covers))):
        values[at] = kept.pk
        try:
            clear = [decrypt(stored, place) for stored, place in zip(values[own:], places, strict=True)]
            now = row_seal(field.model._meta.db_table, values[:own], clear)
        except UnreadableSecret:
            now = was
        moved.append((pk, kept.pk, now))
    update_rows(field.model, field.model._meta.pk.column, (field.column, seal.column), moved)
    return len(moved)
