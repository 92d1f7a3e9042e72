"""The people the Federation serves, their certificates and their hardship.

Numbers that identify a person or an account are encrypted; their digests stand beside them for equality and search.
Data classes of 个人信息保护法 art. 28 stand in beneficiaries.personal_data; a test fails when a field is not classed.
"""

from django.db import models
from django.db.models import Q

from beneficiaries.people import PersonQuerySet
from lianyungang_cdpf.accounts.scoping import PersonScopedQuerySet
from lianyungang_cdpf.fields import EncryptedTextField, SealField, digest_field

# Either end may be open.
DATES_IN_ORDER = Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from"))


class Sex(models.TextChoices):
    MALE = "M", "男"
    FEMALE = "F", "女"


class HukouType(models.TextChoices):
    TOWN = "town", "城镇"
    RURAL = "rural", "农村"


class Category(models.IntegerChoices):
    """残疾类别, GB/T 26341-2010."""

    VISUAL = 1, "视力"
    HEARING = 2, "听力"
    SPEECH = 3, "言语"
    PHYSICAL = 4, "肢体"
    INTELLECTUAL = 5, "智力"
    MENTAL = 6, "精神"
    MULTIPLE = 7, "多重"


class Grade(models.IntegerChoices):
    """残疾等级, 1 the most severe; 1 and 2 are 重度."""

    ONE = 1, "一级"
    TWO = 2, "二级"
    THREE = 3, "三级"
    FOUR = 4, "四级"


class CertificateStatus(models.TextChoices):
    VALID = "valid", "有效"
    FROZEN = "frozen", "冻结"
    CANCELLED = "cancelled", "注销"
    EXPIRED = "expired", "过期"
    TRANSFERRED_OUT = "transferred_out", "迁出"


class Hardship(models.TextChoices):
    """家庭困难情况; the values are the words that offices and standards use."""

    NONE = "普通", "普通"
    DIBAO = "低保", "低保"
    DIBAO_MARGINAL = "低保边缘", "低保边缘"
    LOW_INCOME = "低收入", "低收入"
    MULTI_DISABLED = "一户多残", "一户多残"
    ELDER_SUPPORTED = "依老养残", "依老养残"
    TEKUN = "特困", "特困"


class Basis(models.TextChoices):
    """Why somebody is on file: not everybody whom the Federation serves holds a certificate."""

    HOLDER = "holder", "持证残疾人"
    UNCERTIFIED_CHILD = "uncertified_child", "非持证残疾儿童"
    FAMILY_MEMBER = "family_member", "残疾人家庭成员"
    # Cataract and psychiatric patients need no certificate to be aided (targets 12 and 13).
    PATIENT = "patient", "其他受助患者"


class CertificateScopedQuerySet(PersonScopedQuerySet):
    """Records that hang off a certificate."""

    area_path = "certificate__person__area"


# Searched by their beginnings only; PostgreSQL has a class of operators for that.
PREFIXES = ["varchar_pattern_ops"]


class Person(models.Model):
    """One person, one record; the ID number is the key, the certificate number is not (it changes)."""

    # A default of the database too: bulk loads that know only certificate holders need not name it.
    basis = models.CharField(
        "建档类别", max_length=17, choices=Basis.choices, default=Basis.HOLDER, db_default="holder"
    )

    name = models.CharField("姓名", max_length=60)
    name_key = models.CharField(max_length=60, editable=False)
    pinyin = models.CharField(max_length=120, editable=False)
    initials = models.CharField(max_length=40, editable=False)
    id_number = EncryptedTextField("身份证号")
    id_digest = digest_field("身份证号摘要")
    id_tail_digest = digest_field("身份证号后四位摘要")
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, editable=False)
    birth_date = models.DateField("出生日期", editable=False)
    area = models.ForeignKey("accounts.Area", models.PROTECT, verbose_name="所属地区", related_name="people")
    village = models.CharField("村（社区）", max_length=60, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    hukou_type = models.CharField("户口性质", max_length=5, choices=HukouType.choices, blank=True)
    phone = EncryptedTextField("联系电话")
    phone_digest = digest_field("联系电话摘要", blank=True)
    bank_name = models.CharField("开户银行", max_length=60, blank=True)
    account_no = EncryptedTextField("银行账号")
    account_digest = digest_field("银行账号摘要", blank=True)
    # identity.person_seal of name, number, phone and account; `manage.py verify_seals` compares it.
    seal = SealField("封签")
    account_holder = models.CharField("户名", max_length=60, blank=True, help_text="账户不在本人名下时填写。")
    died_on = models.DateField("死亡日期", null=True, blank=True)
    moved_out_on = models.DateField("迁出日期", null=True, blank=True)
    created_at = models.DateTimeField("建档时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "残疾人档案"
        ordering = ["-id"]
        permissions = [
            ("import_register", "导入残疾人档案"),
            ("view_whole_account", "查看完整银行账号"),
            ("merge_person", "合并重复档案"),
            ("transfer_person", "办理跨县区迁移"),
        ]
        # Here and not on the fields: Django would give each a second one for prefixes, and a register of 300,000 would
        # wait for sixteen indexes.
        indexes = [
            models.Index(fields=["name_key"], name="person_name_key"),
            models.Index(fields=["pinyin"], name="person_pinyin", opclasses=PREFIXES),
            models.Index(fields=["initials"], name="person_initials", opclasses=PREFIXES),
            models.Index(fields=["id_tail_digest"], name="person_id_tail"),
            models.Index(fields=["phone_digest"], name="person_phone"),
            models.Index(fields=["account_digest"], name="person_account"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_digest"],
                name="one_record_per_id_number",
                violation_error_message="这个身份证号已有档案。",
            ),
            models.CheckConstraint(condition=~Q(id_digest=""), name="person_has_an_id_number"),
            models.CheckConstraint(condition=~Q(name=""), name="person_has_a_name"),
            models.CheckConstraint(
                condition=Q(died_on__isnull=True) | Q(died_on__gte=models.F("birth_date")),
                name="person_died_after_birth",
                violation_error_message="死亡日期不能早于出生日期。",
            ),
            models.CheckConstraint(
                condition=Q(moved_out_on__isnull=True) | Q(moved_out_on__gte=models.F("birth_date")),
                name="person_moved_out_after_birth",
                violation_error_message="迁出日期不能早于出生日期。",
            ),
        ]

    def __str__(self):
        return self.name


class Certificate(models.Model):
    """残疾人证, dated. Without dates it is in force for all months; its status applies whatever the month."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="certificates", verbose_name="残疾人")
    number = EncryptedTextField("残疾人证号")
    number_digest = digest_field("残疾人证号摘要")
    category = models.PositiveSmallIntegerField("残疾类别", choices=Category.choices)
    grade = models.PositiveSmallIntegerField("残疾等级", choices=Grade.choices)
    status = models.CharField("状态", max_length=16, choices=CertificateStatus.choices, default=CertificateStatus.VALID)
    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_to = models.DateField("失效日期", null=True, blank=True)
    seal = SealField("封签", of=("person_id", "category", "grade"))

    objects = PersonScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "残疾人证"
        ordering = ["person_id", "-valid_from", "-id"]
        indexes = [models.Index(fields=["number_digest"], name="certificate_number")]
        constraints = [
            models.UniqueConstraint(fields=["person", "number_digest"], name="one_record_per_certificate"),
            models.CheckConstraint(
                condition=Q(category__gte=1, category__lte=7), name="certificate_category_one_to_seven"
            ),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=4), name="certificate_grade_one_to_four"),
            models.CheckConstraint(
                condition=DATES_IN_ORDER,
                name="certificate_dates_in_order",
                violation_error_message="失效日期不能早于生效日期。",
            ),
        ]

    def __str__(self):
        return f"{self.get_category_display()}{self.get_grade_display()}"


class DisabilityPart(models.Model):
    """One disability of several (多重残疾明细): the whole's grade is that of the most severe part (facts.md 1).

    That the whole agrees with its parts lies across two tables: the deed that writes them sees to it, and
    check_invariants looks.
    """

    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="parts", verbose_name="残疾人证")
    category = models.PositiveSmallIntegerField("残疾类别", choices=Category.choices[:6])
    grade = models.PositiveSmallIntegerField("残疾等级", choices=Grade.choices)

    objects = CertificateScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "多重残疾明细"
        ordering = ["certificate_id", "category"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "category"], name="one_part_per_category"),
            models.CheckConstraint(condition=Q(category__gte=1, category__lte=6), name="part_category_one_to_six"),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=4), name="part_grade_one_to_four"),
        ]

    def __str__(self):
        return f"{self.get_category_display()}{self.get_grade_display()}"


class HardshipStatus(models.Model):
    """家庭困难情况 with from and to; without dates it holds for all months."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="hardships", verbose_name="残疾人")
    status = models.CharField("困难情况", max_length=10, choices=Hardship.choices)
    valid_from = models.DateField("起始日期", null=True, blank=True)
    valid_to = models.DateField("终止日期", null=True, blank=True)

    objects = PersonScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "困难情况"
        ordering = ["person_id", "-valid_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=DATES_IN_ORDER,
                name="hardship_dates_in_order",
                violation_error_message="终止日期不能早于起始日期。",
            ),
        ]

    def __str__(self):
        return self.get_status_display()
