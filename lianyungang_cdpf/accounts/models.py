"""Areas of the city and the staff who work for them."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group, GroupManager, UserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from lianyungang_cdpf.accounts.duties.models import RoleChange
from lianyungang_cdpf.accounts.factor.models import RecoveryCode, TotpDevice
from lianyungang_cdpf.accounts.scoping import AreaQuerySet, CityWideQuerySet, StaffQuerySet, ZoneQuerySet
from lianyungang_cdpf.accounts.signin.models import PasswordHistory
from lianyungang_cdpf.fields import digest_field

__all__ = [
    "ApiToken", "Area", "Level", "PasswordHistory", "RecoveryCode", "Role", "RoleChange", "Staff", "TotpDevice", "Zone",
]  # fmt: skip


class Zone(models.Model):
    """功能板块: reports like a county, made of towns that statutorily belong to counties."""

    key = models.SlugField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=20)
    position = models.PositiveSmallIntegerField("排序", default=0)

    objects = ZoneQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "功能板块"
        ordering = ["position", "key"]

    def __str__(self):
        return self.short_name


class Level(models.TextChoices):
    CITY = "city", "市"
    COUNTY = "county", "县区"
    TOWN = "town", "乡镇街道"
    VILLAGE = "village", "村（社区）"


class Area(models.Model):
    """A node of the statistics bureau's tree (NBS 2020). `path` holds the codes from the city down, "/" after each."""

    code = models.CharField("地区代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    common_name = models.CharField("通用名", max_length=60)
    level = models.CharField("层级", max_length=8, choices=Level.choices)
    kind = models.CharField("类型", max_length=20)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    path = models.CharField("路径", max_length=60, unique=True)
    is_virtual = models.BooleanField("虚拟社区", default=False)
    statutory_county = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="法定县区"
    )
    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, related_name="areas", verbose_name="功能板块",
        help_text="乡镇街道的第二属性；其下的村（社区）随乡镇。",
    )  # fmt: skip
    # The row of the board that the area counts under: its zone's key, else its county's code; empty for the city.
    unit_key = models.CharField("统计单位", max_length=32, blank=True, editable=False, db_index=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地区"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(path__endswith="/"), name="area_path_ends_with_slash"),
            models.CheckConstraint(condition=~Q(path="") & ~Q(path="/"), name="area_path_not_empty"),
            models.CheckConstraint(
                condition=Q(level=Level.CITY, parent__isnull=True) | ~Q(level=Level.CITY) & Q(parent__isnull=False),
                name="area_only_the_city_has_no_parent",
            ),
        ]
        # text_pattern_ops lets PostgreSQL use the index for a prefix whatever the collation; SQLite ignores it.
        indexes = [models.Index(fields=["path"], name="area_path_prefix", opclasses=["varchar_pattern_ops"])]

    def __str__(self):
        return self.__dict__.get("line") or self.common_name

    @property
    def county_code(self) -> str:
        """Code of the county-level area on the path; the city's own code for the city."""
        codes = self.path.rstrip("/").split("/")
        return codes[1] if len(codes) > 1 else codes[0]


class RoleManager(GroupManager.from_queryset(CityWideQuerySet)):
    """Roles are known to everybody; giving one is a permission."""


class Role(Group):
    """A named set of permissions; the fixture roles.json says which deeds each role may do."""

    code = models.SlugField("角色代码", max_length=32, unique=True)
    position = models.PositiveSmallIntegerField("排序", default=0)
    # Which levels of area fit the role, as a comma list of city, county, town (a zone counts as county).
    levels = models.CharField("适用层级", max_length=40)
    # Of the roles that carry the same word here no person holds two, not even by two accounts.
    apart = models.SlugField("不相容岗位", max_length=20, null=True, blank=True)  # noqa: DJ001 - as employee_no

    objects = RoleManager()

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        ordering = ["position"]

    def fits(self, *, area: Area | None, zone: Zone | None) -> bool:
        """Whether staff of this place may hold the role."""
        level = "county" if zone else area.level if area else ""
        return level in self.levels.split(",")


class StaffManager(UserManager.from_queryset(StaffQuerySet)):
    """Accounts; seen by those who hold the permission (the administrators of accounts and of roles)."""

    def create_superuser(self, *args, **kwargs):
        """As Django's. Raises ValidationError where nobody may stand above the roles (production)."""
        if not settings.SUPERUSERS_ALLOWED:
            raise ValidationError("生产环境不设超级管理员：请用 create_staff 建立系统管理员和安全管理员。")
        return super().create_superuser(*args, **kwargs)


class Staff(AbstractUser):
    """An account: exactly one area or one zone, and a role, which two people give (duties/).

    employee_no says whose it is: accounts of the same 工号 are one person's. There is no superuser in production.
    """

    username = models.CharField(
        "用户名",
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+$", "用户名只能用文字、数字和 @ . + - _。")],
        error_messages={"unique": "已有同名用户。"},
    )
    first_name = None
    last_name = None
    name = models.CharField("姓名", max_length=60, blank=True)
    # Null: SQLite would make the table anew for any other column, and triggers of other tables name it.
    employee_no = models.CharField("工号", max_length=32, null=True, blank=True, db_index=True)  # noqa: DJ001
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name="所属地区")
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, blank=True, verbose_name="所属功能板块")
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, verbose_name="角色", related_name="staff")
    # Signing in (accounts/signin): written by its deeds, read with the account at every request. All may be null: on
    # SQLite any other column would remake the table, which triggers of other tables name.
    # When somebody else set the password; null once the account's owner has changed it.
    password_given_at = models.DateTimeField("由他人设置密码的时间", null=True, editable=False)
    password_set_at = models.DateTimeField("密码设置时间", null=True, editable=False)
    # An account enabled again counts as unused from then on.
    enabled_at = models.DateTimeField("重新启用时间", null=True, editable=False)
    # Names the latest sign-in, whose session is the only one where ONE_SESSION is set.
    sign_in_mark = models.UUIDField("登录标记", null=True, editable=False)
    last_address = models.GenericIPAddressField("上次登录地址", null=True, editable=False)
    # Null, and unique by a partial index: SQLite would make the whole table anew for either of the usual two.
    identity = models.CharField(  # noqa: DJ001
        "统一身份标识", max_length=120, null=True, blank=True,
        help_text="政务统一身份认证系统中的账号或工号；不用统一身份认证登录的留空。",
    )  # fmt: skip

    objects = StaffManager()

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = "工作人员"
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, zone__isnull=True) | Q(area__isnull=True, zone__isnull=False),
                name="staff_has_exactly_one_area_or_zone",
                violation_error_message="请在“所属地区”和“所属功能板块”中恰好选一个。",
            ),
            models.UniqueConstraint(
                fields=["identity"],
                condition=Q(identity__isnull=False),
                name="staff_identity_is_one_accounts",
                violation_error_message="这个统一身份标识已登记在另一个账号上。",
            ),
        ]

    def __str__(self):
        return self.name or self.username

    def set_password(self, raw_password):
        """As Django's, and from when the password is."""
        super().set_password(raw_password)
        self.password_set_at = timezone.now()

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def is_barred(self) -> bool:
        """Whether the account stands above the roles where nobody may."""
        return self.is_superuser and not settings.SUPERUSERS_ALLOWED

    @property
    def may_sign_in(self) -> bool:
        """Whether the account is in force and holds a role: asked alike of passwords, the identity service, tokens.

        An expired or unused account is one that was disabled (signin/idle.py).
        """
        return self.is_active and self.is_staff and self.role_id is not None and not self.is_barred

    def has_perm(self, perm, obj=None):
        """As Django's; nothing for an account above the roles where nobody may be one."""
        return not self.is_barred and super().has_perm(perm, obj)

    def has_module_perms(self, app_label):
        """As Django's; nothing for an account above the roles where nobody may be one."""
        return not self.is_barred and super().has_module_perms(app_label)

    @property
    def is_city_wide(self) -> bool:
        """Whether the staff member works for the whole city."""
        return bool(self.area_id) and self.area.level == Level.CITY

    @property
    def own_unit(self) -> str:
        """The county-level unit (a county's code or a zone's key) that is theirs; empty for staff of the city."""
        if self.zone_id:
            return self.zone.key
        return "" if self.is_city_wide else self.area.county_code

    @property
    def place_name(self) -> str:
        """The name of the staff member's area or zone."""
        return str(self.area or self.zone)


class ApiTokenQuerySet(models.QuerySet):
    """Tokens are seen with the account they are for."""

    def visible_to(self, staff):
        """Tokens of the accounts that the staff member sees."""
        return self.filter(staff__in=Staff.objects.visible_to(staff))

    def choosable_by(self, staff):
        """What a form or a filter may offer: what the staff member sees."""
        return self.visible_to(staff)

    def in_force(self, moment):
        """Tokens neither revoked nor expired; they open the API as long as their account may sign in."""
        alive = self.filter(revoked_at=None, expires_at__gt=moment)
        return alive.select_related("staff__area", "staff__zone", "staff__role")


class ApiToken(models.Model):
    """接口令牌: lets a program ask the API in an account's name. Of the token itself only a digest is kept."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="api_tokens", verbose_name="账号")
    name = models.CharField("用途", max_length=60)
    digest = digest_field("令牌摘要", unique=True)
    created_at = models.DateTimeField("签发时间", auto_now_add=True)
    expires_at = models.DateTimeField("失效时间")
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="api_token_says_what_it_is_for",
                violation_error_message="请写明令牌的用途。",
            ),
            models.CheckConstraint(condition=~Q(digest=""), name="api_token_has_its_digest"),
        ]

    def __str__(self):
        return self.name
