"""适龄残疾儿童少年入学花名册."""

import re
from datetime import date

from lianyungang_cdpf.intake.tables import Choice, Column, Date, PersonName, Text
from lianyungang_cdpf.intake.tables.cleaners import BLANK, Cleaner, shown
from lianyungang_cdpf.intake.tables.text import bare
from services.fitness import SENTENCES
from services.models import ENROLLED, SchoolEnrolment, school_year_of
from services.models.schooling import FIRST_MONTH
from services.rolls.base import ServiceRoll, ServiceRollKind


class SchoolYear(Cleaner):
    """2019 of 2019—2020学年, 2019-2020 or 2019; as a day, the first of its September."""

    accepts = "学年，写成 2019-2020 或学年开始的年份"
    example = "2019-2020"

    _FORM = re.compile(r"(20[0-9]{2})(?:[-—–~～/至]+(20)?([0-9]{2}))?(?:学?年度?)?")

    def __init__(self, as_day: bool = False):
        self.as_day = as_day

    def clean(self, cell):
        text = bare(cell) if isinstance(cell, str) else shown(cell)
        if not text:
            return BLANK
        match = self._FORM.fullmatch(text)
        if not match or (match[3] and int(match[3]) != (int(match[1]) + 1) % 100):
            return None, "DATE_FORMAT"
        year = int(match[1])
        return (date(year, FIRST_MONTH, 1) if self.as_day else year), None


class EnrolmentRoll(ServiceRoll):
    """适龄残疾儿童少年入学花名册; of a file with the school year only, its first day is the day of the roster."""

    name = Column(PersonName(), "姓名 学生姓名 儿童姓名 残疾儿童姓名 学生", whole="儿童", required=True, key=True)
    school_year = Column(SchoolYear(), "学年 学年度 就读学年", of_person=False)
    served_on = Column(
        Date(), "登记日期 统计日期 核对日期", of_person=False, required=True,
        instead=("school_year", SchoolYear(as_day=True)),
    )  # fmt: skip
    schooling = Column(
        Choice(
            "CHOICE_FORMAT", inclusive_class=("随班就读", "普通学校", "普校", "普通班"),
            special_school=("特教学校", "特教班", "特殊教育学校", "特校", "特教学校或特教班"),
            home_teaching=("送教上门", "送教"), not_enrolled=("未入学", "失学", "辍学", "未就读"),
            deferred=("批准延缓或免予入学", "延缓入学", "缓学", "免予入学", "免学", "批准缓学"),
        ),
        "就读方式 就学方式 安置方式 入学情况 就读情况 入学方式 就读形式", of_person=False, required=True,
    )  # fmt: skip
    school = Column(
        Text(), "学校 就读学校 学校名称 在读学校名称", never="地址 电话", of_person=False, example="海州区实验小学"
    )
    school_grade = Column(Text(), "年级 就读年级 学段", of_person=False, example="三年级")
    student_no = Column(Text(), "学籍号 全国学籍号 学号", of_person=False, digits=True)
    reason = Column(Text(), "未入学原因 未就读原因 原因 缓学原因 批准文号", of_person=False)


class EnrolmentKind(ServiceRollKind):
    """入学情况: who goes to school says where, who does not says why."""

    roll, record = EnrolmentRoll, SchoolEnrolment

    def findings(self, values):
        if values["schooling"] in ENROLLED and not values.get("school"):
            yield "SCHOOL_MISSING", "school", SENTENCES["SCHOOL_MISSING"]
        elif values["schooling"] not in ENROLLED and not values.get("reason"):
            yield "REASON_MISSING", "reason", SENTENCES["REASON_MISSING"]

    def services_of(self, values):
        year = values.get("school_year") or school_year_of(values["served_on"])
        return super().services_of({**values, "school_year": year})
