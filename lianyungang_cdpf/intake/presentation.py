"""What each finding is called and how a clerk puts it right: one table for pages, lists, exports and commands.

Pure data, without Django. Codes and their order are those of the reading rules (standards.json `rules`, `primary`);
the words are ours. Findings of a row stand first in the order of severity, then those of the whole file.
"""

import re

# code: (what it is called, how to put it right)
FINDINGS = {
    "MISSING_REQUIRED": ("必填项空白", "补填该行空着的姓名、身份证号、金额或银行账号。"),
    "ID_FORMAT": (
        "身份证号格式不对",
        "应为 18 位，只有末位可以是 X；15 位旧号换成新号，删去夹在中间的文字和符号。",
    ),
    "ID_PRECISION_LOST": (
        "身份证号被 Excel 改成了数字",
        "末三位已丢失，无法恢复。把该列设为“文本”格式，再从原始材料重新填写。",
    ),
    "ID_CHECKSUM": ("身份证号校验位不符", "至少有一位填错。对照身份证逐位核对并改正。"),
    "UNKNOWN_PERSON": ("残疾人档案中没有此人", "先核对身份证号；确实是新增人员的，先建立档案，再导入名册。"),
    "PARENT_MISSING": ("没有填写残疾家长", "学生本人不持证的，补填家长姓名和家长残疾证号。"),
    "PARENT_UNKNOWN": ("残疾人档案中没有这位家长", "核对家长残疾证号；确实是新增人员的，先建立档案，再导入名册。"),
    "NAME_MISMATCH": ("姓名与档案不一致", "核对姓名和身份证号是不是同一人；改了名的，先更新档案。"),
    "PARENT_NAME_MISMATCH": ("家长姓名与档案不一致", "核对家长姓名和家长残疾证号是不是同一人。"),
    "PERSON_DEAD": ("发放月份之前已死亡", "停发，并从名册中删去此行；档案有误的，先更正档案。"),
    "CERT_EXPIRED": ("残疾人证已过期", "先办理换证并更新档案，再导入名册。"),
    "CERT_CANCELLED": ("残疾人证已注销、冻结或迁出", "核实证件状态；确认后从名册中删去此行。"),
    "CERT_MISMATCH": ("残疾人证号与档案不一致", "对照残疾人证核对证号，包括最后的类别和等级两位。"),
    "PARENT_CERT_INVALID": ("家长残疾人证不符或已失效", "对照家长的残疾人证核对证号；证件失效的，从名册中删去此行。"),
    "WRONG_DISTRICT": ("不在本辖区", "从本名册中删去此行，由所属县区发放。"),
    "DUPLICATE_IN_FILE": ("本文件内重复", "同一人同一月份只能有一行，只保留正确的一行。"),
    "ALREADY_PAID": ("该月份已经发放过", "删去此行，避免重复发放；要更正已发放的记录，先撤销原批次。"),
    "INELIGIBLE_GRADE": (
        "残疾类别或等级不符合享受条件",
        "以档案为准：从名册中删去此行；类别等级已变更的，先更新档案。",
    ),
    "INELIGIBLE_HOUSEHOLD": (
        "家庭困难情况不符合享受条件",
        "以档案为准：从名册中删去此行；家庭情况已变更的，先更新档案。",
    ),
    "AGE_NOT_ELIGIBLE": ("年龄不在享受范围之内", "按身份证号计算；不在年龄范围的，从名册中删去此行。"),
    "DRAWING_PENSION": ("已领取养老待遇", "不再代缴，从名单中删去此行；情况有误的，更正该列。"),
    "STAGE_UNKNOWN": ("看不出学段", "填学前、小学、初中、高中（含中职）或大专以上。"),
    "POLICY_PERIOD": ("保险起止日期不对", "对照保单填写起期和止期，写成“2019-03-01”的样子，止期不早于起期。"),
    "POLICY_MISMATCH": ("与同一保单的内容不一致", "对照保单核对保单号、起止日期、产品、保险公司和每人保费。"),
    "AMOUNT_FORMAT": ("金额不是数字", "只填数字，不写汉字大写和说明；公式先转成数值。"),
    "AMOUNT_NEGATIVE": ("金额小于零", "发放金额必须大于零；扣回以前多发的，不在名册中冲减。"),
    "AMOUNT_NOT_STANDARD": ("金额与补贴标准不符", "按该月份的补贴标准改正金额；等级已变更的，先更新档案。"),
    "BANK_LUHN": ("银行账号校验位不符", "至少有一位填错。对照存折或银行卡逐位核对。"),
    "BANK_PRECISION_LOST": (
        "银行账号被 Excel 改成了数字",
        "后几位可能已丢失。把该列设为“文本”格式，再从原始材料重新填写。",
    ),
    "MONTH_INVALID": ("月份无法识别", "写成“2019-03”或“2019年3月”的样子。"),
    "MONTH_MISMATCH": ("月份与本次导入不同", "核对该行月份；属于其他月份的，放到那个月的名册里导入。"),
    "PERIOD_INVALID": ("年度或学年无法识别", "年度写成“2019”，学年写成“2019-2020”。"),
    "PERIOD_MISMATCH": ("年度或学年与本次导入不同", "核对该行；属于其他年度、学年的，放到那一期的名册里导入。"),
    "PERIOD_OVERLAP": ("保险期间与另一张同类保单重叠", "可以入账。不需要重复投保的，从清单中删去此行。"),
    "W_BACK_PAY": ("补发以前月份", "可以入账。核对补发的月份和金额。"),
    "W_STUDENT_KIND": ("学生类别与档案不符", "可以入账，已按档案登记；档案有误的，先更正档案。"),
    "DATE_FORMAT": ("日期无法识别", "写成“2019-03-05”的样子，并核对是不是真有这一天。"),
    "NUMBER_FORMAT": ("不是整数", "只填阿拉伯数字。"),
    "CATEGORY_FORMAT": ("残疾类别无法识别", "填视力、听力、言语、肢体、智力、精神、多重之一。"),
    "GRADE_FORMAT": ("残疾等级无法识别", "填一级、二级、三级、四级之一。"),
    "CHOICE_FORMAT": ("不是规定的选项", "按表头说明的选项填写，不写其他说法。"),
    "AREA_UNKNOWN": ("认不出所属县区", "填写规范的县区和乡镇（街道）名称。"),
    "STATUS_UNKNOWN": ("家庭困难情况不在规定的说法之内", "按该行说明所列的说法填写。"),
    "DATE_ORDER": ("日期先后不对", "核对死亡日期和出生日期。"),
    "HOUSEHOLD_HEAD": ("户主与成员对不上", "每户列出户主本人一行，各行填写户主身份证号；户主本人的关系填“户主”。"),
    "GUARDIAN_SELF": ("监护人是本人", "核对监护人和被监护人的身份证号。"),
    "CHILD_AGE": ("已满 18 周岁", "从名册中删去；符合条件的，办理残疾人证。"),
    "CHILD_CERTIFIED": ("已有残疾人证", "从名册中删去，按持证残疾人管理。"),
    "DEPARTURE_KNOWN": ("已登记其他日期", "核对日期；确需更正的，在档案页上更正。"),
    "TRANSFER_UNIT": ("认不出迁入县区", "填写对方县区或功能板块的规范名称。"),
    "TRANSFER_TOWN": ("认不出迁入乡镇（街道）", "填写本单位乡镇（街道）的规范名称。"),
    "TRANSFER_SIDE": ("不是县区经办", "请由县区或功能板块的经办人员导入。"),
    "TRANSFER_STATE": ("已去世或迁出", "核对档案；已去世或迁出本市的，从名单中删去。"),
    "MERGE_SAME": ("是同一份档案", "从清单中删去。"),
    "MERGE_CONFLICT": ("合并后记录会重复", "先处理该行说明的重复记录，例如撤销重复发放的批次，再合并。"),
    "PARTS_MISMATCH": ("多重残疾明细对不上", "对照残疾人证核对类别和等级，最重的一类与证上等级相同。"),
    "SERVICE_DATES": ("服务日期不对", "核对日期：不早于出生，不晚于今天，结束、签收、验收不早于开始。"),
    "SERVED_AFTER_DEATH": ("服务日期在去世或迁出之后", "核对日期和档案；属实的从名册中删去。"),
    "SERVICE_AGE": ("年龄不在服务范围之内", "按身份证号和服务当日计算；不在范围的，从名册中删去此行。"),
    "SERVICE_PROOF": ("没有有效的残疾人证", "先核对并更新档案，再导入名册。"),
    "SERVICE_DIAGNOSIS": ("没有残疾人证，也没有诊断", "先登记残疾人证或儿童诊断，再导入名册。"),
    "SERVICE_CATEGORY": ("残疾类别或等级不在服务范围之内", "以档案为准：从名册中删去此行，或先更新档案。"),
    "ALREADY_SERVED": ("同一项服务已经登记", "删去此行；原记录有误的，先撤销原记录。"),
    "HOUSEHOLD_MISSING": ("没有登记家庭户", "本项服务按户统计：先登记此人的家庭户，再导入名册。"),
    "DEVICE_UNKNOWN": ("辅具目录中没有", "按辅具目录写名称；确属新品种的，请市残联先加入目录。"),
    "STAY_FACILITY": ("认不出是哪个残疾人之家", "按系统登记的名称填写；同名的不止一处，补填乡镇（街道）。"),
    "STAY_MISSING": ("不在花名册上", "新入家的填写入家日期；名称写错的改正。"),
    "STAY_DATES": ("入家、退出日期不对", "核对日期：不早于出生，不晚于今天，退出不早于入家和已登记的出勤。"),
    "STAY_REASON": ("退出日期或原因空白", "退出日期和退出原因一起填写。"),
    "STAY_ELSEWHERE": ("在别处在册", "先登记从那里退出，再登记入家。"),
    "STAY_DIFFERS": ("与在册登记的日期不同", "核对入家、退出日期；系统登记有误的，在登记页上更正。"),
    "ATTENDANCE_MONTH": ("月份或出勤天数空白", "月份和出勤天数一起填写；没有出勤的填 0。"),
    "ATTENDANCE_DAYS": ("出勤天数不对", "不能超过当月在册的天数，也不能是在册期间以外的月份。"),
    "ATTENDANCE_KNOWN": ("这个月的出勤已经登记", "删去此行；登记有误的，在登记页上更正。"),
    "FACILITY_DUPLICATE": ("同一乡镇有同名设施", "同一乡镇、同一种类、同一名称只保留一行。"),
    "FACILITY_AMBIGUOUS": ("认不出是哪一处设施", "同名设施不止一处：补填村（社区）。"),
    "FACILITY_STAGE": ("阶段无法识别或与日期不符", "填申报、立项、在建、竣工、验收、运行或撤销，与该行日期一致。"),
    "FACILITY_STAGE_DAY": ("缺少阶段要求的日期", "补填该行说明所列的日期。"),
    "FACILITY_BACK": ("阶段早于系统登记的阶段", "核对名册是不是旧的；系统登记有误的，在设施页上撤回。"),
    "FACILITY_DATES": ("建设日期先后不对", "申报、立项、开工、竣工、验收、运行的日期应依次不早于前一项。"),
    "FACILITY_FUTURE": ("日期晚于今天", "还没有发生的不填日期。"),
    "FACILITY_KNOWN_DAY": ("与系统登记的日期不同", "核对日期；系统登记有误的，在设施页上撤回后重新办理。"),
    "FACILITY_MINIMUM": ("不符合该种类的验收条件", "核对面积和服务人数；条件由市残联在设施种类里维护。"),
    "FACILITY_CODE": ("统一社会信用代码不对", "对照证照逐位核对，应为 18 位。"),
    "FACILITY_NUMBER": ("数字过大或不在本市", "核对面积、人数和经纬度，经度 118 至 121，纬度 33 至 36。"),
    "MEASURE_FORMAT": ("不是数字", "只填数字，如 260 或 260.5。"),
    "W_DEVICES_ONLY": ("只是发放辅具", "可以登记，不计入无障碍改造；有施工内容的补填改造内容。"),
    "W_ACCEPTANCE_DAY": ("没有验收日期", "可以登记，按完工日期计入；有验收日期的补填。"),
    "COURSE_END": ("没有结业日期", "写明结业的，填写结业日期、培训结束日期或起止时间。"),
    "COURSE_DIFFERS": ("与同一期培训班不一致", "同一项目、机构、开班日期是同一个培训班：核对结束日期和课时。"),
    "COURSE_HOURS": ("实到课时多于课时", "核对实到课时和培训班的课时。"),
    "FINISHED_EARLY": ("结业早于培训结束", "核对结业日期和培训结束日期。"),
    "SCHOOL_MISSING": ("没有写学校", "已入学的填写学校，送教上门的填写派出教师的学校。"),
    "REASON_MISSING": ("没有写未入学原因", "填写原因；经批准延缓或免予入学的写明文号。"),
    "PLAN_MISSING": ("还没有这一年的计划", "先新建年度计划，再导入分解表；年度选错的，重新选择。"),
    "TARGET_UNKNOWN": ("年度计划中没有这项目标", "按年度计划中的名称填写目标。"),
    "PLACE_UNKNOWN": ("认不出下达到哪里", "填写规范的县区、功能板块或乡镇（街道）名称。"),
    "PLACE_FOREIGN": ("不能给这个地方下达", "从表中删去；县区只分解到所辖乡镇（街道）。"),
    "GOAL_MISSING": ("没有填写目标", "填写各地的目标，或删去这一行。"),
    "GOAL_TWICE": ("同一地方重复下达", "同一目标在同一地方只保留一行。"),
    "GOAL_RATE": ("比率超过 100", "比率填百分数，如 98。"),
    "DOCUMENT_MISSING": ("调整没有文号", "已经下达过的目标再调整，填写调整文件的文号。"),
    "EFFECTIVE_DAY": ("生效日期不对", "填写计划年度之内、不早于上一次调整的日期。"),
    "PROGRAMME_UNKNOWN": ("没有这个补贴项目", "填项目名称或代码，如“困难残疾人生活补贴”。"),
    "AMOUNT_NOT_POSITIVE": ("金额不大于零", "没有发放的记录请删去。"),
    "AMOUNT_NOT_PAYABLE": ("金额不能发放", "金额应大于零、只到分，核对后改正。"),
    "W_FINISHED_BY_DAY": ("只有结业日期", "按已结业导入并计入进度；没有结业的，在结业情况栏写明“未结业”。"),
    "W_NOT_FINISHED": ("没有写明结业", "可以登记，不计入进度；已结业的补填结业情况或证书编号。"),
    "W_EMPLOYED_BEFORE": ("上年末已就业", "可以登记，不计入新增就业；不属实的改正名册。"),
    "W_NO_HARDSHIP": ("档案中没有困难情况", "可以入账；核对救助对象认定材料，并补登困难情况。"),
    "W_TOWN_UNKNOWN": ("没有找到乡镇（街道）", "先登记在县区一级；核对名称后更正。"),
    "W_VILLAGE_UNKNOWN": ("没有找到村（社区）", "先登记在乡镇（街道）一级；核对名称后更正。"),
    "W_BIRTH_DIFFERS": ("出生日期或性别与身份证号不一致", "已按身份证号登记；身份证号有误的，改正后重新上传。"),
    "W_PHONE_FORMAT": ("联系电话没有登记", "核对号码后补填。"),
    "W_NOT_ON_FILE": ("没有残疾人档案", "名单上的这些人没有建档，不作登记；确属残疾人的，先建档。"),
    "W_FORMER_ID": ("使用了曾用身份证号", "可以入账；请在名册中改用现在的号码。"),
    "W_CHANGED_SINCE": ("核对之后档案被改过", "打开档案核对，再决定是否入账。"),
    "W_BANK_DIFFERS": ("银行账号与档案不同", "可以入账。确实换了卡的，请更新档案；没有换卡的，改正名册。"),
    "W_ACCEPTED": ("审核已接受", "可以入账；接受的理由随发放记录保存。"),
    "W_CORRECTED": ("在网页上改正过", "核对改正的内容，再入账。"),
    "W_LEFT_OUT": ("已删去，不入账", "不入账；要恢复的，到“改正错误行”里恢复。"),
    "DECLARED_TOTAL_MISMATCH": ("文件合计与逐行相加不符", "核对有没有漏行、多行或改动过的金额，再决定是否入账。"),
    "W_HIDDEN_ROWS": ("有隐藏的行或列", "隐藏的行和列也按数据读取；不该发放的，取消隐藏后删去。"),
    "W_HIDDEN_SHEET": ("有隐藏的工作表", "隐藏的工作表没有读取；需要导入的，取消隐藏后重新上传。"),
}  # fmt: skip
OTHER = ("其他问题", "按该行的说明改正。")

# The order in which findings are primary; also the order in which they are listed.
PRIMARY = tuple(FINDINGS)
_RANK = {code: rank for rank, code in enumerate(PRIMARY)}


def label(code: str) -> str:
    """What the finding is called, in Chinese."""
    return FINDINGS.get(code, OTHER)[0]


def fix(code: str) -> str:
    """How to put the finding right, in Chinese."""
    return FINDINGS.get(code, OTHER)[1]


def rank(code: str) -> int:
    """The place of the finding in the order `primary`; codes without a place come last."""
    return _RANK.get(code, len(_RANK))


# Controls, invisible characters and what turns the direction of reading: they make a text look like another one.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_UNSTORABLE = re.compile("[\ud800-\udfff]")


def shown(text) -> str:
    """The text as it may stand on a page or in a list: what cannot be seen is named, as ⟨202E⟩ for U+202E."""
    named = _UNSEEN.sub(lambda match: f"⟨{ord(match[0]):04X}⟩", str(text if text is not None else ""))
    return _UNSTORABLE.sub("\ufffd", named)


def neutral(text) -> str:
    """The text as it may stand in a cell of an exported list: no office program takes it for a formula.

    An apostrophe goes before = + - @ and before their full-width forms, which some programs fold.
    """
    safe = shown(text)
    return f"'{safe}" if safe.lstrip()[:1] in set("=+-@＝＋－＠") else safe
