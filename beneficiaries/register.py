"""Rows of a register against the people already known: new, changed or unchanged; then written in bulk.

People are matched city-wide first and their place is checked after, so that a known person never becomes a duplicate.
Blank cells never erase. An undated statement replaces an undated one (it holds for all months, reading rules
"undated"); a dated one is ended the day before.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.utils import timezone

from beneficiaries.former import former_owners
from beneficiaries.identity import account_digest, certificate_digest, id_digest, phone_digest
from beneficiaries.models import Certificate, Hardship, HardshipStatus, Person
from beneficiaries.places import CountyNames, TownNames
from lianyungang_cdpf.intake.kinds import Context, Outcome
from lianyungang_cdpf.intake.tables import birth_date_of, normalise_id, sentence, sex_of
from lianyungang_cdpf.intake.typed import phone_in
from lianyungang_cdpf.masking import masked

BATCH = 10_000
CERTIFICATE = re.compile(r"[0-9]{17}[0-9X][1-7][1-4](B[1-9])?")
# Columns that a register row may set on a person, with the row's field of the same name.
PLAIN = (
    "name",
    "area_id",
    "village",
    "address",
    "hukou_type",
    "bank_name",
    "account_holder",
    "died_on",
    "moved_out_on",
)
SECRET = {"phone": phone_digest, "account_no": account_digest}
FIELDS = ("pk", "id_digest", "basis", *PLAIN, "phone_digest", "account_digest", "updated_at")
LENGTHS = {"name": 60, "village": 60, "address": 200, "bank_name": 60, "account_holder": 60}
ORDER = (
    "MISSING_REQUIRED", "ID_FORMAT", "ID_PRECISION_LOST", "ID_CHECKSUM", "WRONG_DISTRICT", "DUPLICATE_IN_FILE",
    "CERT_MISMATCH", "AREA_UNKNOWN", "STATUS_UNKNOWN", "DATE_ORDER",
)  # fmt: skip
SENTENCES = {
    "WRONG_DISTRICT": "不在本辖区：请从文件中删除，由所属县区登记；需要迁移的请与市残联联系。",
    "DUPLICATE_IN_FILE": "本文件中同一身份证号出现不止一次：只保留一行。",
    "CERT_MISMATCH": "残疾人证号与身份证号、类别或等级对不上：证号应为身份证号加类别、等级两位，请按证件核对。",
    "AREA_UNKNOWN": "认不出所属县区：请填写规范的县区和乡镇（街道）名称。",
    "STATUS_UNKNOWN": "家庭困难情况不在规定的说法之内：请填" + "、".join(Hardship.values) + "之一。",
    "DATE_ORDER": "死亡日期早于出生日期或晚于今天：请核对。",
    "W_TOWN_UNKNOWN": "没有找到这个乡镇（街道）：已建档的保持原地区，新建档的先登记在县区一级，请核对名称后更正。",
    "W_CHANGED_SINCE": "核对之后有人改过此人的档案，入账会用本行的内容覆盖：请打开档案核对，再决定是否入账。",
    "W_PHONE_FORMAT": "联系电话不是 7 到 12 位数字，没有登记：请核对后补填。",
    "W_BIRTH_DIFFERS": "出生日期或性别与身份证号不一致，已按身份证号登记。",
    "W_FORMER_ID": "这是曾用身份证号，已按合并后的档案处理，残疾人证未作改动：请在名册中改用现在的号码。",
}


@dataclass(slots=True)
class Entry:
    """One register row with what it will write: values by column, and what is already known of the person."""

    values: dict
    known: dict | None = None
    columns: dict = field(default_factory=dict)
    certificate: tuple | None = None
    is_former: bool = False
    # Whether the row puts a known person under a place that is not within the one on record.
    has_moved: bool = False
    # The certificate's status, where the row gives no certificate number.
    status: str = ""
    hardship: str | None = None
    # What reading found, kept so that a wrong row can be shown as it stands in the file.
    problems: list = field(default_factory=list)


class RegisterJudge:
    """Judges register rows a batch at a time; each batch takes four statements."""

    def __init__(self, context: Context):
        self.context, self.staff = context, context.staff
        self.counties, self.towns = CountyNames(), TownNames()
        self.today = timezone.localdate()
        self.seen: set[str] = set()
        self.seen_people: set[int] = set()

    def judge(self, rows: Iterable) -> Iterator[Outcome]:
        """An Outcome per row, in order."""
        rows = iter(rows)
        while batch := list(islice(rows, BATCH)):
            known = known_people({row.values["id_number"] for row in batch if row.values.get("id_number")})
            for row in batch:
                number = row.values.get("id_number")
                one = known.get(number)
                former = bool(one) and number in one["former"]
                yield self._outcome(row, Entry(row.values, one, problems=row.problems, is_former=former))

    def _outcome(self, row, entry: Entry) -> Outcome:
        findings = list(row.problems)
        bad_id = any(code.startswith("ID_") for code, *_ in findings) or not entry.values.get("id_number")
        if not bad_id:
            findings += [(code, column, "") for code, column in self._findings(entry)]
        outcome = Outcome(row.sheet, row.row, data=entry)
        findings.sort(key=lambda finding: ORDER.index(finding[0]) if finding[0] in ORDER else len(ORDER))
        for code, column, text in findings:
            codes = outcome.warnings if code.startswith("W_") or code == "BANK_LUHN" else outcome.codes
            if code not in codes:
                codes.append(code)
                outcome.messages.append((code, column, self._say(row.sheet, code, column, text)))
        outcome.change = "new" if entry.known is None else "changed" if is_changed(entry) else "unchanged"
        return outcome

    def _say(self, sheet: str | None, code: str, column: str, text: str) -> str:
        return SENTENCES.get(code) or sentence(code, self.context.heading(sheet, column), masked(column, text))

    def _findings(self, entry: Entry) -> Iterator[tuple[str, str]]:
        values = entry.values
        if self._is_seen(entry):
            yield "DUPLICATE_IN_FILE", "id_number"
        yield from self._place(entry)
        yield from self._certificate(entry)
        status = values.get("household_status")
        if status and status not in Hardship.values:
            yield "STATUS_UNKNOWN", "household_status"
        elif status:
            entry.hardship = status
        yield from self._dates(entry)
        self._set_columns(entry)
        if entry.is_former:
            # The certificate under the old number is history; the one under the new number stands.
            entry.certificate, entry.status = None, ""
            yield "W_FORMER_ID", "id_number"
        if values.get("phone") and "phone" not in entry.columns:
            yield "W_PHONE_FORMAT", "phone"
        since, known = self.context.since, entry.known
        if since and known and known["updated_at"] > since and is_changed(entry):
            yield "W_CHANGED_SINCE", "id_number"

    def _is_seen(self, entry: Entry) -> bool:
        """Whether an earlier row was about the same person, under this number or a former one."""
        seen, one = (self.seen_people, entry.known["pk"]) if entry.known else (self.seen, entry.values["id_number"])
        if one in seen:
            return True
        seen.add(one)
        return False

    def _dates(self, entry: Entry) -> Iterator[tuple[str, str]]:
        values, id_number = entry.values, entry.values["id_number"]
        born = birth_date_of(id_number)
        died = values.get("died_on")
        if died and not born <= died <= self.today:
            yield "DATE_ORDER", "died_on"
        if values.get("birth_date") not in (None, born) or values.get("sex") not in (None, "", sex_of(id_number)):
            yield "W_BIRTH_DIFFERS", "birth_date"

    def _place(self, entry: Entry) -> Iterator[tuple[str, str]]:
        values, known = entry.values, entry.known
        if known and not self._in_scope(known["area_id"]):
            yield "WRONG_DISTRICT", "county"
            return
        county, town = values.get("county"), values.get("town")
        if known and not county and not town:
            return
        units = self.counties.named_by(county) if county else self._own_units(known)
        area = self.towns.find(units, town)
        if area is None and town:
            yield "W_TOWN_UNKNOWN", "town"
        if area is None:
            area = self._within(units, known, has_town=bool(town))
        if area is None:
            yield "AREA_UNKNOWN", "county"
        elif not self._in_scope(area):
            yield "WRONG_DISTRICT", "county"
        else:
            entry.columns["area_id"] = deep = self._as_deep_as(area, known)
            paths = self.towns.paths
            entry.has_moved = bool(known) and not paths[deep][0].startswith(paths[known["area_id"]][0])

    def _within(self, units, known: dict | None, *, has_town: bool) -> int | None:
        """The area that a row means without a known town: where the person is, if that is it, else the unit itself."""
        if known and self.towns.unit_keys[known["area_id"]] in units:
            return known["area_id"]
        counties = [self.towns.units[unit] for unit in units if unit in self.towns.units]
        if len(counties) != 1:
            return None
        # A township's own file need not say which township it is.
        own = None if has_town else self.staff.area_id
        is_ours = own and self.towns.paths[own][0].startswith(self.towns.paths[counties[0]][0])
        return own if is_ours else counties[0]

    def _as_deep_as(self, area: int, known: dict | None) -> int:
        """The area, or the part of it where the person is known to be: a coarser statement erases nothing."""
        if known and self.towns.paths[known["area_id"]][0].startswith(self.towns.paths[area][0]):
            return known["area_id"]
        return area

    def _own_units(self, known: dict | None) -> set[str]:
        """The county-level unit meant when the row names none: the person's own, else the clerk's."""
        codes = self.towns.paths[known["area_id"]][0].split("/")[1:2] if known else [self.staff.own_unit]
        return {code for code in codes if code}

    def _in_scope(self, area: int) -> bool:
        path, zone_id = self.towns.paths[area]
        return path.startswith(self.staff.area.path) if self.staff.area_id else zone_id == self.staff.zone_id

    def _certificate(self, entry: Entry) -> Iterator[tuple[str, str]]:
        values, number = entry.values, entry.values.get("certificate_no")
        if not number:
            entry.status = values.get("certificate_status") or ""
            return
        number = normalise_id(number)
        given = (values.get("category"), values.get("grade"))
        if not CERTIFICATE.fullmatch(number) or number[:18] != values["id_number"]:
            yield "CERT_MISMATCH", "certificate_no"
            return
        told = (int(number[18]), int(number[19]))
        if any(one is not None and one != other for one, other in zip(given, told, strict=True)):
            yield "CERT_MISMATCH", "certificate_no"
            return
        entry.certificate = (number, *told, values.get("certificate_status") or "")
        if entry.known and entry.known["basis"] != "holder" and not entry.is_former:
            entry.columns["basis"] = "holder"

    def _set_columns(self, entry: Entry) -> None:
        for name in PLAIN:
            value = entry.values.get(name)
            if value and name != "area_id":
                entry.columns[name] = value[: LENGTHS[name]] if name in LENGTHS else value
        phone = phone_in(entry.values.get("phone") or "")
        if phone:
            entry.columns["phone"] = phone
        if entry.values.get("account_no"):
            entry.columns["account_no"] = entry.values["account_no"]


def known_people(numbers: set[str]) -> dict[str, dict]:
    """What is on record of the people with these ID numbers, by ID number; three statements.

    Numbers that nobody has may be former ones: one statement more where there are such, two where they are found.
    """
    digests = {id_digest(number): number for number in numbers}
    rows = list(Person.objects.filter(id_digest__any_of=list(digests)).order_by().values(*FIELDS))
    former = former_owners(digests.keys() - {row["id_digest"] for row in rows}) if len(rows) < len(digests) else {}
    if missing := set(former.values()) - {row["pk"] for row in rows}:
        rows += Person.objects.filter(pk__any_of=list(missing)).order_by().values(*FIELDS)
    people = {row["pk"]: {**row, "certificates": [], "hardships": [], "former": ()} for row in rows}
    if people:
        keys = list(people)
        certificates = Certificate.objects.filter(person__any_of=keys).order_by("id")
        for row in certificates.values("pk", "person_id", "number_digest", "status", "valid_from", "valid_to"):
            people[row["person_id"]]["certificates"].append(row)
        hardships = HardshipStatus.objects.filter(person__any_of=keys).order_by("id")
        for row in hardships.values("pk", "person_id", "status", "valid_from", "valid_to"):
            people[row["person_id"]]["hardships"].append(row)
    known = {digests[one["id_digest"]]: one for one in people.values() if one["id_digest"] in digests}
    for digest, owner in former.items():
        known[digests[digest]] = one = people[owner]
        one["former"] = (*one["former"], digests[digest])
    return known


def changed_columns(entry: Entry) -> dict:
    """The columns whose values differ from what is on record."""
    known = entry.known
    return {
        name: value
        for name, value in entry.columns.items()
        if (
            known[f"{name.removesuffix('_no')}_digest"] != SECRET[name](value)
            if name in SECRET
            else known[name] != value
        )
    }


def standing_certificate(entry: Entry) -> dict | None:
    """The certificate on record that holds longest, of several the one recorded last."""
    held = reversed(entry.known["certificates"]) if entry.known else ()
    return max(held, key=lambda one: one["valid_to"] or date.max, default=None)


def new_certificate(entry: Entry) -> bool:
    """Whether the row's certificate, or its status, is not the one that stands on record."""
    standing = standing_certificate(entry)
    if entry.certificate is None:
        return bool(entry.status and standing and standing["status"] != entry.status)
    number, _, _, status = entry.certificate
    if standing is None or standing["number_digest"] != certificate_digest(number):
        return True
    return bool(status) and standing["status"] != status


def standing_hardships(entry: Entry) -> list[dict]:
    """The hardship statuses on record that have not ended."""
    today = timezone.localdate()
    held = entry.known["hardships"] if entry.known else ()
    return [one for one in held if one["valid_to"] is None or one["valid_to"] > today]


def new_hardship(entry: Entry) -> bool:
    """Whether the row's hardship status is not the one on record."""
    return entry.hardship is not None and [one["status"] for one in standing_hardships(entry)] != [entry.hardship]


def is_changed(entry: Entry) -> bool:
    """Whether applying the row would change anything of a known person."""
    return bool(changed_columns(entry)) or new_certificate(entry) or new_hardship(entry)
