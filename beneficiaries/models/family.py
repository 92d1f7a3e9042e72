"""Who lives with whom, who answers for whom, and what is known of a child that has no certificate yet."""

from django.db import models
from django.db.models import F, Q

from beneficiaries.households import HouseholdQuerySet, MemberQuerySet
from beneficiaries.models.person import DATES_IN_ORDER, Category, Person
from lianyungang_cdpf.accounts.scoping import PersonScopedQuerySet
from lianyungang_cdpf.fields import EncryptedTextField, SealField, digest_field


class Relation(models.TextChoices):
    """与户主关系; the head's own line is 户主."""

    HEAD = "head", "户主"
    SPOUSE = "spouse", "配偶"
    CHILD = "child", "子女"
    PARENT = "parent", "父母"
    CHILD_IN_LAW = "child_in_law", "儿媳女婿"
    PARENT_IN_LAW = "parent_in_law", "公婆岳父母"
    GRANDCHILD = "grandchild", "孙子女"
    GRANDPARENT = "grandparent", "祖父母"
    SIBLING = "sibling", "兄弟姐妹"
    OTHER = "other", "其他"


class Kinship(models.TextChoices):
    """监护人与被监护人的关系 (民法典 arts. 27-32: parents first, then near kin, then the village or the bureau)."""

    PARENT = "parent", "父母"
    SPOUSE = "spouse", "配偶"
    CHILD = "child", "成年子女"
    GRANDPARENT = "grandparent", "祖父母（外祖父母）"
    SIBLING = "sibling", "兄姐"
    KIN = "kin", "其他亲属"
    ORGANISATION = "organisation", "村（居）委会或民政部门"
    OTHER = "other", "其他"


class Household(models.Model):
    """户: an address with its members; the head is the member whose relation is 户主."""

    area = models.ForeignKey("accounts.Area", models.PROTECT, verbose_name="所属地区", related_name="households")
    village = models.CharField("村（社区）", max_length=60, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "家庭户"
        ordering = ["-id"]

    def __str__(self):
        return f"家庭户 {self.pk}"


class HouseholdMember(models.Model):
    """One person's time in a household; without an end they live there now."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="members", verbose_name="家庭户")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships", verbose_name="成员")
    relation = models.CharField("与户主关系", max_length=14, choices=Relation.choices)
    valid_from = models.DateField("起始日期", null=True, blank=True)
    valid_to = models.DateField("终止日期", null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "家庭成员"
        ordering = ["household_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(valid_to__isnull=True),
                name="one_household_at_a_time",
                violation_error_message="此人已在另一户中：请先填写在那一户的终止日期。",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(relation="head", valid_to__isnull=True),
                name="one_head_per_household",
                violation_error_message="一户只能有一位户主。",
            ),
            models.CheckConstraint(
                condition=DATES_IN_ORDER,
                name="household_dates_in_order",
                violation_error_message="终止日期不能早于起始日期。",
            ),
        ]

    def __str__(self):
        return self.get_relation_display()


class Guardian(models.Model):
    """监护人, on file or not; without an end they answer for the person now."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="guardians", verbose_name="被监护人")
    name = models.CharField("监护人姓名", max_length=60)
    relation = models.CharField("与被监护人关系", max_length=12, choices=Kinship.choices)
    id_number = EncryptedTextField("监护人身份证号")
    id_digest = digest_field("监护人身份证号摘要", blank=True, db_index=True)
    phone = EncryptedTextField("监护人电话")
    phone_digest = digest_field("监护人电话摘要", blank=True)
    on_file = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="wards", verbose_name="监护人档案"
    )
    valid_from = models.DateField("起始日期", null=True, blank=True)
    valid_to = models.DateField("终止日期", null=True, blank=True)
    seal = SealField("封签", of=("person_id", "name"))

    objects = PersonScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "监护人"
        ordering = ["person_id", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="guardian_has_a_name"),
            models.CheckConstraint(
                condition=Q(on_file__isnull=True) | ~Q(on_file=F("person")), name="nobody_guards_themselves"
            ),
            models.UniqueConstraint(
                fields=["person", "id_digest"],
                condition=Q(valid_to__isnull=True) & ~Q(id_digest=""),
                name="one_record_per_current_guardian",
                violation_error_message="这位监护人已经登记。",
            ),
            models.CheckConstraint(
                condition=DATES_IN_ORDER,
                name="guardian_dates_in_order",
                violation_error_message="终止日期不能早于起始日期。",
            ),
        ]

    def __str__(self):
        return self.get_relation_display()


class ChildDiagnosis(models.Model):
    """诊断情况 of a child aged 0-17 without a certificate (非持证残疾儿童), as the hospital wrote it."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="diagnosis", verbose_name="儿童")
    suspected_category = models.PositiveSmallIntegerField("疑似残疾类别", choices=Category.choices)
    text = models.CharField("诊断内容", max_length=200)
    diagnosed_on = models.DateField("诊断日期", null=True, blank=True)
    hospital = models.CharField("诊断机构", max_length=100, blank=True)

    objects = PersonScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "儿童诊断"
        ordering = ["person_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(suspected_category__gte=1, suspected_category__lte=7),
                name="suspected_category_one_to_seven",
            ),
        ]

    def __str__(self):
        return f"疑似{self.get_suspected_category_display()}"
