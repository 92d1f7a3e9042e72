"""One record for each service, whatever its kind; typed records add what only they have (services/models/*.py)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from beneficiaries.models import Person
from services.counting import NEW_EMPLOYMENT, ServiceQuerySet
from services.models.kinds import ServiceKind

WHOLE_CANCELLATION = Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancel_reason="") | (
    Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancel_reason="")
)


class Service(models.Model):
    """服务记录: done for one person, on a day or from a day on; taken back (撤销) with a reason, never deleted.

    served_on   the day that the record is about: admission, surgery, examination
    ended_on    the last day of what lasts; open while it goes on
    counted_on  the day by which it counts for the plan; empty while it does not: not signed for, not accepted
    occasion    what tells it from another record of the same person and kind: the eye, the day and the content
    area        where the person lived when it was recorded; who moves later leaves it there
    """

    WORDS: dict[str, str] = {}

    kind = models.ForeignKey(ServiceKind, models.PROTECT, related_name="services", verbose_name="服务种类")
    person = models.ForeignKey(Person, models.PROTECT, related_name="services", verbose_name="服务对象")
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="服务时所属地区")
    household = models.ForeignKey(
        "beneficiaries.Household", models.PROTECT, null=True, blank=True, related_name="services", verbose_name="家庭户"
    )
    served_on = models.DateField("服务日期")
    ended_on = models.DateField("结束日期", null=True, blank=True)
    counted_on = models.DateField("计入日期", null=True, blank=True, editable=False)
    occasion = models.CharField("同一事项", max_length=120, editable=False)
    content = models.CharField("服务内容", max_length=100, blank=True)
    institution = models.CharField("服务机构", max_length=100, blank=True)
    quantity = models.PositiveIntegerField("数量", default=1)
    amount = models.DecimalField("补助金额（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    remarks = models.CharField("备注", max_length=200, blank=True)
    job = models.ForeignKey(
        "intake.ImportJob", models.PROTECT, null=True, blank=True, related_name="services", verbose_name="导入批次"
    )
    sheet = models.CharField("工作表", max_length=64, blank=True)
    row = models.PositiveIntegerField("行", null=True, blank=True)
    recorded_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间")
    cancelled_at = models.DateTimeField("撤销时间", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )
    cancel_reason = models.CharField("撤销原因", max_length=200, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务记录"
        ordering = ["-id"]
        permissions = [("import_services", "导入服务花名册"), ("cancel_service", "撤销服务记录")]
        indexes = [
            models.Index(fields=["kind", "counted_on"], name="standing_by_kind", condition=Q(cancelled_at=None)),
            # The years of a place's records, from either end, without the records.
            models.Index(fields=["served_on", "area"], name="service_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "occasion"],
                condition=Q(cancelled_at__isnull=True),
                name="one_standing_service_per_occasion",
                violation_error_message="此人的同一项服务已经登记，不能重复登记。",
            ),
            models.CheckConstraint(condition=~Q(occasion=""), name="service_says_its_occasion"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="service_quantity_positive",
                violation_error_message="数量至少为 1。",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="service_amount_not_negative",
                violation_error_message="金额不能小于零。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("served_on")),
                name="service_dates_in_order",
                violation_error_message="结束日期不能早于服务日期。",
            ),
            models.CheckConstraint(
                condition=Q(counted_on__isnull=True) | Q(counted_on__gte=F("served_on")),
                name="service_counts_once_it_began",
                violation_error_message="计入日期不能早于服务日期。",
            ),
            models.CheckConstraint(condition=WHOLE_CANCELLATION, name="service_cancelled_by_whom_and_why"),
        ]

    def __str__(self):
        return f"{self.kind} {self.served_on:%Y-%m-%d}"

    @cached_property
    def employed_before(self) -> bool:
        """Whether, of an employment, the person had one at the end of the year before; lists bring it along."""
        if self.kind.record_form != NEW_EMPLOYMENT:
            return False
        return Service.objects.filter(pk=self.pk).not_new().exists()

    def hold_still(self) -> "Service":
        """Keep what the record follows from being changed until the transaction ends: a course, for who is on it."""
        return self

    def settle(self) -> "Service":
        """Bring the day by which it counts, and what it is once, in step with the rest; without saving."""
        self.counted_on, self.occasion = self.day_it_counts(), self.what_it_is()[:120]
        return self

    def day_it_counts(self) -> date | None:
        """The day by which the record counts; None while it does not."""
        return self.served_on

    def what_it_is(self) -> str:
        """In the office's words, what a person has only once of this kind."""
        return f"{self.served_on:%Y-%m-%d} {self.content}".strip()
