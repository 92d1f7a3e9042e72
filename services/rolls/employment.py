"""就业 rolls: courses, new employment, supported employment."""

from datetime import date

from lianyungang_cdpf.intake.tables import Choice, Column, Date, Money, PersonName, Text, Whole
from services.courses import put_on_courses
from services.fitness import SENTENCES, is_error
from services.models import CourseAttendance, NewEmployment, Service, SupportedEmployment, TrainingCourse
from services.models.courses import CourseKey
from services.rolls.base import ServiceJudge, ServiceRoll, ServiceRollKind, is_money
from services.rolls.terms import first_day, last_day, term


class CourseRoll(ServiceRoll):
    """培训花名册 (facts.md 4.2): whoever has a certificate has finished; of the others the roll must say it.

    结业日期 is when somebody finished; of who the row says has not, it is the class's and means nothing.
    """

    name = Column(PersonName(), "姓名 学员姓名 残疾人姓名", whole="学员", required=True, key=True)
    content = Column(
        Text(), "培训项目 培训项目名称 培训专业 培训内容 培训工种 课程名称 课程类别", of_person=False, required=True,
        example="盲人按摩",
    )  # fmt: skip
    institution = Column(
        Text(), "培训机构 承训单位 承训机构 培训学校 培训单位", never="地址 电话", of_person=False, required=True,
        example="海州区某职业培训学校",
    )  # fmt: skip
    served_on = first_day("开班日期 开班时间 培训开始日期 培训开始时间 开始日期")
    ended_on = last_day("培训结束日期 培训结束时间 结束日期")
    term = term("培训时间 培训起止时间 培训日期")
    hours = Column(Whole(minimum=1), "课时 培训课时 学时 总课时", of_person=False)
    attended_hours = Column(Whole(minimum=0), "实到课时 出勤课时 参训课时 实际课时", of_person=False)
    level = Column(Text(), "培训等级 技能等级", of_person=False)
    is_completed = Column(
        Choice(
            "CHOICE_FORMAT", yes=("已结业", "结业", "是", "合格", "完成", "通过"),
            no=("未结业", "否", "不合格", "未完成", "中途退出", "缺勤", "未通过"),
        ),
        "结业情况 是否结业 是否完成 考核结果 培训结果 考核情况", of_person=False,
    )  # fmt: skip
    completed_on = Column(Date(), "结业日期 结业时间", of_person=False)
    certificate_no = Column(Text(), "证书编号 结业证号 结业证书编号 证书号", of_person=False, digits=True)


class CourseJudge(ServiceJudge):
    """Finds each row's course among those held, or plans it: the first row without an error says what it is like."""

    def __init__(self, context, roll):
        super().__init__(context, roll)
        self.courses: dict[CourseKey, TrainingCourse] = {}

    def prepare(self, lines):
        super().prepare(lines)
        days = {line.values["served_on"] for line in lines if line.values.get("served_on")}
        held = TrainingCourse.objects.visible_to(self.staff).filter(starts_on__any_of=list(days))
        # Of two alike the one of the smaller place, which is one's own.
        self.courses |= {course.key: course for course in held.order_by("area__path")}

    def services_of(self, values):
        (one,) = super().services_of(values)
        one.course = self.courses.get((one.content, one.institution, one.served_on))
        if one.course and one.completed_on is None and has_finished(values):
            one.completed_on = one.course.ends_on
        return [one]

    def findings(self, line):
        told = list(super().findings(line))
        yield from told
        for one in line.write.get("services", ()):
            yield from self._of_course(one, line.values)
            if one.course is None and not any(is_error(code) for code, *_ in (*line.problems, *told)):
                one.course = self.courses[one.content, one.institution, one.served_on] = planned_as(one)

    def _of_course(self, one: CourseAttendance, values: dict):
        told = [(values.get(name), getattr(one, name)) for name in ("ended_on", "hours")]
        if any(said not in (None, held) for said, held in told):
            yield "COURSE_DIFFERS", "content", SENTENCES["COURSE_DIFFERS"]
        if one.hours and one.attended_hours and one.attended_hours > one.hours:
            yield "COURSE_HOURS", "attended_hours", SENTENCES["COURSE_HOURS"]
        if one.finished_early:
            yield "FINISHED_EARLY", "completed_on", SENTENCES["FINISHED_EARLY"]
        if has_finished(values) and one.completed_on is None:
            yield "COURSE_END", "ended_on", SENTENCES["COURSE_END"]


class CourseKind(ServiceRollKind):
    """实名制培训."""

    roll, record, judge_by = CourseRoll, CourseAttendance, CourseJudge

    def findings(self, values):
        if values.get("is_completed") is not None or values.get("certificate_no"):
            return
        code = "W_FINISHED_BY_DAY" if values.get("completed_on") else "W_NOT_FINISHED"
        yield code, "is_completed", SENTENCES[code]

    def services_of(self, values):
        told = {"completed_on": None, "certificate_no": ""}
        if has_finished(values):
            day = values.get("completed_on") or values.get("ended_on")
            told = {"completed_on": day, "certificate_no": values.get("certificate_no")}
        return super().services_of({**values, **told})

    def write(self, batch, context, job):
        attendances = [one for outcome in batch for one in outcome.data.write["services"]]
        put_on_courses(by=context.by, place=context.staff, job=job, attendances=attendances)
        super().write(batch, context, job)


def has_finished(values: dict) -> bool:
    """Whether a row says that its person finished: in so many words, else by a certificate or the day of it."""
    said = values.get("is_completed")
    return said == "yes" or (said is None and bool(values.get("certificate_no") or values.get("completed_on")))


def planned_as(one: CourseAttendance) -> TrainingCourse:
    """The course that a row speaks of, not written yet."""
    return TrainingCourse(
        name=one.content, institution=one.institution, starts_on=one.served_on, ends_on=one.ended_on,
        level=one.level, hours=one.hours,
    )  # fmt: skip


class NewEmploymentRoll(ServiceRoll):
    """新增实名制就业花名册 (facts.md 4.1 B): the end of a contract is not the end of the work."""

    institution = Column(
        Text(), "就业单位 单位名称 工作单位 用人单位 企业名称", never="地址 电话 性质", of_person=False, required=True,
        example="连云港某电子有限公司",
    )  # fmt: skip
    content = Column(Text(), "岗位 就业岗位 从事岗位 从事行业 工种", of_person=False, example="质检员")
    served_on = Column(
        Date(), "就业日期 就业时间 上岗日期 上岗时间 入职日期 入职时间 合同起始日期 合同开始日期 启动时间 就业起始日期",
        of_person=False, required=True,
    )  # fmt: skip
    ended_on = Column(Date(), "离职日期 离职时间 离岗日期 解除合同日期", of_person=False)
    form = Column(
        Choice(
            "CHOICE_FORMAT", quota=("按比例就业", "按比例"), concentrated=("集中就业", "集中"),
            self_employed=("自主创业", "个体就业", "个体", "个体经营"), flexible=("灵活就业", "灵活"),
            public_post=("公益性岗位", "公益岗位"), farming=("农村种养加", "农村种养业", "种养加", "种植养殖"),
            other=("其他", "其它"),
        ),
        "就业形式 就业途径 就业类型 就业业态 就业方式", of_person=False,
    )  # fmt: skip
    contract_no = Column(Text(), "合同编号 劳动合同编号 劳动合同号 协议编号", of_person=False, digits=True)
    contract_until = Column(Date(), "合同截止日期 合同终止日期 合同到期日期 合同结束日期 截止时间", of_person=False)
    is_insured = Column(
        Choice("CHOICE_FORMAT", yes=("是", "已参保", "已缴纳", "有", "参保"), no=("否", "未参保", "未缴纳", "无")),
        "是否参保 社会保险 参保情况 社保缴费 是否缴纳社保 社保", of_person=False,
    )  # fmt: skip
    was_employed = Column(
        Choice("CHOICE_FORMAT", yes=("是", "已就业", "就业", "在业"), no=("否", "未就业", "失业", "待业")),
        "上年末是否就业 上年末就业状况 上年末就业情况 去年底是否就业", of_person=False,
    )  # fmt: skip


class NewEmploymentJudge(ServiceJudge):
    """Says of whom the register has an employment that was going on at the end of the year before."""

    def prepare(self, lines):
        super().prepare(lines)
        rows = Service.objects.standing().filter(kind=self.kind, person__any_of=list(self.facts)).order_by()
        self.spans: dict[int, list[tuple]] = {}
        for person, *span in rows.values_list("person_id", "served_on", "ended_on"):
            self.spans.setdefault(person, []).append(tuple(span))

    def findings(self, line):
        yield from super().findings(line)
        for service in line.write.get("services", ()):
            eve = date(service.served_on.year - 1, 12, 31)
            spans = self.spans.get(service.person_id, ())
            if any(begun <= eve and (ended is None or ended >= eve) for begun, ended in spans):
                yield "W_EMPLOYED_BEFORE", "served_on", SENTENCES["W_EMPLOYED_BEFORE"]


class NewEmploymentKind(ServiceRollKind):
    """新增就业."""

    roll, record, judge_by = NewEmploymentRoll, NewEmployment, NewEmploymentJudge

    def findings(self, values):
        if values.get("was_employed") == "yes":
            yield "W_EMPLOYED_BEFORE", "was_employed", SENTENCES["W_EMPLOYED_BEFORE"]

    def services_of(self, values):
        answers = {name: values[name] == "yes" for name in ("is_insured", "was_employed") if values.get(name)}
        return super().services_of({**values, **answers})


class SupportedEmploymentRoll(ServiceRoll):
    """辅助性就业花名册."""

    institution = Column(
        Text(), "辅助性就业机构 就业机构 劳动机构 机构名称 残疾人之家 就业单位 单位名称", never="地址 电话",
        whole="机构", of_person=False, required=True, example="新东街道残疾人之家",
    )  # fmt: skip
    content = Column(Text(), "劳动项目 生产项目 劳动内容 岗位", of_person=False, example="手工制作")
    served_on = first_day("上岗日期 上岗时间 就业日期 就业时间 协议起始日期 开始日期 入职日期")
    ended_on = last_day("离岗日期 离岗时间 退出日期 结束日期")
    term = term("劳动时间 协议期限 就业起止时间")
    agreement_no = Column(Text(), "协议编号 辅助性就业协议编号 合同编号", of_person=False, digits=True)
    monthly_hours = Column(Whole(minimum=1), "每月劳动时数 月劳动时数 月工时 每月工时 劳动时数", of_person=False)
    monthly_pay = Column(Money(), "每月劳动报酬 月劳动报酬 劳动报酬 月报酬 月工资", of_person=False)


class SupportedEmploymentKind(ServiceRollKind):
    """辅助性就业."""

    roll, record = SupportedEmploymentRoll, SupportedEmployment

    def findings(self, values):
        if not is_money(values.get("monthly_pay")):
            yield "AMOUNT_FORMAT", "monthly_pay", SENTENCES["AMOUNT_SIZE"]
