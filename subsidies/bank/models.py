"""Layouts of banks' files, the files made of a roll, their lines, and the returns that the bank sent."""

from django.db import models
from django.db.models import Q

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet
from lianyungang_cdpf.fields import EncryptedTextField, SealField, digest_field
from lianyungang_cdpf.intake.attached import HAS_ITS_FILE, REMOVED_WITH_A_REASON, AttachedFile
from lianyungang_cdpf.purposes import Uses
from subsidies.bank.columns import validate_returned, validate_sent
from subsidies.payments import OfBankFileQuerySet, OfRollQuerySet
from subsidies.purposes import BANK, EXPLAIN


class Form(models.TextChoices):
    """What kind of file a layout makes."""

    TEXT = "text", "文本文件"
    XLSX = "xlsx", "Excel 工作簿"


class Delimiter(models.TextChoices):
    """What stands between two columns of a text file."""

    NONE = "", "（工作簿不用）"
    CARET = "^", "^（一卡通）"
    BAR = "|", "|"
    COMMA = ",", ",（逗号）"
    TAB = "\t", "制表符"


class Encoding(models.TextChoices):
    """Encodings of text files that banks here ask for."""

    GB18030 = "gb18030", "GB18030（国标）"
    UTF8 = "utf-8", "UTF-8"
    UTF8_MARKED = "utf-8-sig", "UTF-8（带标记）"


class BankLayout(models.Model):
    """A layout in which a bank, the national system or a finance office takes a roll, and in which a bank answers."""

    class Purpose(models.TextChoices):
        PAYMENT = "payment", "银行报盘（可导入回盘）"
        EXPORT = "export", "只供下载上报"

    code = models.SlugField("代码", max_length=30, unique=True)
    name = models.CharField("格式名称", max_length=60)
    purpose = models.CharField("用途", max_length=7, choices=Purpose.choices)
    form = models.CharField("文件形式", max_length=4, choices=Form.choices)
    delimiter = models.CharField("分隔符", max_length=1, blank=True, choices=Delimiter.choices)
    encoding = models.CharField("编码", max_length=9, choices=Encoding.choices, default=Encoding.GB18030)
    has_heading = models.BooleanField("首行是表头", default=True)
    columns = models.JSONField("报盘各列", default=list, validators=[validate_sent])
    return_has_heading = models.BooleanField("回盘首行是表头", default=True)
    # Without a heading row these are the columns in their order; with one, several headings may name one field.
    return_columns = models.JSONField("回盘各列", default=list, blank=True, validators=[validate_returned])
    # Results that mean 已付; any other word in the column means that the money came back.
    paid_words = models.JSONField("表示已付的结果", default=list, blank=True)
    source = models.CharField("依据", max_length=200, blank=True, help_text="格式取自哪里，是否经银行或部门核实。")
    active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    objects = CityWideQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报盘格式"
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(form="xlsx", delimiter="") | Q(form="text") & ~Q(delimiter=""),
                name="bank_layout_text_has_a_delimiter",
                violation_error_message="文本文件要选分隔符，工作簿不用选。",
            ),
            models.CheckConstraint(
                condition=~Q(columns=[]), name="bank_layout_has_columns", violation_error_message="请列出报盘各列。"
            ),
            models.CheckConstraint(
                condition=Q(purpose="export") | ~Q(return_columns=[]) & ~Q(paid_words=[]),
                name="bank_layout_of_payment_reads_returns",
                violation_error_message="银行报盘格式要列出回盘各列和表示已付的结果。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_for_payment(self) -> bool:
        """Whether the bank pays by it."""
        return self.purpose == self.Purpose.PAYMENT

    @property
    def fields(self) -> list[str]:
        """What its columns hold, in their order."""
        return [column["field"] for column in self.columns]

    @property
    def extension(self) -> str:
        """How names of its files end."""
        return ".xlsx" if self.form == Form.XLSX else ".txt"


class BankFile(AttachedFile):
    """报盘文件: made of a roll for the bank, kept sealed as it was sent. Withdrawn before the bank saw it = removed."""

    NOUN = "报盘文件"

    roll = models.ForeignKey("subsidies.Roll", models.PROTECT, related_name="bank_files", verbose_name="花名册")
    layout = models.ForeignKey(BankLayout, models.PROTECT, related_name="+", verbose_name="格式")
    number = models.PositiveSmallIntegerField("文件序号")
    line_count = models.PositiveIntegerField("笔数")
    total = models.DecimalField("合计金额（元）", max_digits=14, decimal_places=2)

    objects = OfRollQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报盘文件"
        ordering = ["roll", "number"]
        permissions = [("make_bank_file", "生成报盘文件、导入回盘、重发退回款")]
        constraints = [
            models.UniqueConstraint(fields=["roll", "number"], name="bank_file_number_once_a_roll"),
            models.CheckConstraint(condition=Q(line_count__gt=0, total__gt=0), name="bank_file_holds_money"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=False) | HAS_ITS_FILE,
                name="bank_file_knows_its_file",
                violation_error_message="报盘文件不完整，请重新生成。",
            ),
            models.CheckConstraint(
                condition=REMOVED_WITH_A_REASON,
                name="bank_file_is_withdrawn_with_a_reason",
                violation_error_message="作废报盘文件要写明原因。",
            ),
        ]

    def __str__(self):
        return f"{self.roll.reference} 第 {self.number} 个报盘文件"

    @property
    def owner(self):
        """The roll, on which the audit lines stand."""
        return self.roll

    @property
    def money(self) -> str:
        """The sum as people read it, in yuan."""
        return f"{self.total:,.2f}"

    @property
    def file_name(self) -> str:
        """A name of ours: nothing that somebody typed reaches a header."""
        return f"bank-{self.roll_id}-{self.number}{self.layout.extension}"


class BankLine(models.Model):
    """One payment as it was sent to the bank, and what became of it. History: never deleted."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "未回盘"
        PAID = "paid", "已付"
        RETURNED = "returned", "退回"
        WITHDRAWN = "withdrawn", "已作废"

    file = models.ForeignKey(BankFile, models.PROTECT, related_name="lines", verbose_name="报盘文件")
    payment = models.ForeignKey("subsidies.Payment", models.PROTECT, related_name="bank_lines", verbose_name="补贴发放")
    number = models.PositiveIntegerField("序号")
    amount = models.DecimalField("金额（元）", max_digits=10, decimal_places=2)
    account_no = EncryptedTextField("报送的银行账号")
    account_digest = digest_field("报送的银行账号摘要")
    holder = models.CharField("报送的户名", max_length=60)
    outcome = models.CharField("结果", max_length=9, choices=Outcome.choices, default=Outcome.WAITING)
    outcome_on = models.DateField("结果日期", null=True, blank=True)
    reason = models.CharField("退回原因", max_length=100, blank=True)
    seal = SealField("封签", of=("file_id", "payment_id"))

    objects = OfBankFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报盘明细"
        ordering = ["file", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_line_amount_positive"),
            models.CheckConstraint(condition=~Q(account_digest=""), name="bank_line_has_an_account"),
            models.UniqueConstraint(fields=["file", "number"], name="bank_line_number_once_a_file"),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(outcome__in=["waiting", "paid"]),
                name="one_waiting_or_paid_line_per_payment",
                violation_error_message="这笔发放已在报盘文件中，尚未退回。",
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", outcome_on__isnull=True, reason="")
                | Q(outcome="paid", outcome_on__isnull=False, reason="")
                | Q(outcome__in=["returned", "withdrawn"], outcome_on__isnull=False) & ~Q(reason=""),
                name="bank_line_outcome_has_day_and_reason",
                violation_error_message="已付的要有日期，退回的要有日期和原因。",
            ),
        ]

    def __str__(self):
        return f"第 {self.number} 笔 {self.amount} 元 {self.get_outcome_display()}"


class BankReturn(AttachedFile):
    """回盘文件: what the bank sent back for a file, kept sealed; read again for the preview, applied once."""

    NOUN = "回盘文件"

    file = models.ForeignKey(BankFile, models.PROTECT, related_name="returns", verbose_name="报盘文件")
    name = models.CharField("文件名", max_length=220)
    # The bank's day for rows that name none.
    day = models.DateField("银行处理日期")
    applied_at = models.DateTimeField("记入时间", null=True, blank=True)
    applied_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记入人"
    )
    paid_count = models.PositiveIntegerField("记入已付笔数", default=0)
    returned_count = models.PositiveIntegerField("记入退回笔数", default=0)

    objects = OfBankFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回盘文件"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=HAS_ITS_FILE & Q(removed_at__isnull=True),
                name="bank_return_knows_its_file",
                violation_error_message="回盘文件不完整，请重新上传。",
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True, applied_by__isnull=True, paid_count=0, returned_count=0)
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="bank_return_applied_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["file", "sha256"],
                name="bank_return_once_a_file",
                violation_error_message="这个回盘文件已经上传过。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def owner(self):
        """The roll, on which the audit lines stand."""
        return self.file.roll


PERSONAL_DATA = {
    BankFile: {
        "id": "record", "roll": "record", "layout": "record", "number": "record", "line_count": "record",
        "total": "record", "stored_name": "record", "media_type": "record", "size": "record", "sha256": "record",
        "added_by": "record", "added_at": "record", "removed_at": "record", "removed_by": "record",
        "removed_why": "personal",
    },
    BankLine: {
        "id": "record", "file": "record", "payment": "record", "number": "record", "amount": "sensitive",
        "account_no": "secret", "account_digest": "derived", "seal": "derived", "holder": "personal",
        "outcome": "sensitive",
        "outcome_on": "sensitive", "reason": "sensitive",
    },
    BankReturn: {
        "id": "record", "file": "record", "name": "personal", "day": "record", "applied_at": "record",
        "applied_by": "record", "paid_count": "record", "returned_count": "record", "stored_name": "record",
        "media_type": "record", "size": "record", "sha256": "record", "added_by": "record", "added_at": "record",
        "removed_at": "record", "removed_by": "record", "removed_why": "personal",
    },
}  # fmt: skip

USES = {
    BankFile: Uses("bank_files", {EXPLAIN: "removed_why"}),
    BankLine: Uses("bank_files", {BANK: "amount account_no holder outcome outcome_on reason"}),
    BankReturn: Uses("bank_files", {BANK: "name", EXPLAIN: "removed_why"}),
}
