"""Triggers that refuse: what a constraint cannot hold because it concerns an earlier value or another table.

SQLite makes a table anew when a later migration changes it, and its triggers are lost with it: such a migration begins
with RunPython(drop, create) and ends with RunPython(create, drop).
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A deed (INSERT, UPDATE or DELETE) that a table refuses with a Chinese sentence where the condition holds.

    `condition` is SQL over OLD and NEW. `unless_emptied` is a further one for SQLite alone, which empties the tables of
    a test one by one and could not empty this one.
    """

    name: str
    deed: str
    table: str
    condition: str
    sentence: str
    unless_emptied: str = ""


def create(schema_editor, refusals: Iterable[Refusal]) -> None:
    """Make the triggers."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for one in refusals:
        for statement in of_postgresql(one) if on_postgresql else [_of_sqlite(one)]:
            schema_editor.execute(statement, params=None)


def drop(schema_editor, refusals: Iterable[Refusal]) -> None:
    """Remove the triggers."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for one in refusals:
        schema_editor.execute(f"DROP TRIGGER {one.name}" + (f" ON {one.table}" if on_postgresql else ""), params=None)
        if on_postgresql:
            schema_editor.execute(f"DROP FUNCTION {one.name}()", params=None)


def _of_sqlite(one: Refusal) -> str:
    condition = f"({one.condition}) AND {one.unless_emptied}" if one.unless_emptied else one.condition
    return (
        f'CREATE TRIGGER {one.name} BEFORE {one.deed} ON "{one.table}" FOR EACH ROW WHEN {condition} '
        f"BEGIN SELECT RAISE(ABORT, '{one.sentence}'); END"
    )


def of_postgresql(one: Refusal) -> tuple[str, str]:
    """A function that refuses and the trigger that calls it."""
    return refusing(one.name, f"BEFORE {one.deed} ON {one.table} FOR EACH ROW", one.condition, one.sentence)


def refusing(name: str, when: str, condition: str, sentence: str) -> tuple[str, str]:
    """A function that refuses and the trigger that calls it. Integrity constraint violation: as of any constraint."""
    given = "OLD" if "DELETE" in when else "NEW"
    answer = "NULL" if "STATEMENT" in when else given
    body = (
        f"BEGIN IF {condition} THEN RAISE EXCEPTION '{sentence}' USING ERRCODE = '23514'; END IF; RETURN {answer}; END"
    )
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()",
    )
