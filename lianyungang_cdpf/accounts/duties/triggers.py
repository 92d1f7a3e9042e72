"""What the database refuses to be told of roles, whoever writes to it.

As long as there are no two administrators in force who could propose and decide (a security administrator, and a second
one or a system administrator), accounts get their roles at once: somebody has to be first. From then on an account's
role and place are changed only to what its latest approved change says. Roles that are kept apart (`Role.apart`: the
three administrators; the hands that a roll passes through) are never held by two accounts of one employee number.

SQLite makes a table anew when a later migration changes it, and its triggers are lost with it: a migration that alters
accounts_staff, accounts_role or accounts_rolechange begins with RunPython(drop, create) and ends with
RunPython(create, drop).
"""

from collections.abc import Iterable

from lianyungang_cdpf import refusals
from lianyungang_cdpf.refusals import Refusal

STAFF, CHANGES = "accounts_staff", "accounts_rolechange"
BY_TWO = "账号的角色和所属由安全管理员提出、另一人批准后变更，不能直接修改。"
BY_TWO_FROM_THE_FIRST = "新账号的角色由安全管理员提出、另一人批准后取得，不能直接给。"
ONE_HAND = "同一工号的另一个账号已有不能兼任的角色。"
KEPT = "角色变更不能修改或删除。"
PROPOSED_FIRST = "角色变更须先提出再批准。"

_HOLDERS = """(SELECT COUNT(*) FROM accounts_staff one JOIN accounts_role held ON held.group_ptr_id = one.role_id
    WHERE one.is_active AND held.code IN ({}))"""
_SECURITY = _HOLDERS.format("'security_admin'")
_DECIDERS = _HOLDERS.format("'security_admin', 'system_admin'")
# That there are two people who can propose and decide.
IN_OFFICE = f"({_SECURITY} >= 1 AND {_DECIDERS} >= 2)"


def _differ(one: str, other: str, columns: Iterable[str] = ("role_id", "area_id", "zone_id")) -> str:
    """Whether two rows' columns differ; keys begin at 1. `{}` stands for the column."""
    pairs = ((one.format(column), other.format(column)) for column in columns)
    return "(" + " OR ".join(f"COALESCE({left}, 0) <> COALESCE({right}, 0)" for left, right in pairs) + ")"


_MOVED = _differ("OLD.{}", "NEW.{}")
_FROM = _differ("made.from_{}", "OLD.{}")
_TO = _differ("made.to_{}", "NEW.{}")
# The account's latest approved change leads from what it holds to what it shall hold.
_APPROVED = f"""EXISTS (SELECT 1 FROM accounts_rolechange made WHERE made.id = (SELECT MAX(id) FROM accounts_rolechange
    WHERE staff_id = NEW.id AND state = 'approved')
    AND NOT {_FROM} AND NOT {_TO})"""
_SECOND_HAND = """NEW.is_active AND NEW.employee_no <> '' AND EXISTS (SELECT 1 FROM accounts_staff one
    JOIN accounts_role theirs ON theirs.group_ptr_id = one.role_id
    JOIN accounts_role mine ON mine.group_ptr_id = NEW.role_id
    WHERE one.employee_no = NEW.employee_no AND one.id <> NEW.id AND one.is_active
    AND theirs.apart = mine.apart AND mine.apart <> '' AND theirs.group_ptr_id <> mine.group_ptr_id)"""
# Of accounts that sign in only the moment is written: nothing needs to be asked then.
_ANOTHER_PERSON = """(COALESCE(OLD.employee_no, '') <> COALESCE(NEW.employee_no, '') OR OLD.is_active <> NEW.is_active
    OR COALESCE(OLD.role_id, 0) <> COALESCE(NEW.role_id, 0))"""
_REWRITTEN = _differ(
    "OLD.{}",
    "NEW.{}",
    (
        "staff_id", "proposed_by_id", "from_role_id", "from_area_id", "from_zone_id", "to_role_id", "to_area_id",
        "to_zone_id",
    ),
)  # fmt: skip
_OTHERWISE = _differ("one.{}", "NEW.to_{}")
# What is written down of a first account is what it holds, and only once.
_UNTRUE = f"""(EXISTS (SELECT 1 FROM accounts_rolechange WHERE staff_id = NEW.staff_id) OR NOT EXISTS (
    SELECT 1 FROM accounts_staff one WHERE one.id = NEW.staff_id AND NOT {_OTHERWISE}))"""
# On SQLite a change goes with its account only.
_STANDING = "EXISTS (SELECT 1 FROM accounts_staff WHERE id = OLD.staff_id)"

RULES = (
    Refusal("role_given_at_once", "INSERT", STAFF, f"NEW.role_id IS NOT NULL AND {IN_OFFICE}", BY_TWO_FROM_THE_FIRST),
    Refusal("role_changed_by_one", "UPDATE", STAFF, f"{_MOVED} AND {IN_OFFICE} AND NOT {_APPROVED}", BY_TWO),
    Refusal("two_roles_kept_apart_added", "INSERT", STAFF, _SECOND_HAND, ONE_HAND),
    Refusal("two_roles_kept_apart", "UPDATE", STAFF, f"{_ANOTHER_PERSON} AND {_SECOND_HAND}", ONE_HAND),
    Refusal(
        "role_change_not_proposed",
        "INSERT",
        CHANGES,
        f"NEW.state NOT IN ('proposed', 'installed') OR (NEW.state = 'installed' AND {_UNTRUE})",
        PROPOSED_FIRST,
    ),
    Refusal("role_change_rewritten", "UPDATE", CHANGES, f"OLD.state <> 'proposed' OR {_REWRITTEN}", KEPT),
    Refusal("role_change_deleted", "DELETE", CHANGES, "1 = 1", KEPT, unless_emptied=_STANDING),
)


def create(apps, schema_editor):
    """Make the triggers (RunPython)."""
    refusals.create(schema_editor, RULES)


def drop(apps, schema_editor):
    """Remove the triggers (RunPython)."""
    refusals.drop(schema_editor, RULES)
