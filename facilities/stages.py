"""The stages of a facility, which may follow which, and the milestone that each reaches. Knows no model.

The chain is 申报 → 立项 → 在建 → 竣工 → 验收 → 运行 (facts.md 7); small points such as 居家康复点 have nothing to build
and go from 立项 to 验收. 整改, 停运 and 撤销 lie beside the chain.
"""

from django.db import models


class Stage(models.TextChoices):
    APPLIED = "applied", "申报"
    APPROVED = "approved", "立项"
    BUILDING = "building", "在建"
    COMPLETED = "completed", "竣工"
    ACCEPTED = "accepted", "验收"
    OPERATING = "operating", "运行"
    RECTIFYING = "rectifying", "整改"
    SUSPENDED = "suspended", "停运"
    REVOKED = "revoked", "撤销"


# The first day of each of these stages, in the order in which the days must lie.
MILESTONES = {
    Stage.APPLIED: "applied_on",
    Stage.APPROVED: "approved_on",
    Stage.BUILDING: "started_on",
    Stage.COMPLETED: "completed_on",
    Stage.ACCEPTED: "accepted_on",
    Stage.OPERATING: "operating_on",
    Stage.REVOKED: "revoked_on",
}
# What a facility in the stage must have a day of.
REQUIRED = {
    Stage.APPROVED: ("approved_on",),
    Stage.BUILDING: ("approved_on", "started_on"),
    Stage.COMPLETED: ("completed_on",),
    Stage.ACCEPTED: ("accepted_on",),
    Stage.OPERATING: ("accepted_on", "operating_on"),
    Stage.SUSPENDED: ("accepted_on", "operating_on"),
    Stage.REVOKED: ("revoked_on",),
}
BEFORE_ACCEPTANCE = (Stage.APPLIED, Stage.APPROVED, Stage.BUILDING, Stage.COMPLETED)
# Stages that somebody decides in writing.
DOCUMENTED = (Stage.APPROVED, Stage.ACCEPTED, Stage.REVOKED)
FOLLOWING = {
    Stage.APPLIED: (Stage.APPROVED, Stage.REVOKED),
    Stage.APPROVED: (Stage.BUILDING, Stage.ACCEPTED, Stage.REVOKED),
    Stage.BUILDING: (Stage.COMPLETED, Stage.REVOKED),
    Stage.COMPLETED: (Stage.ACCEPTED, Stage.RECTIFYING, Stage.REVOKED),
    Stage.ACCEPTED: (Stage.OPERATING, Stage.RECTIFYING, Stage.REVOKED),
    Stage.OPERATING: (Stage.RECTIFYING, Stage.SUSPENDED, Stage.REVOKED),
    Stage.RECTIFYING: (Stage.ACCEPTED, Stage.OPERATING, Stage.SUSPENDED, Stage.REVOKED),
    Stage.SUSPENDED: (Stage.OPERATING, Stage.RECTIFYING, Stage.REVOKED),
    Stage.REVOKED: (),
}
# What the day of a milestone is called.
DAY_WORDS = {
    "applied_on": "申报日期", "approved_on": "立项日期", "started_on": "开工日期", "completed_on": "竣工日期",
    "accepted_on": "验收日期", "operating_on": "运行日期", "revoked_on": "撤销日期",
}  # fmt: skip
DAYS = tuple(DAY_WORDS)
# The chain in the order of its days; what is not in it lies beside it.
CHAIN = tuple(stage for stage in MILESTONES if stage != Stage.REVOKED)


def days_out_of_order(days: dict) -> tuple[str, str] | None:
    """The first (later, earlier) milestones of which the later one lies before the earlier one, or None."""
    for at, later in enumerate(DAYS):
        for earlier in DAYS[:at]:
            if days.get(later) and days.get(earlier) and days[later] < days[earlier]:
                return later, earlier
    return None
