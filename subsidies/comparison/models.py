"""What comparing finds (比对问题), and the lists of other offices that payments are compared with (比对名单)."""

from django.db import models
from django.db.models import F, Q

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.scoping import CityWideQuerySet
from lianyungang_cdpf.fields import EncryptedTextField, SealField, digest_field
from lianyungang_cdpf.intake.models import A_REASON
from lianyungang_cdpf.purposes import Uses
from subsidies.comparison.scoping import CaseQuerySet, EntryQuerySet, ListQuerySet
from subsidies.models.programmes import Programme
from subsidies.purposes import COMPARE


class Effect(models.TextChoices):
    """What being on a list does to the two allowances (facts.md 2.1, interaction rules)."""

    BLOCK_LIVING = "block_living", "不享受生活补贴"
    BLOCK_NURSING = "block_nursing", "不享受护理补贴"
    BOTH = "both", "两项补贴都不享受"
    WARN = "warn", "只提醒核对"


class CaseKind(models.TextChoices):
    """What was found."""

    ON_LIST = "on_list", "在比对名单上"
    NAME_ON_LIST = "name_on_list", "与名单上的人同名同生日"
    SHARED_ACCOUNT = "shared_account", "多人共用一个账户"
    OTHER_HOLDER = "other_holder", "户名不是本人或家人"
    TWO_COUNTIES = "two_counties", "同月在两个县区领取"
    DEAD = "dead", "死亡后仍在发放"
    MOVED_OUT = "moved_out", "迁出后仍在发放"
    CERT_EXPIRED = "cert_expired", "残疾人证已过期"
    CERT_EXPIRING = "cert_expiring", "残疾人证即将过期"
    REGRADED = "regraded", "换证后类别等级不符合标准"
    AGE_REACHED = "age_reached", "当月满 18、60 或 80 周岁"
    AGED_110 = "aged_110", "年满 110 周岁仍在发放"


# What only asks somebody to look: no money is known to have been paid wrongly.
ASKING = (
    CaseKind.NAME_ON_LIST, CaseKind.SHARED_ACCOUNT, CaseKind.OTHER_HOLDER, CaseKind.CERT_EXPIRING,
    CaseKind.AGE_REACHED, CaseKind.AGED_110,
)  # fmt: skip


class ListType(models.Model):
    """A sort of list that other offices send: what it does to payments, and from when on.

    A person is not due from `months_after` months after the month of the event on (city rule, unverified: one, facts
    2.3), so that is from when payments are wrong. Shipped in fixtures/list-types.json; the city edits them.
    """

    code = models.SlugField("代码", max_length=30, unique=True)
    name = models.CharField("名单种类", max_length=30, unique=True)
    effect = models.CharField("影响", max_length=13, choices=Effect.choices)
    since_headings = models.CharField(
        "起始日期的列名", max_length=200, help_text="各种写法用空格隔开，如：死亡日期 死亡时间。"
    )
    words = models.CharField("标题用语", max_length=200, blank=True, help_text="文件标题中的说法，用空格隔开。")
    months_after = models.PositiveSmallIntegerField(
        "停发起始", default=1, help_text="事由发生后第几个月起不应发放：1 表示次月起，0 表示当月起。"
    )
    position = models.PositiveSmallIntegerField("排序", default=0)
    active = models.BooleanField("启用", default=True)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "比对名单种类"
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(since_headings=""),
                name="list_type_says_which_date_counts",
                violation_error_message="请填写起始日期的列名。",
            ),
        ]

    def __str__(self):
        return self.name


class ComparisonList(models.Model):
    """一份比对名单: as it was imported, for a month. Its file stays in the archive of imports."""

    list_type = models.ForeignKey(ListType, models.PROTECT, related_name="lists", verbose_name="名单种类")
    month = models.DateField("月份")
    # The place of who imported it; for a zone that spans counties the city's node, with the zone beside it.
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="导入单位")
    zone = models.ForeignKey("accounts.Zone", models.PROTECT, null=True, blank=True, verbose_name="功能板块")
    job = models.ForeignKey("intake.ImportJob", models.PROTECT, null=True, blank=True, verbose_name="导入批次")
    entry_count = models.PositiveIntegerField("人数", default=0)
    posted_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", verbose_name="入账人")
    posted_at = models.DateTimeField("入账时间", auto_now_add=True)

    objects = ListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "比对名单"
        ordering = ["-month", "-id"]

    def __str__(self):
        return f"{self.list_type} {self.month:%Y-%m}"


class ComparisonEntry(models.Model):
    """One line of a list. People are found by the digest of their number, never by the number."""

    listed_in = models.ForeignKey(ComparisonList, models.CASCADE, related_name="entries", verbose_name="名单")
    sheet = models.CharField("工作表", max_length=64, blank=True)
    row = models.PositiveIntegerField("行号")
    name = models.CharField("姓名", max_length=60)
    name_key = models.CharField(max_length=60, editable=False)
    id_number = EncryptedTextField("身份证号")
    id_digest = digest_field("身份证号摘要", blank=True)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    # Without a day: on the list in the list's month, and not due from that month on.
    since = models.DateField("起始日期", null=True, blank=True)
    until = models.DateField("终止日期", null=True, blank=True)
    place = models.CharField("地区", max_length=100, blank=True)
    seal = SealField("封签", of=("listed_in_id", "row", "name"))

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "比对名单人员"
        ordering = ["listed_in", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(id_digest="") | Q(birth_date__isnull=False),
                name="list_entry_can_be_matched",
                violation_error_message="名单上的人要有身份证号，或者出生日期。",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="list_entry_dates_in_order",
                violation_error_message="终止日期不能早于起始日期。",
            ),
        ]

    def __str__(self):
        return self.name


class ComparisonCase(models.Model):
    """比对问题: one finding about a person, open until somebody settles it.

    months, wrong_amount  what was paid wrongly so far, in months and yuan; a later run brings them up to date
    facts                 digest of what the finding rests on: what was settled is not found again for the same facts
    """

    class Outcome(models.TextChoices):
        OPEN = "open", "待处理"
        STOP = "stop", "停发"
        RECOVER = "recover", "停发并追缴"
        NOT_SAME_PERSON = "not_same_person", "不是同一人"
        WITHIN_RULES = "within_rules", "符合规定"

    kind = models.CharField("问题", max_length=14, choices=CaseKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="comparison_cases", verbose_name="残疾人")
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="补贴项目"
    )
    # Where the person lived when paid last, as that payment has it.
    area = models.ForeignKey("accounts.Area", models.PROTECT, related_name="+", verbose_name="所属地区")
    list_type = models.ForeignKey(
        ListType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="名单种类"
    )
    source = models.ForeignKey(
        ComparisonList, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="比对名单"
    )
    since = models.DateField("起始日期", null=True, blank=True)
    first_month = models.DateField("涉及的第一个月", null=True, blank=True)
    last_month = models.DateField("涉及的最后一个月", null=True, blank=True)
    months = models.PositiveSmallIntegerField("错发月数", default=0)
    wrong_amount = models.DecimalField("错发金额（元）", max_digits=12, decimal_places=2, default=0)
    finding = models.CharField("发现的情况", max_length=200)
    facts = digest_field("依据摘要")
    found_on = models.DateField("发现日期")
    seen_on = models.DateField("最近一次发现")
    owner = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人"
    )
    due_on = models.DateField("处理期限")
    outcome = models.CharField("处理结果", max_length=15, choices=Outcome.choices, default=Outcome.OPEN)
    reason = models.CharField("处理理由", max_length=300, blank=True)
    settled_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人"
    )
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "比对问题"
        ordering = ["due_on", "id"]
        permissions = [
            ("compare_rolls", "导入比对名单，运行数据比对，指定责任人"),
            ("settle_case", "处理比对问题"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "person", "programme", "list_type"],
                condition=Q(outcome="open", list_type__isnull=False),
                name="one_open_case_per_person_and_list",
                violation_error_message="此人已有同一种名单的待处理问题。",
            ),
            models.UniqueConstraint(
                fields=["kind", "person", "programme"],
                condition=Q(outcome="open", list_type__isnull=True, programme__isnull=False),
                name="one_open_case_per_person_and_programme",
                violation_error_message="此人在这个补贴项目上已有同样的待处理问题。",
            ),
            models.UniqueConstraint(
                fields=["kind", "person"],
                condition=Q(outcome="open", list_type__isnull=True, programme__isnull=True),
                name="one_open_case_per_person",
                violation_error_message="此人已有同样的待处理问题。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["on_list", "name_on_list"], list_type__isnull=False, programme__isnull=False)
                | ~Q(kind__in=["on_list", "name_on_list"]) & Q(list_type__isnull=True, source__isnull=True),
                name="case_of_a_list_names_it",
                violation_error_message="名单上的问题要写明名单种类和补贴项目，其他问题没有名单。",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", reason="", settled_by__isnull=True, settled_at__isnull=True)
                | ~Q(outcome="open") & Q(reason__regex=r"\S", settled_by__isnull=False, settled_at__isnull=False),
                name="settled_case_has_its_reason_and_who",
                violation_error_message="处理结果要有理由、处理人和时间。",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["not_same_person", "within_rules"]) | Q(reason__regex=A_REASON),
                name="case_dropped_with_a_written_reason",
                violation_error_message="请写明理由，至少五个字。",
            ),
            models.CheckConstraint(
                condition=Q(months=0, wrong_amount=0)
                | Q(months__gt=0, wrong_amount__gt=0, last_month__isnull=False)
                & ~Q(kind__in=[kind.value for kind in ASKING]),
                name="case_has_months_and_money_or_neither",
                violation_error_message="错发月数和金额要么都有，要么都没有；提醒类问题没有错发金额。",
            ),
            models.CheckConstraint(
                condition=Q(first_month__isnull=True, last_month__isnull=True)
                | Q(first_month__isnull=False, last_month__gte=F("first_month")),
                name="case_months_in_order",
                violation_error_message="涉及的月份先后不对。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("found_on")),
                name="case_due_after_it_was_found",
                violation_error_message="处理期限不能早于发现日期。",
            ),
        ]
        indexes = [
            models.Index(fields=["outcome", "due_on"], name="case_by_outcome"),
        ]

    def __str__(self):
        return self.get_kind_display()

    @property
    def money(self) -> str:
        """What was paid wrongly as people read it, in yuan."""
        return f"{self.wrong_amount:,.2f}"

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN


PERSONAL_DATA = {
    ComparisonEntry: {
        "id": "record", "listed_in": "sensitive", "sheet": "record", "row": "record", "name": "personal",
        "name_key": "derived", "id_number": "secret", "id_digest": "derived", "seal": "derived",
        "birth_date": "personal",
        "since": "sensitive", "until": "sensitive", "place": "personal",
    },
    ComparisonCase: {
        "id": "record", "kind": "sensitive", "person": "record", "programme": "sensitive", "area": "personal",
        "list_type": "sensitive", "source": "record", "since": "sensitive", "first_month": "record",
        "last_month": "record", "months": "sensitive", "wrong_amount": "sensitive", "finding": "sensitive",
        "facts": "derived", "found_on": "record", "seen_on": "record", "owner": "record", "due_on": "record",
        "outcome": "sensitive", "reason": "sensitive", "settled_by": "record", "settled_at": "record",
    },
}  # fmt: skip

USES = {
    ComparisonEntry: Uses("list_entries", {COMPARE: "listed_in name id_number birth_date since until place"}),
    ComparisonCase: Uses("cases", {
        COMPARE: "kind programme area list_type since months wrong_amount finding outcome reason",
    }),
}  # fmt: skip
