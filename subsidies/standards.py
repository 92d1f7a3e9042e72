"""Which standard a payment must equal, and who qualifies. Knows no model: rows are handed in, answers are cached.

Source of both: rules "amount" and "eligible" of the reading rules; amounts themselves are data (Standard, Programme).
"""

import sys
from datetime import date

from django.core.exceptions import ValidationError

CATEGORIES, GRADES = range(1, 8), range(1, 5)


class StandardBook:
    """The standards and the eligibility of one programme, read with one query and asked for each row of a roll."""

    def __init__(self, programme, standards=None):
        """Read the standards of a saved Programme, or take those in hand; later changes to them are not seen."""
        rows = programme.standards.select_related("area") if standards is None else standards
        self._standards = sorted(rows, key=_precedence, reverse=True)
        self._answers = {}
        self.eligibility = Eligibility(programme.eligibility)

    def amount_for(
        self, month: date, grade: int, area_path: str = "", hukou_type: str = "", classes: tuple[str, ...] | str = ()
    ):
        """The Standard (`.amount` in yuan a period) in force in the month whose first day is given, or None.

        `classes` are the household's statuses or classes, one word or several. The most specific standard wins: more
        attributes filled, then the deeper area, then the later effective_from.
        """
        key = (month, grade, area_path, hukou_type, (classes,) if isinstance(classes, str) else tuple(classes))
        if key not in self._answers:
            self._answers[key] = next((row for row in self._standards if _fits(row, *key)), None)
        return self._answers[key]

    @property
    def has_standards(self) -> bool:
        """Whether the office keeps any standards of the programme."""
        return bool(self._standards)

    def is_eligible_grade(self, category: int, grade: int) -> bool:
        """Whether a certificate of this category (1-7) and grade (1-4) qualifies."""
        return self.eligibility.is_eligible_grade(category, grade)

    def is_eligible_household(self, statuses) -> bool:
        """Whether one of the household's statuses in force (低保, 一户多残 ...) qualifies."""
        return self.eligibility.is_eligible_household(statuses)


def _precedence(standard) -> tuple:
    attributes = (standard.grade, standard.area_id, standard.hukou_type, standard.household_class)
    filled = sum(value not in (None, "") for value in attributes)
    depth = len(standard.area.path) if standard.area_id else 0
    # One that is not saved yet would be the newest.
    return filled, depth, standard.effective_from, sys.maxsize if standard.pk is None else standard.pk


def _fits(standard, month, grade, area_path, hukou_type, classes) -> bool:
    return (
        standard.effective_from <= month
        and (standard.effective_to is None or month <= standard.effective_to)
        and standard.grade in (None, grade)
        and (standard.area_id is None or area_path.startswith(standard.area.path))
        and standard.hukou_type in ("", hukou_type)
        and standard.household_class in ("", *classes)
    )


class Eligibility:
    """Programme.eligibility, ready to be asked; a programme without conditions qualifies nobody."""

    def __init__(self, conditions: dict):
        """Take conditions that `validate_eligibility` accepts, or the empty dict."""
        self._pairs = frozenset(_qualifying_pairs(conditions))
        households = conditions.get("household_status")
        self._households = None if households is None else frozenset(households)

    def is_eligible_grade(self, category: int, grade: int) -> bool:
        """Whether any certificate condition admits the category and grade."""
        return (category, grade) in self._pairs

    def is_eligible_household(self, statuses) -> bool:
        """Whether any of the statuses is on the list; without a list everybody's household qualifies."""
        return self._households is None or not self._households.isdisjoint(statuses)


def _qualifying_pairs(conditions: dict):
    for condition in conditions.get("certificate", []):
        for category in condition["categories"] or CATEGORIES:
            for grade in condition["grades"] or GRADES:
                yield category, grade


def validate_eligibility(conditions, households=None) -> None:
    """Raise ValidationError with a sentence for each thing that is not of Programme.eligibility's form.

    `households`: the words that a household status may have; None leaves them unchecked.
    """
    problems = list(_eligibility_problems(conditions, households))
    if problems:
        raise ValidationError(problems)


def _eligibility_problems(conditions, households):
    if not isinstance(conditions, dict):
        yield "享受条件应为一个对象，含“certificate”和“household_status”两项。"
        return
    for key in conditions.keys() - {"certificate", "household_status"}:
        yield f"享受条件中不认识“{key}”，只能有“certificate”和“household_status”。"
    yield from _certificate_problems(conditions.get("certificate"))
    yield from _household_problems(conditions.get("household_status"), households)


def _certificate_problems(listed):
    if not isinstance(listed, list) or not listed:
        yield "享受条件的“certificate”应为列表，至少有一个条件。"
        return
    for number, condition in enumerate(listed, start=1):
        if not isinstance(condition, dict) or condition.keys() != {"grades", "categories"}:
            yield f"享受条件第 {number} 个证件条件应恰好含“grades”和“categories”两项。"
            continue
        for key, allowed, unit in (
            ("grades", GRADES, "1 到 4 的残疾等级"),
            ("categories", CATEGORIES, "1 到 7 的残疾类别"),
        ):
            if not _is_list_within(condition[key], allowed):
                yield f"享受条件第 {number} 个证件条件的“{key}”应为{unit}的列表，或 null（不限）。"


def _household_problems(listed, households):
    if listed is None:
        return
    if not isinstance(listed, list) or not listed or not all(isinstance(word, str) and word for word in listed):
        yield "享受条件的“household_status”应为困难情况的列表，或 null（不限）。"
    elif households is not None:
        for word in (word for word in listed if word not in households):
            yield f"享受条件中的困难情况“{word}”不认识，可用：{'、'.join(households)}。"


def _is_list_within(value, allowed) -> bool:
    if value is None:
        return True
    return bool(value) and isinstance(value, list) and all(type(item) is int and item in allowed for item in value)


def eligibility_in_words(conditions: dict) -> str:
    """Who qualifies, as a sentence for people: 证件：一级、二级；智力、精神三级。困难情况：低保。"""
    certificates = "；".join(map(_condition_in_words, conditions.get("certificate") or []))
    if not certificates:
        return "尚未填写享受条件，任何人都不符合。"
    households = "、".join(conditions.get("household_status") or ["不限"])
    return f"残疾人证：{certificates}。困难情况：{households}。"


def ages_in_words(programme) -> str:
    """The ages of a programme as a sentence: 年龄：16—59 周岁（12-31）。 Empty without limits."""
    first, last = programme.age_from, programme.age_to
    if first is None and last is None:
        return ""
    ends = ("" if first is None else f"{first} 周岁以上", "" if last is None else f"{last} 周岁以下")
    ages = f"{first}—{last} 周岁" if all(ends) else "".join(ends)
    return f"年龄：{ages}（按当年 {programme.age_on} 计算）。"


def _condition_in_words(condition: dict) -> str:
    grades = "、".join("一二三四"[grade - 1] + "级" for grade in condition["grades"] or []) or "各级"
    names = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
    categories = "、".join(names[category - 1] for category in condition["categories"] or [])
    return f"{categories or '各类别'}{grades}"


def met_in_words(conditions: dict, category: int, grade: int, statuses) -> str:
    """Which of the conditions somebody who qualifies meets: 残疾人证：一级、二级。困难情况：低保。"""
    met = (
        condition
        for condition in conditions["certificate"]
        if Eligibility({"certificate": [condition]}).is_eligible_grade(category, grade)
    )
    households = [word for word in conditions.get("household_status") or ["不限"] if word in {*statuses, "不限"}]
    return f"残疾人证：{_condition_in_words(next(met))}。困难情况：{'、'.join(households)}。"
