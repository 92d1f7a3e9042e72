"""The lists of the yearly programmes as offices write them (facts.md 4.1 B, 4.2; aliases: header_aliases.csv)."""

from lianyungang_cdpf.intake.tables import (
    BankAccount,
    CertificateNumber,
    Choice,
    Column,
    Date,
    IdNumber,
    Money,
    PersonName,
    Roll,
    Text,
)
from subsidies.rolls import SubsidyRoll
from subsidies.yearly.cells import PolicyDay, PremiumYear, SchoolYear, StageOfSchool

# How the groups over a parent's columns are called, on two-row headers: 残疾家长 over 姓名 and 残疾证号.
PARENTS = ("残疾家长", "残疾人家长", "家长情况", "家长信息", "父母情况", "残疾父母", "监护人情况", "监护人信息")


def under_parents(*leaves: str) -> str:
    """The headings of a parent's columns below any of the groups."""
    return " ".join(group + leaf for group in PARENTS for leaf in leaves)


NOT_THE_AMOUNT = "标准 上期 累计 补发 扣 退 大写 单价 追回 保额 限额 档"


class PeopleRoll(Roll):
    """Columns that every list of people has; its places, category and grade only tell a header from a title."""

    name = SubsidyRoll.columns["name"]
    id_number = SubsidyRoll.columns["id_number"]
    certificate_no = SubsidyRoll.columns["certificate_no"]
    county = SubsidyRoll.columns["county"]
    town = SubsidyRoll.columns["town"]
    village = SubsidyRoll.columns["village"]
    category = SubsidyRoll.columns["category"]
    grade = SubsidyRoll.columns["grade"]
    phone = SubsidyRoll.columns["phone"]


class PensionPremiumRoll(PeopleRoll):
    """养老保险代缴名单: for whom the government pays the resident pension premium of a year."""

    year = Column(PremiumYear(), "缴费年度 代缴年度 参保年度 保费年度 缴费年份 代缴年份", whole="年度 年份")
    tier = Column(Text(), "代缴档次 缴费档次 缴费标准 代缴标准", whole="档次")
    amount = Column(
        Money(),
        "代缴金额 缴费金额 代缴保费 代缴费 补助金额 保费金额 财政代缴 代缴额 缴费额",
        whole="金额 保费 合计 实缴 实缴金额 应缴 应缴金额 政府代缴",
        never="标准 上期 累计 补发 退 大写 追回 个人 集体 档",
        prefer=("代缴", "实缴 实际", "", "应缴 合计"),
        required=True,
        key=True,
        summed=True,
    )
    insured_place = Column(Text(), "参保地 参保地区 参保所在地 参保乡镇 参保单位", of_person=False)
    person_class = Column(Text(), "人员类别 对象类别 参保人员类别 困难类型", informative=True)
    drawing = Column(
        Choice(
            code="CHOICE_FORMAT",
            yes=("是", "已领取", "领取", "已享受", "享受待遇", "已领", "Y", "√"),
            no=("否", "未领取", "未享受", "未领", "N", "×", "无"),
        ),
        "是否领取待遇 是否领取养老金 是否领取养老待遇 领取待遇情况 是否享受待遇 待遇领取状态",
        informative=True,
    )
    receipt_no = Column(Text(), "缴费回执号 回执号 回执编号 缴费凭证号 缴款书号 税票号码 凭证号", of_person=False)
    confirmed_on = Column(
        Date(), "到账日期 缴费日期 缴费到账日期 入账日期 缴费时间 到账时间 扣缴日期", never="起始 截止", of_person=False
    )


class InsuranceRoll(PeopleRoll):
    """投保清单: the insured persons of a group policy, as the insurer prints them."""

    name = Column(
        PersonName(),
        "被保险人姓名 被保险人 被保人姓名 姓名 残疾人姓名",
        whole="被保人 残疾人",
        never="投保 受益 身份 证 号 银行 账户 拼音 性别",
        required=True,
        key=True,
    )
    id_number = Column(
        IdNumber(),
        "被保险人身份证号 被保险人身份证号码 被保险人证件号码 被保险人证件号 被保人证件号码 身份证号 身份证号码 身份证",
        "公民身份号码 证件号码 证件号",
        never="投保 受益 类型 有效 残疾证 残疾人证",
        required=True,
        key=True,
        instead=("certificate_no", CertificateNumber(as_id=True)),
    )
    policy_no = Column(
        Text(),
        "保单号 保单号码 保险单号 保险单号码 保单编号 保险单编号",
        required=True,
        of_person=False,
        digits=True,
        example="SL2019000001",
    )
    product = Column(
        Text(), "保险产品 产品名称 险种名称 险种 保险名称 投保险种 保险产品名称 投保项目", never="代码", of_person=False
    )
    insurer = Column(Text(), "保险公司 承保公司 承保单位 保险人 承保机构", never="被", of_person=False)
    starts_on = Column(
        PolicyDay(),
        "保险起期 生效日期 保险起始日期 起保日期 保险生效日期 保险责任起期 保障起期 起保时间 生效时间 保险起始时间",
        whole="起期 起始日期 开始日期",
        example="2019-01-01",
        required=True,
        of_person=False,
    )
    ends_on = Column(
        PolicyDay(),
        "保险止期 终止日期 保险终止日期 到期日期 保险到期日 保险责任止期 保障止期 满期日期 终止时间 保险截止日期",
        whole="止期 截止日期 结束日期",
        example="2019-12-31",
        required=True,
        of_person=False,
    )
    amount = Column(
        Money(),
        "保费 保险费 人均保费 每人保费 投保金额 保费金额",
        whole="金额 合计 实收保费 应收保费",
        never=NOT_THE_AMOUNT,
        prefer=("每人 人均", "实收", "", "应收 合计"),
        required=True,
        key=True,
        summed=True,
    )


class EducationGrantRoll(PeopleRoll):
    """教育补贴名册: students of a school year, themselves disabled or children of a disabled parent."""

    name = Column(
        PersonName(),
        "学生姓名 姓名 残疾学生姓名 学生",
        whole="申请人姓名 申请人 受益人",
        never="银行 账户 一卡通 卡 收款 开户 学校 证 号",
        prefer=("学生", "", "申请人 受益人"),
        required=True,
        key=True,
    )
    id_number = Column(
        IdNumber(),
        "学生身份证号 学生身份证号码 学生身份证 身份证号 身份证号码 身份证 公民身份号码 证件号码 证件号",
        never="银行 账户 开户 残疾证 残疾人证 有效 类型",
        prefer=("学生", ""),
        required=True,
        key=True,
    )
    certificate_no = Column(
        CertificateNumber(),
        "学生残疾证号 学生残疾人证号 本人残疾证号 本人残疾人证号 残疾证号 残疾人证号 残疾证号码 残疾证 残疾人证",
        never="日期 有效 状态",
    )
    school_year = Column(SchoolYear(), "学年 学年度 补贴学年 所属学年 补助学年", of_person=False)
    school = Column(Text(), "学校 就读学校 在读学校 学校名称 在读学校名称 所在学校 录取学校 毕业学校", of_person=False)
    stage = Column(
        StageOfSchool(),
        "学段 就读阶段 学历层次 年级 学段年级 学段/年级 学历 在读年级 就读年级",
        of_person=False,
        example="大学本科",
        required=True,
    )
    major = Column(Text(), "专业 所学专业", of_person=False)
    student_no = Column(Text(), "学籍号 学籍号码 全国学籍号 学生学籍号 学号", of_person=False)
    kind = Column(
        Choice(
            code="CHOICE_FORMAT",
            disabled_student=("残疾学生", "本人残疾", "学生本人残疾", "残疾人学生", "残疾", "本人"),
            child_of_disabled=(
                "残疾人家庭子女",
                "残疾人子女",
                "家庭子女",
                "残疾家庭子女",
                "父母残疾",
                "家长残疾",
                "子女",
            ),
        ),
        "学生类别 补贴类别 对象类别 类别 补贴对象类别 享受类别 资助类别",
        informative=True,
        of_person=False,
    )
    category = Column(Text(), "残疾类别 残疾类型 类别等级 残疾类别等级", whole="残疾类别及等级", informative=True)
    parent_name = Column(
        PersonName(),
        under_parents("姓名"),
        "家长姓名 残疾家长姓名 父母姓名 残疾人家长姓名 家长(残疾人)姓名 监护人姓名 父(母)姓名 残疾父母姓名",
        whole="家长 父亲姓名 母亲姓名 残疾家长 监护人",
        prefer=("家长 父 母", "监护"),
        of_person=False,
    )
    parent_certificate_no = Column(
        CertificateNumber(),
        "家长残疾证号 家长残疾人证号 父母残疾证号 父母残疾人证号 监护人残疾证号 家长残疾证号码 家长残疾证",
        under_parents("残疾证号", "残疾人证号", "残疾证"),
        "父(母)残疾证号",
        of_person=False,
    )
    parent_id_number = Column(
        IdNumber(),
        under_parents("身份证号", "身份证号码"),
        "家长身份证号 家长身份证号码 父母身份证号 监护人身份证号 家长身份证 监护人身份证号码 父母身份证号码",
        of_person=False,
        never="残疾证",
    )
    amount = Column(
        Money(),
        "补贴金额 发放金额 补助金额 实发金额 资助金额 金额 补贴额 助学金额",
        whole="实发 应发 合计 补贴 奖励金额",
        never=NOT_THE_AMOUNT,
        prefer=("实发", "发放", "", "应发 合计"),
        required=True,
        key=True,
        summed=True,
    )
    account_no = Column(
        BankAccount(),
        "监护人账号 家长账号 银行卡号 银行账号 银行卡账号 一卡通账号 社保卡账号 收款账号 账号 卡号",
        "监护人银行账号 监护人银行卡号 家长银行卡号 家长银行账号 学生银行卡号",
        never="名 开户行 网点",
        filled=True,
        of_person=False,
    )
    account_holder = Column(
        Text(),
        "户名 开户人 开户人姓名 账户名 收款户名 银行账户名称 账户姓名",
        never="身份证 证件 电话 账号 卡号",
        of_person=False,
    )
    bank_name = SubsidyRoll.columns["bank_name"]
