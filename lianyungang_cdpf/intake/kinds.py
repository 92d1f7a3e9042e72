"""The kinds of file that the intake takes. Each app offers its own; the engine knows none by name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.utils.module_loading import import_string

# Whoever judges rows looks people up with `any_of`, which exists once its module has been read.
from lianyungang_cdpf.intake import bulk  # noqa: F401
from lianyungang_cdpf.intake.periods import MONTH, Period
from lianyungang_cdpf.intake.reading import REGISTER_LIMITS, ROLL_LIMITS, Limits


def roll_limits() -> Limits:
    """What an uploaded roll may cost, by default or by settings."""
    return replace(ROLL_LIMITS, **settings.INTAKE_ROLL_LIMITS)


def register_limits() -> Limits:
    """What an upload that may hold the whole register may cost, by default or by settings."""
    return replace(REGISTER_LIMITS, **settings.INTAKE_REGISTER_LIMITS)


@dataclass(slots=True)
class Outcome:
    """What was found of one data row; `codes` in the order of severity, the primary one first."""

    sheet: str | None
    row: int
    codes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    messages: list[tuple[str, str, str]] = field(default_factory=list)  # (code, column, sentence)
    amount: Decimal | None = None
    data: object = None
    # The row names somebody of another place: nothing that the register knows of them is told.
    is_foreign: bool = False
    change: str = ""  # "", "new", "changed" or "unchanged", for kinds that update records
    # Left out by the clerk: neither right nor wrong, and not applied.
    left_out: bool = False
    # The decision by which a reviewer let the row through against its findings; they then stand among the warnings.
    acceptance: object = None

    @property
    def is_bad(self) -> bool:
        return bool(self.codes)

    @property
    def shown_codes(self) -> list[str]:
        """The findings that may be told: of somebody of another place only that they are not one's own."""
        return ["WRONG_DISTRICT"] if self.is_foreign and self.codes else [*self.codes, *self.warnings]


class JudgedBefore(Exception):
    """Somebody edited a record between judging and writing: nothing may be written, the rows are judged again."""


@dataclass(frozen=True)
class Context:
    """Who imports what: who sent it, the first month of the period that the file is for, the day it was paid."""

    staff: object
    month: date | None = None
    paid_on: date | None = None
    # Who posts it, where that is somebody else; the place and the scope stay those of `staff`.
    poster: object = None
    # When the preview was judged: records changed after that are pointed out.
    since: datetime | None = None
    # A field's column as the clerk sees it on a sheet: (sheet, field) -> C 列“身份证号”.
    heading: Callable[[str | None, str], str] = lambda sheet, field: f"“{field}”"  # noqa: E731

    @property
    def by(self):
        """Who answers for what is posted."""
        return self.poster or self.staff


@dataclass(frozen=True)
class InTheWay:
    """A record on which something was built since an import: as it may be shown, with its page and what it is."""

    name: str
    number: str
    address: str
    what: str


class Kind:
    """A kind of file: what its columns are, how a row is judged, how valid rows are applied.

    Subclasses give the attributes and the three methods; instances hold no state of an import.
    """

    code: str = ""
    label: str = ""
    group: str = ""
    roll: type
    limits: Limits
    # Whether a file is for one period, which is asked for or read from its titles; and what sort of period that is.
    needs_month: bool = False
    period: Period = MONTH
    # The right to post a file as paid already, with its day; blank where that is nobody's.
    paid_permission: str = ""
    # Rows are kept with the import, so that posting need not read the file again; for large registers they are not.
    keeps_rows: bool = False
    # By field, what the clerk calls it: the kept fields by which two files are the same, or differ; with kept rows.
    compared: dict[str, str] = {}
    permission: str = ""
    post_permission: str = ""
    # What a posted file waits for before it counts, as a sentence; blank where it counts at once.
    waits_for: str = ""
    # Name of the address on which an import of this kind is undone, by its uid: the common page, which calls `undo`,
    # or the app's own. A kind without one fails tests/intake/test_undo_pages.py.
    undo_page: str = ""
    # Two rows that agree in these fields are one too many: a change of one of them may change another row's verdict.
    told_apart_by: tuple[str, ...] = ("id_number",)
    # Words by which titles name this kind, and its siblings' by name: a title that names a sibling asks the clerk.
    words: tuple[str, ...] = ()
    rivals: dict[str, tuple[str, ...]] = {}

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        """Judge data rows against the records; yields one Outcome per row, in order. Writes nothing."""
        raise NotImplementedError

    def apply(self, outcomes: Iterable[Outcome], context: Context, job) -> dict:
        """Write the valid outcomes, inside the caller's transaction; returns {"applied_rows": n, ...}."""
        raise NotImplementedError

    def undo(self, *, by, job, reason: str) -> str:
        """Take a posted import back inside the caller's transaction; what was taken back, in words.

        Raises UndoRefused (intake/undoing.py) where something was built on it. Only for kinds of the common page.
        """
        raise NotImplementedError

    def in_the_way(self, staff, obstacles) -> list[InTheWay]:
        """Who stands in the way of undoing, the first ones, as far as the staff member may be told."""
        return []

    def pack(self, outcome: Outcome) -> dict:
        """What is kept of a row, JSON-ready: at least name, id_number, amount, where the kind has them."""
        raise NotImplementedError

    def acceptable(self) -> set[str]:
        """The findings against which a reviewer may let a row through, with a written reason."""
        return set()

    def unpack(self, payload: dict, sheet: str | None, row: int):
        """The data row behind a kept payload, which becomes its values (None: nothing was read); only for kinds that
        keep rows."""
        raise NotImplementedError


def offers() -> list[Callable[[], Iterable[Kind]]]:
    """What each app offers kinds by; the first call imports their modules, for which a file need not wait."""
    return [import_string(name) for name in settings.INTAKE_KINDS]


def all_kinds() -> list[Kind]:
    """Every kind on offer now (programmes are rows, so it may change while the portal runs)."""
    return [kind for offer in offers() for kind in offer()]


def kind_named(code: str) -> Kind | None:
    """The kind of this code, or None; the apps behind the one that offers it are not asked."""
    return next((kind for offer in offers() for kind in offer() if kind.code == code), None)


def may_import(staff) -> bool:
    """Whether any kind is open to this member of staff; for menus, so that no programme is read."""
    return any(staff.has_perm(permission) for permission in settings.INTAKE_PERMISSIONS)


def kinds_for(staff) -> list[Kind]:
    """The kinds that this member of staff may import."""
    return [kind for kind in all_kinds() if staff.has_perm(kind.permission)]
