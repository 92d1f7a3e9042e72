"""What became of a record: where the person lived before, why it ended, which record it took over, who asked for it."""

from django.db import models
from django.db.models import F, Q

from beneficiaries.models.person import DATES_IN_ORDER, Person
from beneficiaries.transfers import MergeQuerySet, TransferQuerySet
from lianyungang_cdpf.accounts.scoping import PersonScopedQuerySet
from lianyungang_cdpf.fields import EncryptedTextField, SealField, digest_field


class Residence(models.Model):
    """Where a person lived until a day (居住沿革); where they live now stands in their own record."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="residences", verbose_name="残疾人")
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="原所属地区")
    village = models.CharField("原村（社区）", max_length=60, blank=True)
    address = models.CharField("原地址", max_length=200, blank=True)
    valid_from = models.DateField("起始日期", null=True, blank=True)
    valid_to = models.DateField("终止日期")

    objects = PersonScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "居住沿革"
        ordering = ["person_id", "-valid_to", "-id"]
        constraints = [models.CheckConstraint(condition=DATES_IN_ORDER, name="residence_dates_in_order")]

    def __str__(self):
        return f"至 {self.valid_to:%Y-%m-%d}"


class Departure(models.Model):
    """去世 or 迁出 as recorded, with its source; a correction says why and lets the next one stand."""

    class Kind(models.TextChoices):
        DEATH = "death", "去世"
        MOVING_OUT = "moving_out", "迁出本市"

    person = models.ForeignKey(Person, models.CASCADE, related_name="departures", verbose_name="残疾人")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    day = models.DateField("日期")
    reason = models.CharField("来源或去向", max_length=100)
    recorded_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    corrected_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更正人"
    )
    corrected_at = models.DateTimeField("更正时间", null=True, blank=True)
    correction = models.CharField("更正原因", max_length=100, blank=True)

    objects = PersonScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "去世和迁出记录"
        ordering = ["person_id", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(corrected_at__isnull=True),
                name="one_standing_departure_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(corrected_at__isnull=True, correction="")
                | (Q(corrected_at__isnull=False, corrected_by__isnull=False) & ~Q(correction="")),
                name="a_correction_says_who_and_why",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.day:%Y-%m-%d}"


class FormerNumber(models.Model):
    """曾用号码: an ID number under which the person was on file; rolls that still have it find them."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="former_numbers", verbose_name="残疾人")
    id_number = EncryptedTextField("曾用身份证号")
    id_digest = digest_field("曾用身份证号摘要", unique=True)
    since = models.DateTimeField("停用时间", auto_now_add=True)
    seal = SealField("封签", of=("person_id",))

    objects = PersonScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "曾用号码"
        ordering = ["person_id", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(id_digest=""), name="former_number_is_not_blank")]

    def __str__(self):
        return f"曾用号码 {self.pk}"


class Merge(models.Model):
    """合并记录: one of two records of a person was given up; what it said is kept, encrypted."""

    kept = models.ForeignKey(Person, models.CASCADE, related_name="merges", verbose_name="保留的档案")
    gone_id = models.BigIntegerField("停用的档案编号", unique=True)
    # JSON: every value of the record given up, and the records that were dropped because the kept one has the same.
    values = EncryptedTextField("停用档案的内容")
    # Labels of the fields that were taken from the record given up; how many records of what kind moved.
    taken = models.CharField("取自停用档案的项目", max_length=300, blank=True)
    moved = models.CharField("转入的记录", max_length=300, blank=True)
    reason = models.CharField("合并原因", max_length=200)
    merged_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="合并人")
    merged_at = models.DateTimeField("合并时间", auto_now_add=True)
    seal = SealField("封签", of=("gone_id",))

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "档案合并记录"
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_merge_has_its_reason")]

    def __str__(self):
        return f"档案 {self.gone_id} 并入档案 {self.kept_id}"


class Transfer(models.Model):
    """迁移申请 between two county-level units (a county's code or a zone's key); one side asks, the other consents.

    The receiving side asks by ID number and name. Whether such a person is on file is not told: a request without a
    `person` looks to it like any other.
    """

    class State(models.TextChoices):
        PENDING = "pending", "待对方同意"
        AGREED = "agreed", "已同意"
        REFUSED = "refused", "已退回"
        WITHDRAWN = "withdrawn", "已撤回"

    class Side(models.TextChoices):
        GIVING = "giving", "迁出地"
        RECEIVING = "receiving", "迁入地"

    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="transfers", verbose_name="残疾人"
    )
    # As the requesting side wrote them.
    name = models.CharField("姓名", max_length=60)
    id_number = EncryptedTextField("身份证号")
    id_digest = digest_field("身份证号摘要", db_index=True)
    requested_from = models.CharField("提出方", max_length=9, choices=Side.choices)
    giving_unit = models.CharField("迁出单位", max_length=32, blank=True, db_index=True)
    giving_area = models.ForeignKey(
        "accounts.Area", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="迁出地区"
    )
    receiving_unit = models.CharField("迁入单位", max_length=32, db_index=True)
    receiving_area = models.ForeignKey(
        "accounts.Area", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="迁入乡镇（街道）"
    )
    reason = models.CharField("迁移原因", max_length=200)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.PENDING)
    requested_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人"
    )
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    answer = models.CharField("办理意见", max_length=200, blank=True)
    seal = SealField("封签", of=("requested_by_id", "name", "receiving_unit"))

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "迁移申请"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "refused"]) | ~Q(decided_by=F("requested_by")),
                name="nobody_consents_to_their_own_request",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "withdrawn"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_decided_transfer_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(person__isnull=False, receiving_area__isnull=False),
                name="an_agreed_transfer_has_its_person_and_town",
            ),
            models.CheckConstraint(
                condition=~Q(giving_unit=F("receiving_unit")), name="a_transfer_is_between_two_units"
            ),
            # By number and unit, not by person: whether another county asks for the same person is not told.
            models.UniqueConstraint(
                fields=["id_digest", "receiving_unit", "requested_from"],
                condition=Q(state="pending"),
                name="one_pending_request_per_number_and_unit",
            ),
        ]

    def __str__(self):
        return f"迁移申请 {self.pk}"
