"""Kinds of service and of device: rows that the city keeps, so that next year's plan needs no developer."""

from django.db import models
from django.db.models import F, Q

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet


class Group(models.TextChoices):
    """Which part of the Federation's work a kind belongs to."""

    REHABILITATION = "rehabilitation", "康复"
    CARE = "care", "托养"
    EDUCATION = "education", "教育"
    EMPLOYMENT = "employment", "就业"
    AID = "aid", "其他救助"


class RecordForm(models.TextChoices):
    """Which record holds a service of the kind. 通用 is for kinds that an administrator adds without a developer."""

    GENERAL = "general", "通用服务记录"
    CHILD_TRAINING = "child_training", "儿童康复训练"
    CATARACT_SURGERY = "cataract_surgery", "白内障手术"
    DEVICE_ISSUE = "device_issue", "辅具发放"
    PSYCHIATRIC_AID = "psychiatric_aid", "精神病人救助"
    HEALTH_CHECK = "health_check", "健康体检"
    HOME_MODIFICATION = "home_modification", "家庭无障碍改造"
    FAMILY_DOCTOR_CONTRACT = "family_doctor_contract", "家庭医生签约"
    REHABILITATION_NEED = "rehabilitation_need", "康复需求调查"
    PRECISION_SERVICE = "precision_service", "精准康复服务"
    RESPITE_PLACEMENT = "respite_placement", "托养服务"
    SCHOOL_ENROLMENT = "school_enrolment", "适龄儿童入学"
    COURSE_ATTENDANCE = "course_attendance", "实名制培训"
    NEW_EMPLOYMENT = "new_employment", "新增就业"
    SUPPORTED_EMPLOYMENT = "supported_employment", "辅助性就业"


class Need(models.TextChoices):
    """What basic rehabilitation somebody needs, and what kinds of service give (facts.md 3, the service catalogue)."""

    SURGERY = "surgery", "手术"
    MEDICATION = "medication", "药物"
    TRAINING = "training", "功能训练"
    DEVICE = "device", "辅具"
    SUPPORT = "support", "护理和支持性服务"


class Proof(models.TextChoices):
    """What a person must have on file to be served."""

    NONE = "none", "不要求"
    CERTIFICATE = "certificate", "有效的残疾人证"
    CERTIFICATE_OR_DIAGNOSIS = "certificate_or_diagnosis", "有效的残疾人证，或儿童诊断"


class ServiceKind(models.Model):
    """A kind of service as the plan names it: 托养, 康复训练, 辅具 ... with who may be served.

    A kind without a record form is one that no records are kept of yet.
    """

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    unit = models.CharField("计量单位", max_length=8)
    group = models.CharField("工作分组", max_length=14, choices=Group.choices, default=Group.AID)
    record_form = models.CharField(
        "登记方式", max_length=24, choices=RecordForm.choices, blank=True, default=RecordForm.GENERAL,
        help_text="新增的种类选“通用服务记录”即可登记和导入。",
    )  # fmt: skip
    words = models.JSONField("简称", default=list, blank=True)
    min_age = models.PositiveSmallIntegerField("最小年龄", null=True, blank=True, help_text="服务当日的周岁。")
    max_age = models.PositiveSmallIntegerField("最大年龄", null=True, blank=True, help_text="服务当日的周岁，含。")
    proof = models.CharField("证明要求", max_length=24, choices=Proof.choices, default=Proof.NONE)
    # Numbers of 残疾类别; empty for all.
    categories = models.JSONField("限残疾类别", default=list, blank=True)
    # Of these categories only grades 1 and 2: 重度肢体 of supported employment.
    severe_categories = models.JSONField("须为重度的残疾类别", default=list, blank=True)
    # From this age on only these categories: 7—14 岁 of child training are limb and autism (苏政发〔2018〕129号).
    older_from = models.PositiveSmallIntegerField(
        "较大年龄起点", null=True, blank=True, help_text="满这个周岁起，只限下面勾选的残疾类别。"
    )
    older_categories = models.JSONField("较大年龄限残疾类别", default=list, blank=True)
    max_grade = models.PositiveSmallIntegerField(
        "限残疾等级", null=True, blank=True, choices=[(2, "一级、二级（重度）"), (3, "一级至三级")]
    )
    asks_hardship = models.BooleanField("限困难家庭", default=False)
    meets_need = models.CharField(
        "满足的康复需求", max_length=10, choices=Need.choices, blank=True,
        help_text="填写的，这类服务也算一次精准康复服务。",
    )  # fmt: skip
    is_per_household = models.BooleanField(
        "记录到户", default=False, help_text="按户统计的种类勾选：服务对象须已登记家庭户。"
    )
    counting_rule = models.TextField("统计口径", blank=True)
    evidence = models.CharField("佐证材料", max_length=200, blank=True)
    lead_department = models.CharField("牵头部门", max_length=60, blank=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务种类"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(min_age__isnull=True) | Q(max_age__isnull=True) | Q(max_age__gte=F("min_age")),
                name="service_kind_ages_in_order",
                violation_error_message="最大年龄不能小于最小年龄。",
            ),
        ]

    def __str__(self):
        return self.name


class DeviceType(models.Model):
    """A line of the catalogue of assistive devices (辅具目录): its own name and how rolls write it."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=40, unique=True)
    unit = models.CharField("计量单位", max_length=8, default="件")
    words = models.JSONField("其他叫法", default=list, blank=True)
    is_offered = models.BooleanField("在目录中", default=True, help_text="不再发放的去掉勾选，已有记录不变。")

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "辅具目录"
        ordering = ["code"]

    def __str__(self):
        return self.name
