"""What stands on a person's page beside the form: household, what became of the record, and what may be done."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.utils.timezone import localdate

from beneficiaries import merging, moving
from beneficiaries.exports import place_name
from beneficiaries.living import household_of
from beneficiaries.models import Category, Departure, HouseholdMember, Person
from beneficiaries.people import age_on, records_in_force
from beneficiaries.transfers import unit_of
from lianyungang_cdpf.masking import mask_id_number


class Event(NamedTuple):
    """What became of a record; `void` is the word for what was recorded in error."""

    day: date
    what: str
    more: str
    void: str = ""


@dataclass
class PageFacts:
    """Ready for the template; `deeds` are (word, url name) of what the staff member may do with the person."""

    deeds: list[tuple[str, str, tuple]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    household: object = None
    members: list[dict] = field(default_factory=list)
    former: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    parts: list[tuple[str, str, int]] = field(default_factory=list)


def page_facts(staff, person: Person) -> PageFacts:
    """The page's facts in a fixed number of statements, whatever hangs off the person."""
    facts, today = PageFacts(), localdate()
    facts.deeds = _deeds(staff, person)
    if Person.objects.minors_without_guardian(today).filter(pk=person.pk).exists():
        facts.notices.append("未满 18 周岁，还没有登记监护人。")
    if person.basis == "uncertified_child" and age_on(person.birth_date, today) >= 18:
        facts.notices.append("已满 18 周岁，不再按非持证残疾儿童统计，请办理残疾人证或调整建档类别。")
    membership = household_of(person, today)
    if membership:
        facts.household = membership.household
        lines = HouseholdMember.objects.visible_to(staff).current(today).filter(household=membership.household)
        facts.members = [
            {"person": one.person, "relation": one.get_relation_display(), "age": age_on(one.person.birth_date, today)}
            for one in lines.select_related("person").order_by("id")
        ]
    facts.former = [mask_id_number(one.id_number) for one in person.former_numbers.all()]
    facts.events = events_of(person)
    facts.parts = _parts(person, today)
    return facts


def _deeds(staff, person: Person) -> list[tuple[str, str, tuple]]:
    """(word, name of the address, its arguments)."""
    deeds = []
    if staff.has_perm("beneficiaries.change_person"):
        for kind, word, day in (("death", "去世", person.died_on), ("moving_out", "迁出本市", person.moved_out_on)):
            if day:
                deeds.append((f"更正{word}", "people:correct", (person.pk, kind)))
            elif not person.died_on:
                deeds.append((f"登记{word}", "people:depart", (person.pk, kind)))
    on_register = not person.died_on and not person.moved_out_on
    if staff.has_perm(moving.PERMISSION) and unit_of(staff) == person.area.unit_key and on_register:
        deeds.append(("迁往其他县区", "people:offer", (person.pk,)))
    if staff.has_perm(merging.PERMISSION):
        deeds.append(("合并重复档案", "people:find_twin", (person.pk,)))
    return deeds


def events_of(person: Person) -> list[Event]:
    """What became of the record, the latest first; four statements."""
    departures = list(person.departures.all())
    events = [*_ends(person, departures)]
    for one in departures:
        kind = one.get_kind_display()
        events.append(Event(one.day, kind, one.reason, "已更正" if one.corrected_at else ""))
        if one.corrected_at:
            events.append(Event(localdate(one.corrected_at), f"更正{kind}记录", one.correction))
    for one in person.residences.select_related("area__parent__parent"):
        events.append(Event(one.valid_to, "离开原住地", _former_place(one)))
    for one in person.merges.all():
        events.append(Event(localdate(one.merged_at), "合并档案", one.reason))
    for one in person.transfers.filter(state="agreed"):
        events.append(Event(localdate(one.decided_at), "跨县区迁移", one.reason))
    return sorted(events, key=lambda event: event.day, reverse=True)


def _ends(person: Person, departures: list[Departure]):
    """Death and moving out that a register told of: its row is the only record of them."""
    recorded = {one.kind for one in departures if not one.corrected_at}
    for kind, day in ((Departure.Kind.DEATH, person.died_on), (Departure.Kind.MOVING_OUT, person.moved_out_on)):
        if day and kind not in recorded:
            yield Event(day, kind.label, "按残疾人档案")


def _former_place(residence) -> str:
    """A residence has area, village and address as a person has."""
    return " ".join(filter(None, (place_name(residence), residence.address)))


def _parts(person: Person, today) -> list[tuple[str, str, int]]:
    """(certificate, its parts in words, its key) for multiple disabilities in force."""
    multiple = [one for one in records_in_force(person.certificates.all(), today) if one.category == Category.MULTIPLE]
    return [(str(one), "、".join(map(str, one.parts.all())), one.pk) for one in multiple]
