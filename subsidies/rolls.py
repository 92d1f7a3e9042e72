"""The files from which payments come: a programme's monthly roll and the history of what was paid before."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from beneficiaries.headings import CERTIFICATE, COUNTY, ID_NUMBER, TOWN, VILLAGE
from beneficiaries.obstacles import people_in_the_way
from lianyungang_cdpf.intake.kinds import Context, Kind, Outcome, register_limits, roll_limits
from lianyungang_cdpf.intake.tables import (
    BankAccount,
    Category,
    CertificateNumber,
    Column,
    DataRow,
    Date,
    Grade,
    HouseholdStatus,
    IdNumber,
    Money,
    Month,
    NamedMonths,
    PaidMonths,
    PersonName,
    Roll,
    Text,
    Whole,
    Year,
)
from lianyungang_cdpf.intake.undoing import UndoRefused
from subsidies import history
from subsidies.actions import RollStands, undo_roll
from subsidies.judging import PERSON_FOUND, RollJudge
from subsidies.models import Programme
from subsidies.posting import keep_acceptances, open_roll, post_payments


class SubsidyRoll(Roll):
    """补贴发放花名册: whom a county pays for one month (facts.md 4.2; aliases: header_aliases.csv).

    Places, category and grade are read too: known headings tell a header from a title, and the register is what counts.
    """

    name = Column(
        PersonName(),
        "姓名 残疾人姓名 本人姓名 享受人员姓名 村民姓名 学生姓名 儿童姓名",
        whole="残疾人 名字 受益人 补贴对象 发放对象 申请人姓名 申请人 收款人姓名 领取人姓名",
        never="银行 账户 一卡通 存折 卡 收款 开户 领款 拼音",
        prefer=("", "申请人 收款人 领取人 发放对象 补贴对象 受益人"),
        required=True,
        key=True,
    )
    id_number = Column(
        IdNumber(),
        ID_NUMBER,
        whole="身份证号/出生年月 个人标识",
        never="住址 地址 有效 类型 银行 账户 开户 一卡通 残疾证 残疾人证",
        required=True,
        key=True,
        instead=("certificate_no", CertificateNumber(as_id=True)),
    )
    certificate_no = Column(CertificateNumber(), CERTIFICATE, whole="证号", never="日期 有效 状态")
    amount = Column(
        Money(),
        "补贴金额 发放金额 实发金额 实际发放金额 金额 补助金额 补贴额 发放额 实发额 应发金额",
        "补贴资金 补助资金 发放资金 发放数额 补贴款",
        whole="""
            实发 实发数 应发 应发数 发放数 实发合计 补贴 生活补贴 护理补贴 困难残疾人生活补贴 重度残疾人护理补贴
            两项补贴 困难补贴 重残补贴
            本月补贴 本月实发 合计 小计 总计 金额合计 合计金额 补贴金额合计 发放金额合计
            异动金额
        """,
        never="标准 上月 上期 累计 补发 扣 退 大写 单价 追回 停发 起",
        prefer=(
            "实发 实际发放 实际 实领 实付 实补",
            "发放金额 发放额 发放数 发放资金",
            "",
            "应发 合计 小计 总计 异动",
            "/月 每人每月",
        ),
        required=True,
        key=True,
        summed=True,
    )
    account_no = Column(
        BankAccount(),
        "银行卡号 银行账号 银行卡账号 一卡通账号 一卡通账户 一卡通号 一卡通卡号 银行账户 社保卡账号 社保卡号",
        "社保卡银行账号 存折账号 存折号 收款账号 收款人账号 账号 卡号 银行卡 银行卡号码",
        whole="账户 账户号码 开户账号 银行卡(折)号 卡(折)号",
        never="名 开户行 网点",
        filled=True,
    )
    month = Column(
        PaidMonths(),
        "发放月份 发放年月 补贴月份 所属月份 所属年月 补贴年月 享受月份 月份 年月",
        never="起始 续发 最初 开始 终止 取消 截止 出生 补发 预拨",
        asked=False,
    )
    year = Column(Year(), "年份 发放年份 所属年份 补贴年份", asked=False)
    months = Column(
        Whole(minimum=1, code="MONTH_INVALID"),
        "月数 发放月数 补贴月数 享受月数 发放月份数 补贴月份数",
        asked=False,
    )
    back_months = Column(
        NamedMonths(), "补发月份 补发年月 补发所属月份 补发起止月份 预拨月份", whole="补发期间 补发时段", asked=False
    )
    back_amount = Column(
        Money(), "补发金额 补发补贴金额 补发资金", whole="补发 补发额 补发补贴 其中补发", never="标准", asked=False
    )
    county = Column(Text(), COUNTY, whole="县 区", of_person=False, region=True, example="海州区")
    town = Column(Text(), TOWN, whole="镇 乡 乡镇名称 所在乡镇", of_person=False, region=True, example="浦西街道")
    village = Column(Text(), VILLAGE, whole="村 村组 居", of_person=False, region=True, example="示例社区")
    category = Column(
        Category(),
        "残疾类别 残疾类型 残疾种类 类别等级 残疾类别等级",
        whole="残类 类别",
        informative=True,
    )
    grade = Column(
        Grade(),
        "残疾等级 残疾级别 残疾程度 残疾登记 类别等级 残疾类别等级",
        whole="等级 级别",
        informative=True,
    )
    account_holder = Column(
        Text(),
        "开户人 开户人姓名 户名 账户名 收款户名 一卡通户名 银行账户名称",
        never="身份证 证件 电话 账号 卡号",
        of_person=False,
        informative=True,
        example="张三",
    )
    bank_name = Column(Text(), "开户银行 开户行 银行名称 发放银行", of_person=False, asked=False)
    phone = Column(
        Text(),
        "联系电话 电话 手机号码 手机号 联系方式 电话号码 固定电话 移动电话",
        digits=True,
        example="19000000000",
    )
    household = Column(
        HouseholdStatus(),
        "低保类别 困难类型 户类型 家庭类型 家庭困难情况 补贴对象类型 对象类别 人员类别",
        informative=True,
        asked=False,
    )


# What judging and posting need of a row, and the place that a clerk finds it by.
KEPT = frozenset({
    "name", "id_number", "certificate_no", "amount", "account_no", "account_holder", "month", "months",
    "back_months", "back_amount", "county", "town",
})  # fmt: skip


class ProgrammeKind(Kind):
    """A programme's monthly roll; programmes by year, school year and policy build on it (subsidies/yearly)."""

    group = "补贴花名册"
    roll = SubsidyRoll
    needs_month = True
    paid_permission = "subsidies.post_paid_roll"
    waits_for = "打开上面的花名册，核对后提交审批：审批通过、发放以后才计入完成数。"
    keeps_rows = True
    undo_page = "intake:undo"
    compared = {
        "name": "姓名", "id_number": "身份证号", "certificate_no": "残疾人证号", "amount": "金额",
        "account_no": "银行账号", "account_holder": "户名", "month": "月份", "months": "月数",
        "back_months": "补发月份", "back_amount": "补发金额",
    }  # fmt: skip
    permission = "subsidies.import_roll"
    post_permission = "subsidies.post_roll"
    kept = KEPT

    def __init__(self, programme: Programme, rivals: Iterable[Programme] = ()):
        self.programme = programme
        self.code, self.label = programme.code, programme.name
        self.limits = roll_limits()
        self.words = (programme.name, *programme.words)
        self.rivals = {rival.name: tuple(rival.words) for rival in rivals}

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        return RollJudge(self.programme, context).judge(rows)

    def apply(self, outcomes: Iterable[Outcome], context: Context, job) -> dict:
        outcomes = list(outcomes)
        place = context.staff.area.code if context.staff.area_id else context.staff.zone.key
        month = context.month or self.month_of(outcomes)
        roll = open_roll(
            by=context.by,
            place_from=context.staff,
            programme=self.programme,
            month=month,
            reference=f"{month:%Y%m}-{place}-{job.pk}",
            job=job,
            paid_on=context.paid_on,
        )
        self.post(by=context.by, roll=roll, outcomes=outcomes)
        keep_acceptances(roll=roll, outcomes=outcomes)
        return {
            "applied_rows": len(outcomes),
            "roll": roll.pk,
            "reference": roll.reference,
            "total": f"{roll.total:.2f}",
        }

    def undo(self, *, by, job, reason: str) -> str:
        try:
            rolls = [undo_roll(roll=roll, by=by) for roll in job.roll_set.order_by("pk")]
        except RollStands as stands:
            raise UndoRefused(stands.sentence) from stands
        return "花名册 " + "、".join(roll.reference for roll in rolls)

    def acceptable(self) -> set[str]:
        """The checks that the programme lets a reviewer accept, as its data say."""
        return set(self.programme.checks.filter(acceptable=True).values_list("code", flat=True))

    def post(self, *, by, roll, outcomes: list[Outcome]) -> None:
        """Write the payments of the valid rows to the new roll."""
        post_payments(by=by, roll=roll, outcomes=outcomes)

    def month_of(self, outcomes: list[Outcome]) -> date:
        """The month of a roll that is for no declared period."""
        raise NotImplementedError

    def pack(self, outcome: Outcome) -> dict:
        data, values = outcome.data, outcome.data.values
        kept = {name: value for name in self.kept if (value := values.get(name)) is not None}
        # Amounts and dates are written as texts by whoever keeps this.
        kept["problems"] = data.problems
        if not outcome.codes and not outcome.warnings and data.person is not None:
            kept[PERSON_FOUND] = data.person.pk
        return kept

    def unpack(self, payload: dict, sheet: str | None, row: int):
        problems = payload.pop("problems")
        for name in ("amount", "back_amount"):
            if (amount := payload.get(name)) is not None:
                payload[name] = Decimal(amount)
        return DataRow(sheet, row, payload, [tuple(one) for one in problems] if problems else [])


def _plain(value):
    return str(value) if isinstance(value, Decimal | date) else value


class PaymentHistoryRoll(Roll):
    """Payments made before the portal was used; each row has its own month."""

    programme = Column(Text(), "补贴项目", "项目", "补贴类型", "programme", required=True, example="困难残疾人生活补贴")
    month = Column(Month(of_roll=False), "发放月份", "月份", "发放年月", "年月", "month", required=True)
    id_number = Column(IdNumber(), ID_NUMBER, "id_number", required=True, key=True)
    amount = Column(Money(), "发放金额", "补贴金额", "金额", "amount", required=True, key=True, summed=True)
    roll_ref = Column(Text(), "批次", "名册编号", "批次号", "roll_ref", required=True, example="201903-320706-1")
    paid_on = Column(Date(), "发放日期", "支付日期", "发放时间", "paid_on", required=True)


class PaymentHistoryKind(Kind):
    """Payments already made; judged only for ID, known person, month, amount > 0 and uniqueness."""

    code = "payment_history"
    label = "历史发放记录"
    group = "基础数据"
    roll = PaymentHistoryRoll
    permission = "subsidies.import_history"
    post_permission = "subsidies.import_history"
    words = ("历史发放", "发放记录")
    undo_page = "intake:undo"
    told_apart_by = ("programme", "month", "id_number")

    def __init__(self):
        self.limits = register_limits()

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        return history.judge(rows, context)

    def apply(self, outcomes: Iterable[Outcome], context: Context, job) -> dict:
        return history.apply(outcomes, context, job)

    def undo(self, *, by, job, reason: str) -> str:
        return history.undo(job)

    def in_the_way(self, staff, obstacles):
        return people_in_the_way(staff, obstacles)

    def pack(self, outcome: Outcome) -> dict:
        values = outcome.data.values
        names = ("programme", "month", "id_number", "amount", "roll_ref")
        return {name: _plain(values[name]) for name in names if values.get(name) is not None}
