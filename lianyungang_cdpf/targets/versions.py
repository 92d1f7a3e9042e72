"""Of which records and which plan a page of figures was made: what the page is kept under.

Records touch their change stamp in the transaction that changes them. What the plan, its goals and the places say is
changed by many hands (admin, forms, files, commands), so triggers keep a stamp of it: nothing can be forgotten.
"""

from hashlib import blake2b

from lianyungang_cdpf.metrics.models import ChangeStamp

SOURCE = "targets.plan"
TABLES = (
    "accounts_area", "accounts_zone", "targets_plan", "targets_target", "targets_allocation",
    "targets_allocationchange", "targets_plannedpoint", "targets_dayfigure",
    "targets_demonstration",
)  # fmt: skip
DEEDS = ("INSERT", "UPDATE", "DELETE")
RAISE = (
    "INSERT INTO metrics_changestamp (source, kind, year, version)"
    f" VALUES ('{SOURCE}', '', 0, 1) ON CONFLICT (source, kind, year) DO UPDATE SET version = "
)


def version() -> str:
    """A name for the state of everything that figures are made of; another state, another name. One statement."""
    stamps = ChangeStamp.objects.order_by("source", "kind", "year").values_list("source", "kind", "year", "version")
    return blake2b(repr(list(stamps)).encode(), digest_size=16).hexdigest()


def names(table: str) -> list[str]:
    """The triggers of a table."""
    return [f"{table}_{deed.lower()}_is_noted" for deed in DEEDS]


def create(schema_editor, tables) -> None:
    """Make the triggers of the tables. SQLite loses them with a table that a later migration makes anew."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    if on_postgresql:
        body = f"BEGIN {RAISE} metrics_changestamp.version + 1; RETURN NULL; END"
        function = "CREATE OR REPLACE FUNCTION plan_is_noted() RETURNS trigger LANGUAGE plpgsql AS $$"
        schema_editor.execute(f"{function} {body} $$", params=None)
    for table in tables:
        for deed, name in zip(DEEDS, names(table), strict=True):
            when = f"CREATE TRIGGER {name} AFTER {deed} ON {table}"
            doing = (
                f"{when} FOR EACH STATEMENT EXECUTE FUNCTION plan_is_noted()"
                if on_postgresql
                else f"{when} FOR EACH ROW BEGIN {RAISE} version + 1; END"
            )
            schema_editor.execute(doing, params=None)


def drop(schema_editor, tables) -> None:
    """Remove the triggers of the tables."""
    for table in tables:
        for name in names(table):
            on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER {name}{on}", params=None)
