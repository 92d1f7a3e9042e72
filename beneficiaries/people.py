"""Finding people: by name, pinyin, initials, whole ID or certificate number, or the ID's last four; and by state."""

import re
from datetime import date

from django.db.models import Q

from beneficiaries.identity import certificate_digest, id_digest, id_tail_digest
from lianyungang_cdpf.accounts.scoping import ScopedQuerySet
from lianyungang_cdpf.intake.tables import name_key, normalise_id

CERTIFICATE = re.compile(r"[0-9]{17}[0-9X][1-7][1-4](B[1-9])?")
ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
# At 18 they no longer count as children (city rule, unverified).
CHILDREN_UNDER = 18
LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")


def in_force(day: date, prefix: str = "") -> Q:
    """The condition that a dated record (valid_from, valid_to) holds on the day; without dates it always does."""
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})
    return begun & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day}))


class PersonQuerySet(ScopedQuerySet):
    """People; `visible_to` by their area."""

    def matching(self, words: str):
        """People whom the typed words name; nobody for an empty text. Numbers are compared by digest only."""
        text = normalise_id(words)
        if ID_NUMBER.fullmatch(text):
            return self.numbered(text)
        if CERTIFICATE.fullmatch(text):
            return self.filter(certificates__number_digest=certificate_digest(text)).distinct()
        if LAST_FOUR.fullmatch(text):
            return self.filter(id_tail_digest=id_tail_digest(text))
        return self._named(words)

    def numbered(self, id_number: str):
        """Who has, or once had, this normalised ID number."""
        number = id_digest(id_number)
        former = self.model._meta.get_field("former_numbers").related_model
        owner = former._default_manager.order_by().filter(id_digest=number).values("person")
        return self.filter(Q(id_digest=number) | Q(pk__in=owner))

    def _named(self, words: str):
        key = name_key(words)
        if not key or any(character.isdigit() for character in key):
            return self.none()
        if key.isascii():
            return self.filter(Q(pinyin__startswith=key.lower()) | Q(initials__startswith=key.lower()))
        return self.filter(name_key__contains=key)

    def deceased(self):
        """People whose death is recorded."""
        return self.filter(died_on__isnull=False)

    def moved_out(self):
        """Living people who have moved out of the city."""
        return self.filter(died_on__isnull=True, moved_out_on__isnull=False)

    def on_register(self):
        """在册: neither deceased nor moved out."""
        return self.filter(died_on__isnull=True, moved_out_on__isnull=True)

    def here_on(self, day: date):
        """On the register on the day: neither dead nor moved out by then."""
        alive = Q(died_on__isnull=True) | Q(died_on__gt=day)
        return self.filter(alive, Q(moved_out_on__isnull=True) | Q(moved_out_on__gt=day))

    def disabled_on(self, day: date):
        """Who counts as disabled on the day: with a certificate in force, or as a child without one."""
        certified = self.model._default_manager.certified_on(day).order_by().values("pk")
        children = self.model._default_manager.uncertified_children(day).order_by().values("pk")
        return self.filter(Q(pk__in=certified) | Q(pk__in=children))

    def holders(self):
        """持证残疾人: on file because of their own certificate."""
        return self.filter(basis="holder")

    def uncertified_children(self, day: date):
        """非持证残疾儿童 aged 0-17 on the day."""
        return self.filter(basis="uncertified_child", birth_date__gt=birthday_before(day, CHILDREN_UNDER))

    def on_file_as(self, basis: str, day: date):
        """Who is on file on this ground; children are those who are still under 18 on the day."""
        return self.uncertified_children(day) if basis == "uncertified_child" else self.filter(basis=basis)

    def family_members(self):
        """On file because of somebody else; never counted as disabled."""
        return self.filter(basis="family_member")

    def disabled(self):
        """Everybody who counts as disabled: holders and uncertified children."""
        return self.filter(basis__in=("holder", "uncertified_child"))

    def minors_without_guardian(self, day: date):
        """Under 18, disabled, on the register, and nobody recorded who answers for them on the day."""
        guarded = self.model._default_manager.filter(in_force(day, "guardians__"), guardians__isnull=False)
        minors = self.disabled().on_register().filter(birth_date__gt=birthday_before(day, 18))
        return minors.exclude(pk__in=guarded.values("pk"))

    def living_in(self, households, day: date):
        """Members of these households on the day."""
        member = self.model._meta.get_field("memberships").related_model
        lines = member._default_manager.current(day).filter(household__in=households.values("pk"))
        return self.filter(pk__in=lines.order_by().values("person"))

    def certified_on(self, day: date, **attributes):
        """People with a valid certificate in force on the day, of the given category or grade."""
        wanted = {f"certificates__{name}": value for name, value in attributes.items()}
        held = in_force(day, "certificates__") & Q(certificates__status="valid", **wanted)
        return self.filter(pk__in=self.model._default_manager.filter(held).values("pk"))

    def in_hardship_on(self, day: date, status: str):
        """People whose household has the status on the day."""
        held = in_force(day, "hardships__") & Q(hardships__status=status)
        return self.filter(pk__in=self.model._default_manager.filter(held).values("pk"))


def records_in_force(records, day: date) -> list:
    """Those of a person's certificates or hardships, already read, that hold on the day, in the order recorded."""
    current = (
        record
        for record in records
        if (record.valid_from is None or record.valid_from <= day)
        and (record.valid_to is None or record.valid_to >= day)
    )
    return sorted(current, key=lambda record: record.pk)


def current_certificate(person, day: date):
    """The certificate that counts on the day, of those in force the one recorded last; None without any."""
    held = records_in_force(person.certificates.all(), day)
    return held[-1] if held else None


def birthday_before(day: date, years: int) -> date:
    """The latest birth date of somebody who is `years` old on the day: who was born on it or before is that old."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        # On 29 February, who was born on 1 March is not that old yet.
        return date(day.year - years, 2, 28)


def age_on(birth_date: date, day: date) -> int:
    """Full years of age on a day; somebody born on 29 February has their birthday on 1 March in common years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
