"""The public pages: what anybody can read without an account, when, and what no answer ever holds."""

from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subsidies.models import Notice, NoticeLine, Roll
from subsidies.notices.ending import remove_ended
from tests.fixtures_city import DONGHAI_TOWN, make_id

INDEX = reverse("notices:index")


def page_of(notice) -> str:
    return reverse("notices:notice", args=[notice.uid])


def text(response) -> str:
    return response.content.decode()


def test_a_running_notice_is_listed_and_opens_without_an_account(publish, submitted, client):
    notice = publish(submitted)
    assert page_of(notice) in text(client.get(INDEX))
    shown = text(client.get(page_of(notice)))
    for word in ("张*国", "李*", "370.00", "2019-03", "0518-00000000", "海州区残疾人联合会", notice.period):
        assert word in shown
    assert "张建国" not in shown and "李梅" not in shown


def test_no_answer_is_indexed_or_kept(publish, submitted, client):
    for path in (INDEX, page_of(publish(submitted)), reverse("notices:notice", args=[submitted.job_id or UNKNOWN])):
        response = client.get(path)
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert "no-store" in response.headers["Cache-Control"]
        assert '<meta name="robots" content="noindex' in text(response)


UNKNOWN = "00000000-0000-4000-8000-000000000000"


def not_there(client, notice):
    """The address answers like one of nothing, byte for byte but for the address itself, and the list names neither."""
    response, unknown = client.get(page_of(notice)), client.get(reverse("notices:notice", args=[UNKNOWN]))
    return (
        response.status_code == 404
        and text(response).replace(str(notice.uid), "·") == text(unknown).replace(str(UNKNOWN), "·")
        and notice.title not in text(client.get(INDEX))
    )


def test_outside_of_its_days_a_notice_is_not_there(publish, submitted, client):
    today = localdate()
    notice = publish(submitted, starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=2))
    assert not_there(client, notice)
    Notice.objects.update(starts_on=today, ends_on=today)
    assert not not_there(client, notice)
    Notice.objects.update(starts_on=today - timedelta(days=2), ends_on=today - timedelta(days=1))
    # Before the worker has come.
    assert NoticeLine.objects.exists() and not_there(client, notice)


def test_once_taken_down_a_notice_is_not_there(publish, submitted, client, haizhou_clerk):
    from subsidies.notices.actions import take_down_notice

    notice = publish(submitted)
    take_down_notice(notice=notice, by=haizhou_clerk, reason="联系电话写错了")
    assert not_there(client, notice)


def test_a_roll_that_stands_open_hides_its_notice_at_once(publish, submitted, client):
    """Also where whoever opened it did not take the notice down."""
    notice = publish(submitted)
    Roll.objects.update(state="posted", frozen_at=None, next_step=None)
    assert not_there(client, notice)
    Roll.objects.update(state="submitted", frozen_at=submitted.frozen_at, next_step=submitted.next_step, round=2)
    assert not_there(client, notice)


def test_the_list_is_narrowed_to_a_town_and_its_village(publish, make_roll, make_person, walk, client):
    people = make_person("张建国", village="新东村"), make_person("李梅", village="南城村"), make_person(
        "周文华", area=DONGHAI_TOWN, village="白塔村"
    )  # fmt: skip
    notice = publish(walk(make_roll(*people), to="submitted"))
    town = people[0].area.code
    shown = text(client.get(page_of(notice), {"town": town}))
    assert "张*国" in shown and "李*" in shown and "周*华" not in shown
    shown = text(client.get(page_of(notice), {"town": town, "village": "南城村"}))
    assert "李*" in shown and "张*国" not in shown
    response = client.get(page_of(notice), {"town": "999"})
    assert response.status_code == 400 and "名单中没有这个乡镇" in text(response)


def test_a_name_can_not_be_asked_for(publish, submitted, client):
    shown = text(client.get(page_of(publish(submitted)), {"q": "李梅", "name": "李梅", "search": "李梅"}))
    assert "张*国" in shown and "李梅" not in shown
    assert 'type="search"' not in shown and 'type="text"' not in shown


def test_long_lists_are_paged_at_a_constant_price(publish, make_roll, make_person, walk, client, explain):
    def statements(notice, page):
        with CaptureQueriesContext(connection) as counted:
            shown = text(client.get(page_of(notice), {"page": page}))
        assert "Payment" not in shown
        tables = " ".join(query["sql"] for query in counted)
        assert "beneficiaries_person" not in tables and "subsidies_payment" not in tables
        return len(counted), shown

    short = publish(walk(make_roll(make_person("短"), reference="R-1"), to="submitted"))
    people = [make_person(f"人{number}") for number in range(60)]
    roll = make_roll(*people, reference="R-2", month=date(2019, 4, 1))
    explain(roll, new="application", stopped="voluntary")
    long = publish(walk(roll, to="submitted"))
    few, _ = statements(short, 1)
    many, first = statements(long, 1)
    assert few == many and first.count('scope="row"') == 50
    assert statements(long, 2)[1].count('scope="row"') == 10


def test_a_page_is_only_looked_at(publish, submitted, client):
    assert client.post(page_of(publish(submitted))).status_code == 405
    assert client.post(INDEX).status_code == 405


def test_the_sign_in_page_says_where_notices_are(client, db):
    assert INDEX in text(client.get(reverse("admin:login")))


def test_the_pages_are_sound(publish, submitted, sound, live_portal):
    notice = publish(submitted)
    assert notice.title in sound(live_portal.url + INDEX).inner_text("main")
    assert "张*国" in sound(live_portal.url + page_of(notice)).inner_text("main")
    remove_ended(notice.ends_on + timedelta(days=1))
    sound(live_portal.url + page_of(notice))


# Letters that no word of the pages has, so that what is found of a name comes from the name.
LETTERS = st.text("赵钱孙郑冯陈褚卫蒋沈韩杨朱秦尤许", min_size=2, max_size=4)
PERSON = st.tuples(LETTERS, st.integers(1950, 2018), st.sampled_from(["", "新东村", "新东村3组19000001234"]))


@given(people=st.lists(PERSON, min_size=1, max_size=4, unique_by=lambda one: one[0]), full=st.booleans())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_public_answer_holds_whole_what_the_policy_hides(people, full, publish, make_roll, make_person, walk, db):
    """Whoever is on the roll: no ID or certificate number, no account, no telephone, no name but by policy."""
    from django.conf import settings as portal
    from django.db import transaction
    from django.test import override_settings

    policy = portal.PUBLIC_NOTICE | {"adult_names": "full" if full else "masked"}
    with transaction.atomic(), override_settings(PUBLIC_NOTICE=policy):
        made = [
            make_person(
                name, village=village, id_number=make_id(number, date(born, 6, 7)), phone=f"1900000{number:04}",
                account_no=f"62226000000000{number:05}", account_holder=f"{name}户", category=4, grade=1,
            )
            for number, (name, born, village) in enumerate(people, start=100)
        ]  # fmt: skip
        notice = publish(walk(make_roll(*made), to="submitted"))
        client = Client()
        pages = [client.get(path) for path in (INDEX, page_of(notice), f"{page_of(notice)}?town={made[0].area.code}")]
        shown = "".join(map(text, pages))
        for person, (name, born, _) in zip(made, people, strict=True):
            adult = date(born + 18, 6, 7) <= localdate()
            assert (f">{name}<" in shown) == (full and adult)
            hidden = [person.id_number, person.certificates.get().number, person.account_no, person.phone]
            assert not [secret for secret in (*hidden, "3组", person.account_holder) if secret in shown]
        transaction.set_rollback(True)
