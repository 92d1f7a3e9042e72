"""The three kinds of file as the apps declare them, so that the engine is tested with real headings."""

from lianyungang_cdpf.intake.tables import (
    BankAccount,
    Category,
    CertificateNumber,
    Column,
    Date,
    Grade,
    HouseholdStatus,
    IdNumber,
    Money,
    Month,
    PersonName,
    Roll,
    Text,
    Whole,
    Year,
)

CERTIFICATE = "残疾人证号 残疾证号 残疾证编号 残疾人证编号 残疾人证 残疾证 残疾证件号 残疾证号码"
ID_NUMBER = """
    身份证号 身份证号码 身份证 公民身份号码 公民身份证号 居民身份证号 身份证件号 身份号码 证件号码 证件号 身份证编号
"""
COUNTY = "县区 区县 县(区) 区(县) 县/区 区/县 所属县区 所属区县 户籍区县 户籍县区 户籍区 所属区 地区"
TOWN = """
    乡镇 街道 镇街 街镇 乡镇街道 镇(街道) 乡镇(街道) 乡镇/街道 街道/乡镇 镇/街道 街道/镇 乡(镇)
    所属乡镇 所属街道 所属街 户籍街道
"""
VILLAGE = "村居 村(居) 村(社区) 村/社区 社区/村 社区(村) 社区 行政村 居委会 居委 村名 村委会 村居委会 村社区 所属社"


class SubsidyRoll(Roll):
    """补贴发放花名册: whom a county pays for one month."""

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
            本月补贴 本月实发 合计 小计 总计 金额合计 合计金额 补贴金额合计 发放金额合计 异动金额
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
        Month(),
        "发放月份 发放年月 补贴月份 所属月份 所属年月 补贴年月 享受月份 月份 年月",
        never="起始 续发 最初 开始 终止 取消 截止 出生 补发 预拨",
    )
    year = Column(Year(), "年份 发放年份 所属年份 补贴年份")
    months = Column(Whole(minimum=1, code="MONTH_INVALID"), "月数 发放月数 补贴月数 享受月数 发放月份数 补贴月份数")
    county = Column(Text(), COUNTY, whole="县 区", of_person=False, region=True)
    town = Column(Text(), TOWN, whole="镇 乡 乡镇名称 所在乡镇", of_person=False, region=True)
    village = Column(Text(), VILLAGE, whole="村 村组 居", of_person=False, region=True)
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
    account_name = Column(
        PersonName(), "开户人 开户人姓名 户名 账户名 收款户名 一卡通户名 银行账户名称", of_person=False
    )
    bank_name = Column(Text(), "开户银行 开户行 银行名称 发放银行", of_person=False)
    phone = Column(Text(), "联系电话 电话 手机号码 手机号 联系方式 电话号码 固定电话 移动电话")
    household = Column(
        HouseholdStatus(),
        "低保类别 困难类型 户类型 家庭类型 家庭困难情况 补贴对象类型 对象类别 人员类别",
        informative=True,
    )


class RegisterRoll(Roll):
    """The register of people, with its English headings or the office's."""

    name = Column(PersonName(), "姓名", "残疾人姓名", "name", required=True, key=True)
    id_number = Column(IdNumber(), ID_NUMBER, "id_number", required=True, key=True)
    certificate_no = Column(CertificateNumber(), CERTIFICATE, "cert_number", "certificate_no")
    category = Column(Category(), "残疾类别", "残疾类型", "残疾种类", "类别等级", "category", whole="类别")
    grade = Column(Grade(), "残疾等级", "残疾级别", "类别等级", "grade", whole="等级")
    district_code = Column(Text(), COUNTY, "district_code", "区划代码", of_person=False, region=True)
    town = Column(Text(), TOWN, "township", of_person=False, region=True)
    village = Column(Text(), VILLAGE, "village", whole="村", of_person=False, region=True)
    phone = Column(Text(), "联系电话", "电话", "手机号码", "手机号", "phone")
    bank_name = Column(Text(), "开户银行", "开户行", "bank_name", of_person=False)
    account_no = Column(BankAccount(), "银行卡号", "银行账号", "一卡通账号", "账号", "卡号", "bank_account")
    household = Column(HouseholdStatus(), "户类型", "困难类型", "低保类别", "household_status")
    birth_date = Column(Date(), "出生日期", "出生年月日", "birth_date")
    sex = Column(Text(), "性别", "sex")
    died_on = Column(Date(), "死亡日期", "死亡时间", "died_on")
    cert_status = Column(Text(), "残疾证状态", "证件状态", "cert_status")


class PaymentHistoryRoll(Roll):
    """Payments made before the portal was used; each row has its own month."""

    programme = Column(Text(), "补贴项目", "项目", "补贴类型", "programme", required=True)
    month = Column(Month(of_roll=False), "发放月份", "月份", "发放年月", "年月", "month", required=True)
    id_number = Column(IdNumber(), ID_NUMBER, "id_number", required=True, key=True)
    amount = Column(Money(), "发放金额", "补贴金额", "金额", "amount", required=True, key=True, summed=True)
    roll_ref = Column(Text(), "批次", "名册编号", "批次号", "roll_ref", required=True)
    paid_on = Column(Date(), "发放日期", "支付日期", "paid_on")
