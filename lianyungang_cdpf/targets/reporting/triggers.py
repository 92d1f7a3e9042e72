"""What keeps a reported month as it was, also from programs and from the database's own console.

figures and what they had counted   are added while their version waits, and never changed or deleted
versions                            once returned or locked never change; a locked report gets no other
reports                             once locked never change; a closed year gets no other
closings                            are never changed or deleted

On SQLite rows may be deleted once no plan is left at all: only so can a test's database be emptied.
"""

from lianyungang_cdpf import refusals
from lianyungang_cdpf.refusals import Refusal

SENTENCE = "月报已报送，数字已锁定，更正以差异反映。"
DECIDED = "月报已审核，不能再改。"
CLOSED = "这一年已年终封账，不能再报送或修改月报。"

_LOCKED = """EXISTS (SELECT 1 FROM targets_monthlyreport WHERE id = NEW.report_id AND state = 'locked')"""
_DECIDED = """EXISTS (SELECT 1 FROM targets_reportversion WHERE id = NEW.version_id AND outcome <> 'waiting')"""
_CLOSED = """EXISTS (SELECT 1 FROM targets_yearclosing WHERE plan_id = NEW.plan_id)"""
_SET_OF_DECIDED = """EXISTS (SELECT 1 FROM targets_reportversion WHERE outcome <> 'waiting'
    AND id IN (SELECT version_id FROM targets_reportfigure WHERE id = NEW.figure_id))"""

_STANDING = "EXISTS (SELECT 1 FROM targets_plan)"

RULES = (
    Refusal("report_added_to_closed_year", "INSERT", "targets_monthlyreport", _CLOSED, CLOSED),
    Refusal("report_changed_in_closed_year", "UPDATE", "targets_monthlyreport", _CLOSED, CLOSED),
    Refusal("locked_report_changed", "UPDATE", "targets_monthlyreport", "OLD.state = 'locked'", DECIDED),
    Refusal(
        "locked_report_deleted",
        "DELETE",
        "targets_monthlyreport",
        "OLD.state = 'locked'",
        DECIDED,
        unless_emptied=_STANDING,
    ),
    Refusal("version_added_to_locked_report", "INSERT", "targets_reportversion", _LOCKED, DECIDED),
    Refusal("decided_version_changed", "UPDATE", "targets_reportversion", "OLD.outcome <> 'waiting'", DECIDED),
    Refusal("version_deleted", "DELETE", "targets_reportversion", "1 = 1", SENTENCE, unless_emptied=_STANDING),
    Refusal("figure_added_to_decided_version", "INSERT", "targets_reportfigure", _DECIDED, DECIDED),
    Refusal("figure_changed", "UPDATE", "targets_reportfigure", "1 = 1", SENTENCE),
    Refusal("figure_deleted", "DELETE", "targets_reportfigure", "1 = 1", SENTENCE, unless_emptied=_STANDING),
    Refusal("set_added_to_decided_version", "INSERT", "targets_reportedset", _SET_OF_DECIDED, DECIDED),
    Refusal("set_changed", "UPDATE", "targets_reportedset", "1 = 1", SENTENCE),
    Refusal("set_deleted", "DELETE", "targets_reportedset", "1 = 1", SENTENCE, unless_emptied=_STANDING),
    Refusal("closing_changed", "UPDATE", "targets_yearclosing", "1 = 1", CLOSED),
    Refusal("closing_deleted", "DELETE", "targets_yearclosing", "1 = 1", CLOSED, unless_emptied=_STANDING),
)


def create(apps, schema_editor):
    """Make the triggers (RunPython)."""
    refusals.create(schema_editor, RULES)


def drop(apps, schema_editor):
    """Remove the triggers (RunPython)."""
    refusals.drop(schema_editor, RULES)
