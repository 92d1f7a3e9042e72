"""What a page says when somebody else was faster: each value that differs, as saved and as typed, and who saved it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.apps import apps
from django.db.models import Field, Model
from django.utils.timezone import localtime

from lianyungang_cdpf.accounts.recording import deeds_on
from lianyungang_cdpf.accounts.secret_fields import SecretField
from lianyungang_cdpf.accounts.versions import Change, Version, changes, columns_of, key_of
from lianyungang_cdpf.fields import EncryptedTextField
from lianyungang_cdpf.masking import MASKS, hidden

CONFLICT, VERSION_MISSING = 409, 428
BLANK, KEPT, ADDED, GONE = "（空）", "（未填写，保持现值）", "新增了一行", "这一行已经没有了"
LONGEST = 200


@dataclass(frozen=True)
class Line:
    """One value that differs. `typed` is None where the form has no box for it; `box` is one that would overwrite."""

    where: str
    label: str
    now: str
    typed: str | None = None
    box: str = ""
    column: str = ""


@dataclass
class Overtaken:
    """Why a form was not saved: others came first (409), or nothing says what it was made of (428)."""

    status: int
    changes: Sequence[Change] = ()
    deeds: Sequence = ()
    lines: list[Line] = field(default_factory=list)
    # Whether saving would change nothing: what was typed is what stands, as after pressing the button twice.
    is_repeated: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether the form came without its version."""
        return self.status == VERSION_MISSING

    @property
    def boxes(self) -> list[str]:
        """The boxes of the form that may take what somebody else has saved."""
        return [line.box for line in self.lines if line.box]


def overtaken(sent: str, rows: Sequence[Model], ignored: Sequence[str] = ()) -> Overtaken | None:
    """What stands against a form that brought this version, or None; `rows` as they stand, the record first."""
    seen = Version.sent(sent)
    if seen is None or key_of(rows[0]) not in seen.digests:
        return Overtaken(VERSION_MISSING)
    found = list(changes(seen, rows, ignored))
    return Overtaken(CONFLICT, found, deeds_on(rows[0], since=seen.read_at)) if found else None


def tell(found: Overtaken, record: Model, forms: Iterable, secret: Sequence[str] = ()) -> None:
    """Add a line to `found` for every value that differs, as saved and as typed into the bound `forms` of the rows.

    Without a version nobody knows what others changed: then every value that the form would change is told. Columns
    named in `secret` are never told.
    """
    forms = list(forms)
    by_row = {key_of(form.instance): form for form in forms if form.instance.pk}
    differing = found.changes
    if found.is_missing:
        differing = list(_typed_over(record, forms))
    found.lines = [line for change in differing for line in _lines(change, record, by_row, secret)]
    found.is_repeated = not found.is_missing and not any(form.has_changed() for form in forms)


def tell_of_deed(found: Overtaken, record: Model, typed: Mapping[str, str]) -> None:
    """Add a line for every value that differs on a page with a deed; `typed` is what its form says, by column."""
    lines = ((change, line) for change in found.changes for line in _lines(change, record, {}, ()))
    found.lines = [
        replace(line, typed=typed.get(line.column) if change.row == record else None) for change, line in lines
    ]


def _typed_over(record: Model, forms: Iterable) -> Iterator[Change]:
    """The record's values that the form would change; of its rows only the form itself tells."""
    for form in forms:
        if key_of(form.instance) == key_of(record):
            typed_over = [one for one in columns_of(type(record)) if one.name in form.changed_data]
            yield Change(key_of(record), record, typed_over)


def _lines(change: Change, record: Model, forms: Mapping[str, object], secret: Sequence[str]) -> Iterator[Line]:
    row, form = change.row, forms.get(change.key)
    if row is None:
        yield Line(str(apps.get_model(change.key.split(":")[0])._meta.verbose_name), GONE, "")
        return
    where = "" if change.key == key_of(record) else f"{row._meta.verbose_name}（{row}）"
    if change.is_new:
        yield Line(where, ADDED, str(row))
        return
    for column in change.columns:
        now = shown(column, row) if column.name not in secret else "****"
        if form is None or column.name not in form.fields:
            yield Line(where, str(column.verbose_name), now, column=column.name)
            continue
        box = form[column.name].html_name if column.name in form.changed_data else ""
        yield Line(where, str(form.fields[column.name].label), now, _typed(column, form), box, column.name)


def _typed(column: Field, form) -> str:
    """What was typed, in the words in which the stored value is told; masked where that is."""
    name, is_right = column.name, column.name in form.cleaned_data
    if isinstance(form.fields[name], SecretField):
        if name not in form.changed_data:
            return KEPT
        return form.fields[name].mask(form.cleaned_data[name]) if is_right else hidden("?")
    if is_right:
        return shown(column, form.instance)
    return str(form[name].value())[:LONGEST]


def shown(column: Field, row: Model) -> str:
    """A column's value as a reader may see it."""
    value = getattr(row, column.attname)
    if isinstance(column, EncryptedTextField):
        text = MASKS.get(column.name, hidden)(value or "")
    elif column.is_relation:
        text = str(getattr(row, column.name) or "")
    elif column.choices and not isinstance(value, list):
        text = str(getattr(row, f"get_{column.name}_display")() or "")
    else:
        text = _plain(value)
    return text[:LONGEST] or BLANK


def _plain(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
