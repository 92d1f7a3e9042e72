"""Reading a standards file: every fault is named by its place in the file, and nothing is written here.

{"programmes": {CODE: {"name": ..., "versions": [{"effective_from": "2018-01", "effective_to": "2020-12" | null,
"amounts": {GRADE: "370.00", ...}}, ...], "eligibility": {...}}}}; other keys beside "programmes" are not read.
A version may also name "area" (code), "hukou_type" (town or rural), "household_class" and "source_document"; months
are first and last month of force; the grade "*" fits all grades. Amounts are yuan for one period of the programme.

A programme may also have "roll" (monthly, pension, insurance or education: the form of its lists, which says what a
period is) and "ages" ({"from": 16, "to": 59, "on": "12-31"}, either end null for no limit, or null for no limits at
all); where they are left out, what the portal has stays.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError

from beneficiaries.models import Hardship, HukouType
from subsidies.models import MONTH_AND_DAY, PERIOD_OF_ROLL, Programme, RollType, Standard
from subsidies.standards import validate_eligibility

MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
AMOUNT = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")
CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
GRADES = {"1": 1, "2": 2, "3": 3, "4": 4, "*": None}
PROGRAMME_KEYS = {"name", "versions", "eligibility", "roll", "ages", "note"}
AGE_KEYS = {"from", "to", "on"}
OLDEST = 120
VERSION_KEYS = {
    "effective_from", "effective_to", "amounts", "area", "hukou_type", "household_class", "source_document", "note",
}  # fmt: skip


class StandardsRefused(ValueError):
    """A standards file that can't be loaded; `sentences` says in Chinese what is wrong and where."""

    def __init__(self, sentences):
        self.sentences = list(sentences)
        super().__init__("\n".join(self.sentences))


@dataclass(frozen=True)
class ProgrammeEntry:
    """One programme of the file: its code, the fields of Programme, and the fields of each of its standards."""

    code: str
    head: dict
    standards: list[dict]

    @property
    def name(self) -> str:
        return self.head["name"]


def read_document(path: Path) -> dict:
    """The parsed file. Raises StandardsRefused when it can't be read or is not JSON."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise StandardsRefused([f"读不到文件 {path}：请检查路径和权限。"]) from error
    except UnicodeDecodeError as error:
        raise StandardsRefused([f"文件 {path} 不是 UTF-8 文本：请另存为 UTF-8 编码的 JSON。"]) from error
    try:
        return json.loads(text, parse_float=Decimal, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 列"
        raise StandardsRefused([f"文件 {path} 不是有效的 JSON：{where}有语法错误，请改正后再载入。"]) from error
    except RecursionError as error:
        raise StandardsRefused([f"文件 {path} 的层次太深，不是补贴标准文件。"]) from error


def _without_repeats(pairs: list) -> dict:
    seen = dict(pairs)
    if len(seen) < len(pairs):
        names = [key for key, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise StandardsRefused([f"文件中“{repeated}”在同一层写了两次：只能保留一个。"])
    return seen


def read_programmes(document, areas: dict[str, int]) -> list[ProgrammeEntry]:
    """The programmes of a parsed file; `areas` maps area codes to keys. Raises StandardsRefused with all faults."""
    programmes = document.get("programmes") if isinstance(document, dict) else None
    if not isinstance(programmes, dict) or not programmes:
        raise StandardsRefused(["文件中没有“programmes”：它应为“项目代码：内容”的对象，至少有一个项目。"])
    reader = _Reader(areas)
    entries = [reader.programme(code, content) for code, content in programmes.items()]
    if reader.faults:
        raise StandardsRefused(reader.faults)
    return entries


class _Reader:
    """Collects every fault of the file on its way, so that the office can mend them all at once."""

    def __init__(self, areas: dict[str, int]):
        self.areas = areas
        self.faults: list[str] = []

    def programme(self, code: str, content) -> ProgrammeEntry | None:
        where = f"项目“{code}”"
        if not CODE.fullmatch(code):
            return self._fault(where, "代码只能用英文字母、数字、- 和 _，最多 40 个。")
        if not self._is_object(where, content, PROGRAMME_KEYS):
            return None
        head = {"name": self._text(where, content, "name", Programme), "eligibility": content.get("eligibility")}
        if not head["name"]:
            self._fault(where, "缺少名称“name”。")
        self._check_eligibility(where, head["eligibility"])
        head |= self._form_of_lists(where, content) | self._ages(where, content)
        versions = content.get("versions")
        if not isinstance(versions, list):
            return self._fault(where, "“versions”应为列表，每个版本一项。")
        standards = []
        for number, version in enumerate(versions, start=1):
            standards += self._version(f"{where}的第 {number} 个版本", version)
        self._check_overlaps(where, standards)
        return ProgrammeEntry(code, head, standards)

    def _form_of_lists(self, where: str, content: dict) -> dict:
        roll = content.get("roll")
        if roll is None:
            return {}
        if roll not in RollType.values:
            self._fault(where, f"名册形式“roll”为“{roll}”，应为 {'、'.join(RollType.values)} 之一。")
            return {}
        return {"roll_type": roll, "period": PERIOD_OF_ROLL[RollType(roll)].value}

    def _ages(self, where: str, content: dict) -> dict:
        if "ages" not in content:
            return {}
        ages = {} if content["ages"] is None else content["ages"]
        if not self._is_object(f"{where}的年龄“ages”", ages, AGE_KEYS):
            return {}
        first, last, day = ages.get("from"), ages.get("to"), ages.get("on") or "12-31"
        if not all(one is None or (type(one) is int and 0 <= one <= OLDEST) for one in (first, last)):
            self._fault(where, f"年龄的“from”和“to”应为 0 到 {OLDEST} 的整数，或 null（不限）。")
        elif None not in (first, last) and last < first:
            self._fault(where, "年龄的“to”不能小于“from”。")
        if not isinstance(day, str) or not re.fullmatch(MONTH_AND_DAY, day):
            self._fault(where, f"年龄计算日“on”为“{day}”，应写成 12-31 的样子。")
        return {"age_from": first, "age_to": last, "age_on": day}

    def _check_eligibility(self, where: str, conditions) -> None:
        try:
            validate_eligibility(conditions, Hardship.values)
        except ValidationError as error:
            for message in error.messages:
                self._fault(where, message)

    def _version(self, where: str, version) -> list[dict]:
        if not self._is_object(where, version, VERSION_KEYS):
            return []
        shared = {
            "effective_from": self._month(where, version, "effective_from"),
            "effective_to": self._last_month(where, version),
            "area_id": self._area(where, version.get("area")),
            "hukou_type": self._hukou_type(where, version.get("hukou_type")),
            "household_class": self._text(where, version, "household_class", Standard),
            "source_document": self._text(where, version, "source_document", Standard),
        }
        first, last = shared["effective_from"], shared["effective_to"]
        if first and last and last < first:
            self._fault(where, "截止月份“effective_to”早于起始月份“effective_from”。")
        return [shared | amount for amount in self._amounts(where, version.get("amounts"))]

    def _amounts(self, where: str, amounts) -> list[dict]:
        if not isinstance(amounts, dict) or not amounts:
            self._fault(where, "“amounts”应为“等级：金额”的对象，至少有一个等级。")
            return []
        found = []
        for grade, amount in amounts.items():
            written = str(amount) if isinstance(amount, str | int | Decimal) and not isinstance(amount, bool) else ""
            if grade not in GRADES:
                self._fault(where, f"等级“{grade}”不对，应为 1、2、3、4，或表示不分等级的 *。")
            elif not AMOUNT.fullmatch(written) or not Decimal(written):
                self._fault(where, f'等级“{grade}”的金额“{amount}”不对，应大于零、最多两位小数，如 "370.00"。')
            else:
                found.append({"grade": GRADES[grade], "amount": Decimal(written).quantize(Decimal("0.01"))})
        return found

    def _month(self, where: str, version: dict, key: str) -> date | None:
        match = MONTH.fullmatch(str(version.get(key) or ""))
        if match and int(match[1]) >= 1950:
            return date(int(match[1]), int(match[2]), 1)
        return self._fault(where, f"月份“{key}”应写成 2018-01 的样子，现在是“{version.get(key) or '空'}”。")

    def _last_month(self, where: str, version: dict) -> date | None:
        return None if version.get("effective_to") is None else self._month(where, version, "effective_to")

    def _area(self, where: str, code) -> int | None:
        if code is None or str(code) in self.areas:
            return None if code is None else self.areas[str(code)]
        return self._fault(where, f"没有代码为“{code}”的地区。")

    def _hukou_type(self, where: str, value) -> str:
        if value in (None, "") or value in HukouType.values:
            return value or ""
        self._fault(where, f"户口性质“{value}”不对，应为 town（城镇）或 rural（农村）。")
        return ""

    def _text(self, where: str, content: dict, key: str, model) -> str:
        value, longest = content.get(key), model._meta.get_field(key).max_length
        if value is None:
            return ""
        if isinstance(value, str) and len(value) <= longest:
            return value.strip()
        self._fault(where, f"“{key}”应为不超过 {longest} 个字的文本。")
        return ""

    def _check_overlaps(self, where: str, standards: list[dict]) -> None:
        """Two amounts for the same people and month: nobody could say which one holds."""
        kept: dict[tuple, list] = {}
        for values in standards:
            alike = (values["grade"], values["area_id"], values["hukou_type"], values["household_class"])
            first, last = values["effective_from"] or date.max, values["effective_to"] or date.max
            if any(first <= other_last and other_first <= last for other_first, other_last in kept.get(alike, ())):
                grade = values["grade"] or "*"
                self._fault(where, f"等级“{grade}”在 {first:%Y-%m} 起有两个版本的时间重叠，请改正起止月份。")
            kept.setdefault(alike, []).append((first, last))

    def _is_object(self, where: str, value, keys: set[str]) -> bool:
        if not isinstance(value, dict):
            self._fault(where, "应为一个对象（大括号括起的各项）。")
            return False
        for key in value.keys() - keys:
            self._fault(where, f"不认识“{key}”，可用：{'、'.join(sorted(keys))}。")
        return True

    def _fault(self, where: str, what: str) -> None:
        self.faults.append(f"{where}：{what}")
