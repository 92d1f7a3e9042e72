"""Who stands in the way when an import is to be undone: named as on every page, and only to who sees them."""

from django.urls import reverse

from beneficiaries.models import Person
from lianyungang_cdpf.intake.kinds import InTheWay
from lianyungang_cdpf.masking import mask_id_number

SHOWN = 20


def people_in_the_way(staff, obstacles) -> list[InTheWay]:
    """The first twenty people of the staff member's own place, with what was built on their records."""
    keys = [pk for pk in obstacles.found if pk is not None]
    people = Person.objects.visible_to(staff).filter(pk__any_of=keys).order_by("pk")[:SHOWN]
    return [
        InTheWay(
            one.name, mask_id_number(one.id_number), reverse("one_person", args=[one.pk]),
            "、".join(f"{words} {count} 条" for words, count in sorted(obstacles.found[one.pk].items())),
        )
        for one in people
    ]  # fmt: skip
