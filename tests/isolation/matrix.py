"""The matrix of A1: every address of urls.py, as each visitor, with their own record and with another county's.

matrix.tsv holds it to what is agreed: a line for each address, a column for each visitor, and in it the answers to
GET of the own record, to POST from those who are SENDING, and to GET of a foreign one from those who are
ASKING_FOREIGN where the address names a record. An answer is a status;
`login` is the way to the sign-in page, `-` that the visitor is not asked here. `bin/test --sqlite-only
--matrix -n 0 tests/isolation/test_matrix.py` writes it anew, for a person to read what has changed.

There is no staff of facilities: facilities are kept by the counties' and towns' clerks (fixtures/roles.json).
"""

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock
from urllib.parse import unquote, urlencode

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from lianyungang_cdpf.accounts.models import Area
from tests.isolation.pages import ADMINS
from tests.isolation.test_urls import address_of
from tests.isolation.urls import ROUTES, nobody
from tests.isolation.world import MAKERS

TABLE = Path(__file__).with_name("matrix.tsv")
# Below the city, by role and place; the first works in Donghai, whose own record is Haizhou's foreign one.
IN_A_COUNTY = {
    "clerk_of_donghai": ("district_clerk", "320722"),
    "clerk": ("district_clerk", "320706"),
    "reviewer": ("district_reviewer", "320706"),
    "civil_affairs": ("civil_affairs_approver", "320706"),
    "finance": ("finance", "320706"),
    "town_clerk": ("town_clerk", "320706006"),
}
IN_THE_CITY = {
    "city_operator": "city_operator", "city_reviewer": "district_reviewer", "leader": "leader", "auditor": "auditor",
    "system_admin": "system_admin", "security_admin": "security_admin", "audit_admin": "audit_admin",
}  # fmt: skip
# A zone has no town of Haizhou: its clerk has no record of their own here.
ELSEWHERE = {"clerk_of_a_zone": ("district_clerk", "xuwei")}
# A program of the clerk's; and who is not, or no longer, let in.
SHUT_OUT = ("anonymous", "disabled", "expired", "without_second_factor")
VISITORS = (*SHUT_OUT, "token", *ELSEWHERE, *IN_A_COUNTY, *IN_THE_CITY)
# Their foreign records are asked for here; of the other roles in test_urls and test_admin.
ASKING_FOREIGN = {"clerk", "clerk_of_donghai", "token"}
# Who asks for the pages of a model's admin. Of the other roles lists.json says by model what they may, which is what
# these pages ask; they are closed to administrators (test_administrators) and to those who are shut out (test_urls).
AT_MODELS = {"anonymous", "clerk"}
# Who sends something as well: the second clerk does what the first does.
SENDING = set(VISITORS) - {"clerk_of_donghai"}
# Addresses that end the session, or lead there.
CHANGING_WHO_IT_IS = {"admin/logout/"}


# What the API's city-wide addresses name.
REFERENCE = {
    "areas": "accounts.Area", "zones": "accounts.Zone", "programmes": "subsidies.Programme",
    "service-kinds": "services.ServiceKind", "facility-kinds": "facilities.FacilityKind",
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What came back, as the table says it, and the tables that were written to on the way."""

    said: str
    written: frozenset[str]
    harm: frozenset[str] = frozenset()


def table() -> dict[str, dict[str, str]]:
    """The table as it is kept: by address and visitor."""
    head, *lines = (line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines())
    return {line[0]: dict(zip(head[1:], line[1:], strict=True)) for line in lines}


def keep(visitor: str, cells: dict[str, str]) -> None:
    """Write the column of a visitor anew."""
    rows = table() if TABLE.exists() else {}
    lines = [
        [route, *({**rows.get(route, {}), visitor: cells[route]}.get(one, "?") for one in VISITORS)]
        for route in sorted(cells)
    ]
    TABLE.write_text("".join("\t".join(line) + "\n" for line in [["address", *VISITORS], *lines]), encoding="utf-8")


def names_a_record(route: str) -> bool:
    """Whether the address holds the key of a record that belongs to a place."""
    return ROUTES[route].names is not nobody or ("object_id" in route and _label_of(route) in MAKERS)


def _label_of(route: str) -> str:
    """The model of an admin's page."""
    found = re.match(r"admin/(\w+)/(\w+)/", route)
    return next((one for one in ADMINS if found and one.lower() == f"{found[1]}.{found[2]}"), "")


def own_address(route: str, county) -> str:
    """The address with the county's record in it, of reference data with the first there is."""
    row, label = ROUTES[route], _label_of(route)
    names = {**dict(row.unknown), **row.names(county)}
    if label and "object_id" in names:
        first = county.records.get(label) or ADMINS[label].model.objects.order_by("pk").first()
        names["object_id"] = first.pk if first else names["object_id"]
    return address_of(route, {**names, **_instead(route, county)})


def unknown_address(route: str) -> str:
    """The address with a key in it that nothing has."""
    return address_of(route, dict(ROUTES[route].unknown))


def statements_of(asking, address: str) -> int:
    """How many statements a GET takes, but for those that only a first of its kind in a process does."""
    asking("get", address)
    with CaptureQueriesContext(connection) as said:
        asking("get", address)
    return len(said)


def _instead(route: str, county) -> dict:
    """What urls.py gives no county of, because it is the city's to do: here it is done by the city."""
    if "admin/duties/<int:pk>/" in route:
        return {"pk": county.pk_of("accounts.RoleChange")}
    if "imports/<uuid:uid>/undo/" in route:
        return {"uid": county.records["intake.ImportJob"].uid}
    if route.endswith(("<slug:code>/return/", "<slug:code>/lock/")) or "supervision/issue/" in route:
        return {"code": county.code, "month": 3}
    if (found := re.fullmatch(r"api/v1/([\w-]+)/<int:pk>", route)) and found[1] in REFERENCE:
        return {"pk": apps.get_model(REFERENCE[found[1]])._base_manager.order_by("pk").first().pk}
    return {}


def sent_by_an_attacker(county) -> dict[str, object]:
    """A body with every column that any model has, pointing at the county's records, and set as far as it goes (A3)."""
    body = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if not field.primary_key:
                body.update(dict.fromkeys((field.name, field.attname), _aimed(field, county)))
    return body | {"district": county.code, "town": county.town, "is_superuser": "on", "is_staff": "on"}


def _aimed(field, county) -> object:
    if isinstance(field, models.ForeignKey):
        label = field.related_model._meta.label
        town = Area.objects.get(code=county.town).pk if label == "accounts.Area" else 0
        return town or county.pk_of(label) or 1
    if field.choices:
        return field.choices[-1][0]
    return "2019-03-01" if isinstance(field, models.DateField) else "1"


class Asking:
    """One visitor's requests: each in a transaction that is taken back, and with the session as it was at first.

    `harm` looks, within it, for what a request that wrote something has done to records it may not touch.
    """

    def __init__(self, client, harm=None, **told):
        self.client, self.harm, self.told = client, harm, told
        client.raise_request_exception = False
        self.session = client.cookies.get(settings.SESSION_COOKIE_NAME)

    def __call__(self, method: str, address: str, body=None) -> Answer:
        self.client.cookies.clear()
        if self.session is not None:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.session.value
        with taken_back(), written_tables() as written:
            response = getattr(self.client, method)(address, **_sent(address, body), **self.told)
            said = _said(response)
            # Not close(): that would end the request, and with it the test's transaction.
            for let_go in response._resource_closers:
                let_go()
            harm = self.harm() if self.harm and written else ()
        return Answer(said, frozenset(written), frozenset(harm))


@dataclass(frozen=True)
class Body:
    """What is sent, encoded once: as a form to the pages, as JSON to the API."""

    form: str
    json: str


def body_of(fields: dict) -> Body:
    """The fields as a body."""
    return Body(urlencode(fields), json.dumps(fields, cls=DjangoJSONEncoder))


def _sent(address: str, body: Body | None) -> dict:
    if body is None:
        return {}
    if address.startswith("/api/"):
        return {"data": body.json, "content_type": "application/json"}
    return {"data": body.form, "content_type": "application/x-www-form-urlencoded"}


@contextmanager
def taken_back():
    """What is done within is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# What a look may write: its line in the log, the session, counts of wrong passwords, the last sign of life.
MARKS = {"audit_auditline", "django_session", "axes_accessattempt", "accounts_apitoken"}
# Figures that are counted anew for whoever asks first.
MARKS |= {f"targets_{name}" for name in ("tally", "tallystate", "snapshot", "snapshotpart", "moneystate", "moneypaid",
                                         "dayfigure")}  # fmt: skip
_WRITE = re.compile(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)


@contextmanager
def written_tables():
    """The tables, beside marks, that are written to meanwhile."""
    written = set()

    def watch(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        # An update that finds nothing in the state that it asks for has written nothing.
        if (found := _WRITE.match(sql)) and found[1] not in MARKS and context["cursor"].rowcount != 0:
            written.add(found[1])
        return answer

    with connection.execute_wrapper(watch):
        yield written


def moved_between(own, foreign):
    """A function that gives the models of foreign records that are changed, and of own ones that point at foreign."""
    models_of = {label: type(record) for label, record in foreign.records.items()}
    before = {label: stored(foreign, label) for label in foreign.records}
    links = {
        label: [(field.attname, foreign.pk_of(field.related_model._meta.label)) for field in model._meta.concrete_fields
                if isinstance(field, models.ForeignKey) and field.related_model._meta.label in models_of]
        for label, model in models_of.items()
    }  # fmt: skip
    town = Area.objects.get(code=foreign.town).pk

    def found() -> set[str]:
        harm = {label for label in before if stored(foreign, label) != before[label]}
        for label in own.records:
            mine = stored(own, label) or {}
            if mine.get("area_id") == town or any(mine.get(column) == theirs for column, theirs in links[label]):
                harm.add(f"own {label}")
        return harm

    return found


def stored(county, label: str) -> dict | None:
    """What stands of the county's record of a model; None where it is gone."""
    record = county.records[label]
    return type(record)._base_manager.filter(pk=record.pk).values().first()


def _said(response) -> str:
    if response.status_code == 302 and "/admin/login/" in unquote(response.url).split("?")[0]:
        return "login"
    return str(response.status_code)


def without_drawing():
    """Statuses are settled before a page is drawn; drawing them all would take minutes, and other tests do."""
    return mock.patch("django.template.backends.django.Template.render", lambda *arguments, **told: "")


def row_of(route: str, visitor: str, asking: Asking, own: str, foreign: str, body: Body) -> tuple[str, dict]:
    """The cell of an address for a visitor, and the answers by what was asked."""
    if (visitor == "token" and not route.startswith("api/")) or (_label_of(route) and visitor not in AT_MODELS):
        return "-", {}
    answers = {"get": asking("get", own)}
    if visitor in SENDING:
        answers["post"] = asking("post", own, body)
    if visitor in ASKING_FOREIGN and foreign:
        answers["foreign get"] = asking("get", foreign)
    return " ".join(answer.said for answer in answers.values()), answers
