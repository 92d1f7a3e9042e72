"""康复: training of children, cataract surgery, assistive devices."""

from django.db import models
from django.db.models import Q

from services.counting import ServiceQuerySet
from services.models.kinds import DeviceType
from services.models.records import Service


class ChildTraining(Service):
    """儿童康复训练, from admission on; the age on that day decides (limits of the kind)."""

    WORDS = {"served_on": "入训日期", "ended_on": "结训日期", "institution": "康复机构"}

    plan = models.CharField("训练计划", max_length=200, blank=True)
    sessions = models.PositiveIntegerField("训练次数", null=True, blank=True)
    assessment_before = models.CharField("训练前评估", max_length=100, blank=True)
    assessment_after = models.CharField("训练后评估", max_length=100, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "儿童康复训练"


class Eye(models.TextChoices):
    LEFT = "left", "左眼"
    RIGHT = "right", "右眼"


class CataractSurgery(Service):
    """白内障手术: one case is one eye, and each eye is operated once."""

    WORDS = {"served_on": "手术日期", "institution": "手术医院", "amount": "救助金额（元）"}

    eye = models.CharField("手术眼", max_length=5, choices=Eye.choices)
    sight_before = models.CharField("术前视力", max_length=20, blank=True)
    sight_after = models.CharField("术后视力", max_length=20, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "白内障手术"
        constraints = [
            models.CheckConstraint(condition=Q(eye__in=["left", "right"]), name="surgery_of_one_eye"),
        ]

    def what_it_is(self) -> str:
        """The eye: with the base's constraint nobody has two standing surgeries of the same one."""
        return str(Eye(self.eye).label)


class Nature(models.TextChoices):
    """What happened with a device; only what is handed out for good counts."""

    ISSUE = "issue", "发放"
    LOAN = "loan", "租借"
    EXCHANGE = "exchange", "更换"
    REPAIR = "repair", "维修"
    RETURN = "return", "退回"


class DeviceIssue(Service):
    """辅具发放: counted when signed for, by pieces; loan, exchange, repair and return are kept and do not count."""

    WORDS = {"served_on": "发放日期", "institution": "服务机构"}

    nature = models.CharField("性质", max_length=8, choices=Nature.choices, default=Nature.ISSUE)
    device = models.ForeignKey(DeviceType, models.PROTECT, related_name="issues", verbose_name="辅具名称")
    device_model = models.CharField("规格型号", max_length=60, blank=True)
    fitted_on = models.DateField("适配日期", null=True, blank=True)
    signed_on = models.DateField("签收日期", null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "辅具发放"

    def day_it_counts(self):
        """The day of the signature, of what was handed out for good."""
        return self.signed_on if self.nature == Nature.ISSUE else None

    def what_it_is(self) -> str:
        """One line of the register for a device on a day; several of it are its quantity."""
        return f"{self.served_on:%Y-%m-%d} {Nature(self.nature).label} {self.device} {self.device_model}".strip()
