"""Two units that let the same person go, or take them in, at the same moment: one does, the other is told."""

from datetime import date

import pytest

from beneficiaries.departures import record_death
from beneficiaries.models import Person, Transfer
from beneficiaries.moving import agree_to_transfer, ask_for_person, offer_person
from lianyungang_cdpf.accounts.models import Area
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, make_id
from tests.threads import raced

pytestmark = pytest.mark.django_db(transaction=True)
REPEATS, GANYU, GANYU_TOWN = 10, "320707", "320707100"


@pytest.fixture
def asked(haizhou_clerk, make_staff, make_person):
    """People of Haizhou, each offered to Donghai and asked for by Ganyu: (offer, request)."""
    ganyu, town = make_staff("ganyu_clerk", GANYU), Area.objects.get(code=GANYU_TOWN)
    pairs = []
    for number in range(REPEATS):
        person = make_person(f"人{number}", id_number=make_id(number))
        offer = offer_person(by=haizhou_clerk, person=person, receiving_unit=DONGHAI, reason="随子女居住")
        told = {"id_number": person.id_number, "name": person.name, "town": town, "reason": "购房落户"}
        pairs.append((offer, ask_for_person(by=ganyu, **told)))
    return pairs


def test_two_requests_for_one_person_are_agreed_to_at_once_and_the_person_moves_once(
    asked, haizhou_clerk, donghai_clerk
):
    town = Area.objects.get(code=DONGHAI_TOWN)
    said = raced(
        asked,
        [
            lambda pair: agree_to_transfer(by=donghai_clerk, transfer=pair[0], town=town),
            lambda pair: agree_to_transfer(by=haizhou_clerk, transfer=pair[1]),
        ],
    )
    for (offer, request), both in zip(asked, said, strict=True):
        assert both.count("done") == 1
        states = dict(Transfer.objects.filter(pk__in=[offer.pk, request.pk]).values_list("pk", "state"))
        went_to = DONGHAI_TOWN if both[0] == "done" else GANYU_TOWN
        assert Person.objects.get(pk=offer.person_id).area.code == went_to
        # Who still asks now asks the new unit; an offer of the former unit is idle.
        assert states == (
            {offer.pk: "agreed", request.pk: "pending"}
            if both[0] == "done"
            else {offer.pk: "withdrawn", request.pk: "agreed"}
        )


def test_a_death_is_recorded_while_the_person_moves(asked, city_clerk, haizhou_clerk):
    """The city sees them before and after: whatever comes first, the death is on file."""
    said = raced(
        [request for _, request in asked],
        [
            lambda request: agree_to_transfer(by=haizhou_clerk, transfer=request),
            lambda request: record_death(
                by=city_clerk, person=Person(pk=request.person_id), died_on=date(2019, 1, 15), source="死亡证明"
            ),
        ],
    )
    assert [both[1] for both in said] == ["done"] * REPEATS
    assert Person.objects.filter(died_on__isnull=False).count() == REPEATS
