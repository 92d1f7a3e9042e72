"""The frame of an .xlsx: its sheets in order, its shared strings, which styles are dates, which date system."""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field

from .archive import part_name, part_names
from .cells import ORDINARY, BadCell, decode_ooxml_escapes, text_cell
from .limits import Limits
from .plain import plain_strings, whole_part
from .refused import damaged
from .xml_parts import local_name, new_parser, parse_part, spreadsheet_names

TRUE = ("1", "true", "on")
STATES = {"hidden": "hidden", "veryHidden": "very_hidden"}
TEXT, STRING_ITEM, PHONETIC = (spreadsheet_names(name) for name in ("t", "si", "rPh"))
RELATIONSHIP_ID = "/relationships|id"

# ECMA-376 part 1, 18.8.30: 14-22 and 45-47 everywhere, 27-36 and 50-58 in the Chinese versions of Excel.
DATE_FORMATS = {14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58}
TIME_FORMATS = {18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56}
NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|General|E[+-]|AM/PM|A/P', re.IGNORECASE)

ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)  # [h]:mm counts hours past 24


@dataclass
class SheetEntry:
    """One line of the workbook's list of sheets."""

    name: str
    state: str
    part: str


@dataclass
class Workbook:
    """What the cells need to be understood. `dates` and `times` hold style numbers."""

    sheets: list[SheetEntry] = field(default_factory=list)
    date1904: bool = False
    strings: list[str | BadCell | None] = field(default_factory=list)
    dates: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()


def read_workbook(archive: zipfile.ZipFile, limits: Limits) -> Workbook:
    """Raises Refused where a sheet's part is missing or lies outside the file."""
    names = part_names(archive.namelist())
    main = _main_part(archive, names)
    workbook, ids = Workbook(), []
    parse_part(archive, names[main], new_parser(_workbook_handler(workbook, ids)))
    targets, parts = _relationships(archive, names, main)
    for (name, state), relationship in ids:
        kind, part = targets.get(relationship, (None, None))
        if kind is None:
            raise damaged(f"工作表“{name[:31]}”指向不存在的部件")
        if kind == "worksheet":
            workbook.sheets.append(SheetEntry(name, state, _existing(part, names, name)))
    if part := names.get(parts.get("sharedStrings")):
        workbook.strings = _shared_strings(archive, part, limits)
    if part := names.get(parts.get("styles")):
        workbook.dates, workbook.times = _date_styles(archive, part)
    return workbook


def _workbook_handler(workbook: Workbook, ids: list):
    def start(name: str, attributes: dict) -> None:
        match local_name(name):
            case "workbookPr":
                workbook.date1904 = attributes.get("date1904", "") in TRUE
            case "sheet":
                state = STATES.get(attributes.get("state", ""), "visible")
                relationship = next((v for k, v in attributes.items() if k.endswith(RELATIONSHIP_ID)), None)
                ids.append(((attributes.get("name", ""), state), relationship))

    return start


def _main_part(archive: zipfile.ZipFile, names: dict[str, str]) -> str:
    """The workbook is what the package says it is; most, but not all, call it xl/workbook.xml."""
    _, parts = _relationships(archive, names, "")
    if (main := parts.get("officeDocument")) not in names:
        raise damaged("找不到工作簿部件")
    return main


def _relationships(archive: zipfile.ZipFile, names: dict[str, str], source: str) -> tuple[dict, dict]:
    """Of a part: by id (kind, target in lower case), and the target of each kind. External targets are None."""
    folder, base = posixpath.split(source)
    part = posixpath.join(folder, "_rels", f"{base}.rels")
    by_id, by_kind = {}, {}

    def start(name: str, attributes: dict) -> None:
        if local_name(name) != "Relationship":
            return
        kind = posixpath.basename(attributes.get("Type", ""))
        external = attributes.get("TargetMode", "").lower() == "external"
        target = None if external else _resolve(folder, attributes.get("Target", ""))
        by_id[attributes.get("Id")] = (kind, target)
        by_kind.setdefault(kind, target)

    if part not in names:
        raise damaged("找不到工作簿的部件关系表")
    parse_part(archive, names[part], new_parser(start))
    return by_id, by_kind


def _resolve(folder: str, target: str) -> str:
    return part_name(posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))


def _existing(part: str | None, names: dict[str, str], sheet: str) -> str:
    if part not in names:
        raise damaged(f"工作表“{sheet[:31]}”指向文件之外或不存在的部件")
    return names[part]


def _shared_strings(archive: zipfile.ZipFile, part: str, limits: Limits) -> list[str | BadCell | None]:
    """The text of each entry: its runs joined, phonetic guides (rPh) left out."""
    whole = whole_part(archive, part)
    plain = plain_strings(whole) if whole is not None else None
    if plain is not None:
        most, is_ordinary = limits.max_cell_chars, ORDINARY.fullmatch
        return [
            text if len(text) <= most and is_ordinary(text) else text_cell(decode_ooxml_escapes(text), most)
            for text in plain
        ]
    strings, runs, texts = [], [], []
    phonetic = False

    def start(name: str, _) -> None:
        nonlocal phonetic
        if name in TEXT:
            texts.clear()
        elif name in STRING_ITEM:
            runs.clear()
        elif name in PHONETIC:
            phonetic = True

    def end(name: str) -> None:
        nonlocal phonetic
        if name in TEXT and not phonetic:
            runs.extend(texts)
        elif name in STRING_ITEM:
            strings.append(text_cell(decode_ooxml_escapes("".join(runs)), limits.max_cell_chars))
        elif name in PHONETIC:
            phonetic = False

    parse_part(archive, part, new_parser(start, end, texts.append))
    return strings


def _date_styles(archive: zipfile.ZipFile, part: str) -> tuple[frozenset[str], frozenset[str]]:
    """The numbers of the cell styles that show a day, and of those that show only a time of day."""
    formats, styles = {}, []
    inside = False

    def start(name: str, attributes: dict) -> None:
        nonlocal inside
        match local_name(name):
            case "numFmt":
                formats[attributes.get("numFmtId")] = attributes.get("formatCode", "")
            case "cellXfs":
                inside = True
            case "xf" if inside:
                styles.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        nonlocal inside
        if local_name(name) == "cellXfs":
            inside = False

    parse_part(archive, part, new_parser(start, end))
    kinds = [format_kind(number, formats.get(number)) for number in styles]
    return tuple(frozenset(str(i) for i, kind in enumerate(kinds) if kind == wanted) for wanted in ("date", "time"))


def format_kind(number: str, code: str | None) -> str | None:
    """ "date", "time" or None, of a number format: its code where the file gives one, else the built-in number."""
    if code is None:
        known = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        return "date" if known in DATE_FORMATS else "time" if known in TIME_FORMATS else None
    if ELAPSED.search(code):
        return "time"
    letters = set(NOT_CODES.sub("", code.split(";")[0]).lower())
    if letters & set("yde") or ("m" in letters and not letters & set("hs")):
        return "date"
    return "time" if letters & set("hs") else None
