"""Judged rows become services: a statement for the records and one for what their type adds, whatever their number."""

from django.db import models
from django.utils import timezone

from beneficiaries.people_rolls import look_up
from beneficiaries.putting_on_file import put_on_file
from lianyungang_cdpf.fields import EncryptedTextField, SealField
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.engine import kept_sheet
from lianyungang_cdpf.intake.kinds import Outcome
from services.models import Service, ServiceKind
from services.stamping import stamp

BASE = [field for field in Service._meta.local_concrete_fields if not field.primary_key]
Filed = tuple[int, str]  # person and occasion: of one kind nobody has two standing records of the same


def post_services(*, by, kind: ServiceKind, job, outcomes: list[Outcome]) -> None:
    """Write the services of judged rows, and who is not on file yet. Call inside a transaction.

    Raises IntegrityError when somebody recorded one of them meanwhile.
    """
    now, services = timezone.now(), []
    new = {one.data.values["id_number"]: one.data.write["new"] for one in outcomes if one.data.write["new"]}
    # A person may stand in several rows, of which an earlier batch of the same file has put them on file.
    keys = {number: known.pk for number, known in look_up(new)[0].items()} if new else {}
    keys |= put_on_file(one for number, one in new.items() if number not in keys)
    for one in outcomes:
        for service in one.data.write["services"]:
            service.person_id = service.person_id or keys[one.data.values["id_number"]]
            service.job, service.sheet, service.row = job, kept_sheet(one.sheet), one.row
            service.recorded_by_id, service.recorded_at = by.pk, now
            services.append(service)
    rows = {one.row for one in services}
    write_services(kind, services, among=Service.objects.filter(job=job, row__any_of=list(rows)))


def write_services(kind: ServiceKind, services: list[Service], *, among: models.QuerySet) -> None:
    """Write settled services of a kind with their stamps; `among` are the records of it with which they stand then."""
    if not services:
        return
    insert_rows(Service, [field.column for field in BASE], (_values(BASE, one) for one in services), matched=True)
    typed = type(services[0])
    if typed is not Service:
        _write_types(typed, services, among)
    stamp({(kind.code, one.served_on, one.counted_on, one.ended_on) for one in services})


def _values(fields: list[models.Field], service: Service) -> tuple:
    return tuple(_stored(field, service) for field in fields)


def _stored(field: models.Field, service: Service):
    """What is written past the models: secrets must be encrypted here, and the row be sealed."""
    if isinstance(field, SealField):
        return field.made(service)
    value = getattr(service, field.attname)
    return field.get_prep_value(value) if isinstance(field, EncryptedTextField) else value


def _write_types(typed: type[Service], services: list[Service], among: models.QuerySet) -> None:
    """What the type adds, each beside its record: the database has just numbered those."""
    rows = among.order_by().values_list("pk", "person_id", "occasion")
    keys: dict[Filed, int] = {(person, occasion): pk for pk, person, occasion in rows}
    for one in services:
        # What a seal covers besides the secrets.
        one.service_ptr_id = keys[one.person_id, one.occasion]
    link, *fields = sorted(typed._meta.local_concrete_fields, key=lambda field: not field.primary_key)
    insert_rows(
        typed,
        [link.column, *(field.column for field in fields)],
        (_values([link, *fields], one) for one in services),
        matched=False,
    )
