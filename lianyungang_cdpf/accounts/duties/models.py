"""角色变更: what an account may do and where, proposed by one person and decided by another."""

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

STAFF, ROLE, AREA, ZONE = "accounts.Staff", "accounts.Role", "accounts.Area", "accounts.Zone"
REASON_LENGTH = 300
A_REASON = [MinLengthValidator(5, "请写明理由，至少五个字。")]


class State(models.TextChoices):
    """INSTALLED: what an account held when there were no administrators yet to decide (create_staff, migration)."""

    PROPOSED = "proposed", "待批准"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "已驳回"
    WITHDRAWN = "withdrawn", "已撤回"
    INSTALLED = "installed", "启用时建立"


IN_FORCE = (State.APPROVED, State.INSTALLED)


class RoleChangeQuerySet(models.QuerySet):
    """Changes are seen with the account they are about; which roles see them at all is a permission."""

    def visible_to(self, staff):
        """Changes of the accounts that the staff member sees."""
        accounts = self.model._meta.get_field("staff").related_model.objects
        return self.filter(staff__in=accounts.visible_to(staff).order_by().values("pk"))

    def choosable_by(self, staff):
        """What a form or a filter may offer: what the staff member sees."""
        return self.visible_to(staff)

    def in_force(self):
        """Changes by which accounts hold or held what they may do."""
        return self.filter(state__in=IN_FORCE)

    def with_names(self):
        """Everything that a page says of a change, read along with it."""
        return self.select_related(
            "staff", "from_role", "from_area__parent__parent", "from_zone", "to_role", "to_area__parent__parent",
            "to_zone", "proposed_by", "decided_by",
        )  # fmt: skip


def _role(verbose_name: str) -> models.ForeignKey:
    return models.ForeignKey(ROLE, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=verbose_name)


def _place(model: str, verbose_name: str) -> models.ForeignKey:
    return models.ForeignKey(model, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=verbose_name)


def _by(verbose_name: str) -> models.ForeignKey:
    return models.ForeignKey(STAFF, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=verbose_name)


class RoleChange(models.Model):
    """One account from one role and place to another; without a role an account opens nothing.

    What was proposed is never altered, what was decided never changed, nothing deleted (triggers.py).
    """

    staff = models.ForeignKey(STAFF, models.PROTECT, related_name="role_changes", verbose_name="账号")
    from_role = _role("原角色")
    from_area = _place(AREA, "原所属地区")
    from_zone = _place(ZONE, "原所属功能板块")
    to_role = _role("新角色")
    to_area = _place(AREA, "新所属地区")
    to_zone = _place(ZONE, "新所属功能板块")
    reason = models.CharField("理由", max_length=REASON_LENGTH, validators=A_REASON)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.PROPOSED)
    proposed_by = _by("提出人")
    proposed_at = models.DateTimeField("提出时间", default=timezone.now)
    decided_by = _by("处理人")
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    answer = models.CharField("处理意见", max_length=REASON_LENGTH, blank=True)

    objects = RoleChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "角色变更"
        ordering = ["-id"]
        permissions = [("propose_role_change", "提出角色变更"), ("decide_role_change", "批准、驳回角色变更")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="role_change_is_decided_by_another",
                violation_error_message="角色变更不能由提出人自己批准。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("staff")),
                name="role_change_is_not_decided_by_its_subject",
                violation_error_message="不能批准自己的角色变更。",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by=None) | ~Q(proposed_by=F("staff")),
                name="role_change_is_not_proposed_by_its_subject",
                violation_error_message="不能提出自己的角色变更。",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PROPOSED, proposed_by__isnull=False, decided_by=None, decided_at=None)
                | Q(
                    state__in=(State.APPROVED, State.REFUSED),
                    proposed_by__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(state=State.WITHDRAWN, proposed_by__isnull=False, decided_by=None, decided_at__isnull=False)
                | Q(state=State.INSTALLED, proposed_by=None, decided_by=None, decided_at__isnull=False),
                name="role_change_says_who_proposed_and_who_decided",
                violation_error_message="角色变更要记下提出人、处理人和时间。",
            ),
            models.CheckConstraint(
                condition=Q(to_area__isnull=False, to_zone=None) | Q(to_area=None, to_zone__isnull=False),
                name="role_change_has_exactly_one_area_or_zone",
                violation_error_message="请在地区和功能板块中恰好选一个。",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & (~Q(state=State.REFUSED) | ~Q(answer="")),
                name="role_change_and_its_refusal_give_reasons",
                violation_error_message="请写明理由，至少五个字。",
            ),
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(state=State.PROPOSED),
                name="one_open_role_change_per_account",
                violation_error_message="这个账号已有一项角色变更等待批准。",
            ),
        ]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == State.PROPOSED

    @property
    def before(self) -> str:
        """What the account held when the change was proposed."""
        return held(self.from_role, self.from_area or self.from_zone)

    @property
    def after(self) -> str:
        """What the account is to hold."""
        return held(self.to_role, self.to_area or self.to_zone)


def held(role, place) -> str:
    """A role at a place in words: 县区经办，海州区."""
    return f"{role or '无角色'}，{place}" if place else "—"
