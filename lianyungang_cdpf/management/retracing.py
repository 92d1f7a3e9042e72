"""What imports noted before the digest key was changed, so that they can still be taken back after it.

A trace holds a fingerprint of every row that it wrote, digests among the columns, and the values that were replaced,
digests too. It is encrypted and bound to its column: what it says needs no proof. A fingerprint that fitted before the
switch fits after it; one that did not, since somebody has changed the row, stays as it is.
"""

import json

from django.apps import apps

from lianyungang_cdpf.encryption.models import StagedDigest
from lianyungang_cdpf.fields import decrypt, encrypt
from lianyungang_cdpf.intake.bulk import fetched
from lianyungang_cdpf.intake.models import ImportTrace
from lianyungang_cdpf.intake.tracing import (
    PLACE,
    columns_of,
    fingerprint_of,
    renewed_trace,
    seal_following,
    written_out,
)
from lianyungang_cdpf.management.redigesting import OfSecrets, digested

# Where it is staged which traces have been converted.
CONVERTED = f"{ImportTrace._meta.db_table}.payload"
SEALED = f"{ImportTrace._meta.db_table}.seal"


def traced_anew(key: int) -> bool:
    """Bring one trace to the digests that are in force; whether it holds any. It may be gone meanwhile.

    Raises UnreadableSecret for one that no key opens, or with such a secret in it, and leaves it as it is.
    """
    trace = ImportTrace._base_manager.filter(pk=key).first()
    was = trace.payload if trace else ""
    content = json.loads(was) if was else {}
    told = content.get("tables", ())
    tables = digested(apps.get_model(one["model"]) for one in told)
    for one in told:
        if table := tables.get(apps.get_model(one["model"])):
            _anew(table, one)
    if tables:
        # Its secrets too come under the key that writes now: by the outside alone it is told what has still to move.
        now = decrypt(renewed_trace(encrypt(written_out(content), PLACE), PLACE), PLACE)
        seal = seal_following((trace.job_id, trace.position), trace.seal, was, now)
        ImportTrace._base_manager.filter(pk=key).update(payload=now, seal=seal)
    return bool(tables)


def _anew(table: OfSecrets, told: dict) -> None:
    columns = columns_of(table.model)
    standing = _standing(table, [pk for pk, *_ in (*told["added"], *told["changed"])])
    before = _before(table, standing)
    for line in (*told["added"], *told["changed"]):
        row = standing.get(line[0])
        if row is not None and fingerprint_of(table.model, before[line[0]]) == line[2]:
            line[2] = fingerprint_of(table.model, row)
    for line in told["changed"]:
        beside = dict(zip(columns, standing.get(line[0], ()), strict=False))
        line[3] = _kept(table, told["columns"], line[3], beside)
    told["removed"] = [_kept(table, columns[: len(was)], was, {}) for was in told["removed"]]


def _standing(table: OfSecrets, keys: list[int]) -> dict[int, tuple]:
    """The rows as they stand, by key; all of their columns."""
    names = [field.attname for field in table.model._meta.local_concrete_fields]
    rows = table.model._base_manager.filter(pk__any_of=keys).order_by().values_list("pk", *names)
    return {pk: tuple(row) for pk, *row in fetched(rows)}


def _before(table: OfSecrets, standing: dict[int, tuple]) -> dict[int, list]:
    """The same rows with the digests that they had before the switch."""
    columns, found = columns_of(table.model), {pk: list(row) for pk, row in standing.items()}
    for name in table.columns:
        at = columns.index(name)
        staged = StagedDigest.objects.filter(place=table.place(name), row__any_of=list(standing)).exclude(old="")
        for pk, old, new in staged.order_by().values_list("row", "old", "new"):
            if found[pk][at] == new:
                found[pk][at] = old
    return found


def _kept(table: OfSecrets, columns: list[str], values: list, beside: dict) -> list:
    """Kept values with digests and seal made anew from the secrets among them; `beside` is the rest of the row."""
    row = dict(zip(columns, values, strict=True))
    places = {field.column: field.place for field in table.secrets.fields}
    for secret, found in table.digests.items():
        for name, digest_of in found.items():
            if row.get(name) and secret in row:
                row[name] = digest_of(_clear(row[secret], places[secret]))
    if row.get("seal"):
        seen = beside | row
        clear = {name: _clear(seen.get(name), place) for name, place in places.items()}
        row["seal"] = table.seal(*({**seen, **clear}.get(name, "") for name in table.sealed))
    return [row[name] for name in columns]


def _clear(secret: str | bytes | None, place: str) -> str:
    """A secret as a trace keeps it, or as a row does, in the clear."""
    return decrypt(bytes.fromhex(secret) if isinstance(secret, str) else secret, place)
