"""The kinds of file about people; the register first: upsert by ID number, a blank never erases."""

from collections.abc import Iterable, Iterator

from beneficiaries import register, register_apply
from beneficiaries.children_roll import ChildrenKind
from beneficiaries.departures_roll import DeparturesKind
from beneficiaries.guardian_roll import GuardianKind
from beneficiaries.hardship_roll import hardship_kinds
from beneficiaries.headings import CERTIFICATE, COUNTY, ID_NUMBER, TOWN, VILLAGE
from beneficiaries.household_roll import HouseholdKind
from beneficiaries.merges_roll import MergesKind
from beneficiaries.obstacles import people_in_the_way
from beneficiaries.parts_roll import PartsKind
from beneficiaries.transfers_roll import TransfersKind
from lianyungang_cdpf.intake.kinds import Context, Kind, Outcome, register_limits
from lianyungang_cdpf.intake.tables import (
    BankAccount,
    Category,
    CertificateNumber,
    Choice,
    Column,
    Date,
    Grade,
    HouseholdStatus,
    IdNumber,
    PersonName,
    Roll,
    Text,
)


class RegisterRoll(Roll):
    """残疾人档案 (headings of township registers and of the federation's export, facts.md 4.1)."""

    name = Column(PersonName(), "姓名 残疾人姓名 本人姓名", whole="name", required=True, key=True)
    id_number = Column(
        IdNumber(),
        ID_NUMBER,
        whole="id_number",
        never="住址 地址 有效 类型 银行 账户 开户 一卡通 残疾证 残疾人证",
        required=True,
        key=True,
    )
    certificate_no = Column(CertificateNumber(), CERTIFICATE, whole="cert_number 证号", never="日期 有效 状态")
    category = Column(Category(), "残疾类别 残疾类型 残疾种类 类别等级 残疾类别等级", whole="category 类别 残类")
    grade = Column(Grade(), "残疾等级 残疾级别 残疾登记 残疾程度 类别等级 残疾类别等级", whole="grade 等级 级别")
    certificate_status = Column(
        Choice(
            "CHOICE_FORMAT",
            valid=("有效", "正常", "在持"),
            frozen=("冻结",),
            cancelled=("注销", "已注销"),
            expired=("过期", "已过期"),
            transferred_out=("迁出", "已迁出"),
        ),
        "残疾证状态 残疾人证状态 证件状态",
        whole="cert_status",
    )
    county = Column(
        Text(), COUNTY, whole="district_code district 县 区", of_person=False, region=True, example="海州区"
    )
    town = Column(Text(), TOWN, whole="township town 镇 乡", of_person=False, region=True, example="浦西街道")
    village = Column(Text(), VILLAGE, whole="village 村 居", of_person=False, region=True, example="示例社区")
    address = Column(
        Text(), "家庭住址 户籍地址 居住地址 现住址 家庭地址 详细地址", whole="address 地址 住址", example="1 幢 101 室"
    )
    hukou_type = Column(
        Choice("CHOICE_FORMAT", town=("城镇", "非农业", "非农", "城市", "居民"), rural=("农村", "农业")),
        "户口性质 户籍类别 户籍类型 户口类别",
        whole="hukou_type 城乡",
    )
    phone = Column(
        Text(),
        "联系电话 手机号码 手机号 电话号码 移动电话",
        whole="phone 电话 手机",
        digits=True,
        example="19000000000",
    )
    bank_name = Column(
        Text(), "开户银行 开户行 银行名称 发放银行", whole="bank_name", of_person=False, example="江苏农村商业银行"
    )
    account_no = Column(
        BankAccount(),
        "银行卡号 银行账号 银行帐号 一卡通账号 账号 卡号",
        whole="bank_account account_no",
        never="名 开户行 网点",
    )
    account_holder = Column(
        Text(),
        "户名 账户名 开户人姓名 银行账户名称",
        whole="account_holder",
        never="身份证 证件 电话 账号 卡号",
        of_person=False,
        example="张三",
    )
    household_status = Column(
        HouseholdStatus(), "家庭困难情况 困难类型 低保类别 对象类别 人员类别 户类型", whole="household_status 困难情况"
    )
    birth_date = Column(Date(), "出生日期 出生年月日", whole="birth_date", informative=True, example="1990-01-01")
    sex = Column(Text(), "性别", whole="sex", informative=True, example="男")
    died_on = Column(Date(), "死亡日期 死亡时间", whole="died_on", asked=False)
    moved_out_on = Column(Date(), "迁出日期 迁出时间", whole="moved_out_on", asked=False)


class RegisterKind(Kind):
    """残疾人档案."""

    code = "register"
    label = "残疾人档案"
    group = "基础数据"
    roll = RegisterRoll
    permission = "beneficiaries.import_register"
    post_permission = "beneficiaries.import_register"
    words = ("残疾人档案", "残疾人名册", "残疾人基本信息")
    undo_page = "intake:undo"

    def __init__(self):
        self.limits = register_limits()

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        return register.RegisterJudge(context).judge(rows)

    def apply(self, outcomes: Iterable[Outcome], context: Context, job) -> dict:
        return register_apply.apply(outcomes, context, job)

    def undo(self, *, by, job, reason: str) -> str:
        return register_apply.undo(job)

    def in_the_way(self, staff, obstacles):
        return people_in_the_way(staff, obstacles)

    def pack(self, outcome: Outcome) -> dict:
        values = outcome.data.values
        return {name: values[name] for name in ("name", "id_number") if values.get(name)}


def kinds() -> list[Kind]:
    """What this app takes in: what changes all the time before what is brought in once."""
    return [
        *hardship_kinds(), HouseholdKind(), GuardianKind(), ChildrenKind(), PartsKind(), DeparturesKind(),
        TransfersKind(), MergesKind(), RegisterKind(),
    ]  # fmt: skip
