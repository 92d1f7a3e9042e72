"""docs/benchmarks.md: written from the figures of the benchmarks, never by hand.

Each section carries its figures as JSON, so that the whole file can be made again from itself: whoever edits a number
in the text is found out by the tests.
"""

import json
import re
from pathlib import Path

from lianyungang_cdpf.management.benchmarks.bars import bars_of

MARK = "<!-- Written by `bin/bench NAME --write`. Do not edit: the tests make this file again from its figures. -->"
FIGURES = re.compile(r"^<!-- figures of (?P<name>[a-z]+) -->\n```json\n(?P<json>.*?)\n```$", re.MULTILINE | re.DOTALL)
HEAD = f"""# Benchmarks
{MARK}

Speed is measured as ratios within one run, so that a slower machine says the same. Every leg has a process and a copy
of the database of its own; SQLite and PostgreSQL run with the settings of the portal and of the distribution. Seconds
are wall clock; CPU seconds are those of the portal's process and its reader, without the database server's. A leg that
a run left out (`--skip-peers`) is missing from its table, with its bars.
"""
INTAKE = """
The corpus's roll of 36,000 rows (35,800 valid, 200 bad; `.xlsx`) against a register of 130,000 people.

- **portal**: the upload and the worker's two steps, preview and posting, as the pages do them. The file is checked and
  read in the limited child process; every row is judged against people, certificates, hardship, standards and what
  was paid; the outcome of every row is kept encrypted; at posting all is judged anew and written in one transaction.
- **django-import-export, default**: a `ModelResource` of payments with nothing set but the field that identifies an
  instance; its admin's two steps, a dry run whose differences could be shown and then the import, each reading the
  workbook with its XLSX format. Row by row the person is looked up by the digest of the ID number, the payment that
  may exist is looked for, the new one is saved.
- **django-import-export, tuned**: what its documentation advises for large files: `use_bulk`, batches of 1,000,
  `CachedInstanceLoader` (which payment is there already), `CachedForeignKeyWidget` over the two columns needed of a
  person, `skip_diff`, `skip_html_diff`.
- **django-import-export, unchecked**: the same with `force_init_instance` in place of the instance loader, so that
  nothing asks whether somebody has been paid; no bar, shown because it is the fastest it can be set to.
- All are given the 35,800 valid rows alone, as a plain workbook with its header in the first row, and encrypt the
  account number as the portal does, with its digest. They do **not** find the header, tell totals and titles from
  people, compare names, certificates, standards or accounts, say what is wrong with the 200 bad rows, keep an outcome
  per row, store the standard paid by, or compare the file's total; and the admin's log entries (one per row) are left
  out.
- **floor**: python-calamine reads the workbook, and every row and column that the portal left in any table by preview
  and posting is written again with COPY (PostgreSQL) or `executemany` (SQLite), in one transaction that is
  committed. Nothing is judged, nothing encrypted (the bytes are those that the portal wrote). The tables are found by
  comparing the whole database before and after, and the benchmark fails when the floor leaves one out. Each run has a
  process and a copy of the database of its own, as each of the portal's has.
"""
REGISTER = """
Registers of invented people (`.csv`, 15 columns) taken into an empty portal: preview and posting.
"""
LISTS = """
Each list of the admin with 1,000 and with 100,000 records, opened, narrowed to a year and searched by a surname, as the
clerk of a county with a sixth of them: the whole page with its filters, its count and its 50 rows, and the statements
it takes. The **floor** is one hand-written statement for the newest 51 rows of the county with person and kind, which
neither counts nor filters nor renders anything. Counting reads what it counts: that is what grows.
"""
COMPARISON = """
36,000 people paid for three months, compared with a list of 100,000 lines (1,000 of them are paid), with the register
by all checks, and the last month with the one before (1,000 stopped, 1,000 paid another amount); and the same with a
hundredth of everything. Statements do not grow with the rows.
"""
REHEARSAL = """
A city of six counties: 36,000 people with the hardship allowance, 17,000 of them with the nursing allowance too, for
twelve months. Every month clerks carry last month's lists on; they are judged, put right, posted, explained, approved
by two, sent to the bank, answered, marked as paid, compared, and what was paid wrongly is claimed and in part refunded.
From the second month on 20 of each are planted: deaths known in time and too late, moves to another county, people of
another county, people twice in a list, certificates of another grade known in time and too late, groups of three with
one account, bank returns that are sent again and that are not. What is found must be what was planted, by the rules as
an auditor would say them, and planned = paid + returned + outstanding + recovered to the cent at every month's end.
"""
BOARD = """
The city's board as a leader opens it, the whole page: with the demonstration's year of all 25 targets, and with nine
more years of monthly payments before it. **Nothing changed** reads the stored tallies. **After a posting** is the first
opening after a month of hardship allowances was paid; it counts that target anew. Beside it the naive ways to the same
figures: one distinct count for each place and month of two of the targets, and one grouped statement for each of the
two. The posting is a statement a roll and the change stamp, as the paying deed leaves them.
"""
FUZZ = """
The corpus's rolls of up to 60 kB with a few bytes changed, whole or in one part of the workbook, and plain noise: each
through the gate and the parser in a child that is restarted when it dies or takes longer than 20 s. A file may be read,
be refused in a sentence, or kill its parser at a limit; a fault of the gate or the parser that nobody foresaw, or a
hang, is none of these. Then some are uploaded: what is refused may leave no row and no file.
"""
AUDIT = """
A thousand people with a deed every ten seconds, so a hundred deeds a second for a minute, while the worker seals beside
them: every second deed (a household on file) writes its line, the other does not, and both are measured from the moment
they are due. Then a thousand writers press the button in one moment. At the end everything is sealed and verified.
"""
TITLES = {
    "intake": ("A roll of 36,000 rows", INTAKE), "register": ("A register of 300,000 people", REGISTER),
    "lists": ("Lists of 100,000 records", LISTS), "comparison": ("Comparing 36,000 payments", COMPARISON),
    "rehearsal": ("A year of payments", REHEARSAL), "board": ("The board with ten years of payments", BOARD),
    "fuzz": ("A hundred thousand broken files", FUZZ), "audit": ("A thousand writers of the audit log", AUDIT),
}  # fmt: skip
LEGS = {"portal": "portal", "default": "django-import-export, default", "tuned": "django-import-export, tuned",
        "unchecked": "django-import-export, unchecked", "floor": "floor"}  # fmt: skip


def sections_of(text: str) -> dict[str, dict]:
    """The figures that a document carries, by benchmark."""
    return {match["name"]: json.loads(match["json"]) for match in FIGURES.finditer(text)}


def document(sections: dict[str, dict]) -> str:
    """The whole file. A section is a list of figures, one for each database, with the machine they come from."""
    return "\n".join([HEAD, *(_section(name, sections[name]) for name in TITLES if name in sections)])


def write(path: Path, name: str, results: list[dict]) -> None:
    """Put the figures in place of the last ones of the same benchmark and database; the others stay."""
    sections = sections_of(path.read_text(encoding="utf-8")) if path.exists() else {}
    by_vendor = {one["database"]["vendor"]: one for one in [*sections.get(name, []), *results]}
    merged = [by_vendor[vendor] for vendor in sorted(by_vendor, reverse=True)]
    path.write_text(document(sections | {name: merged}), encoding="utf-8")


def _section(name: str, results: list[dict]) -> str:
    title, words = TITLES[name]
    parts = "\n\n".join(_part(name, result) for result in results)
    figures = json.dumps(results, ensure_ascii=False, indent=1)
    return f"## {title}\n`bin/bench {name}`\n{words}\n{parts}\n\n<!-- figures of {name} -->\n```json\n{figures}\n```\n"


def _part(name: str, result: dict) -> str:
    title = f"### {result['database']['vendor']} {result['database']['version']}"
    return f"{title}\n{_machine(result)}\n\n{_bars(name, result)}\n\n{ROWS[name](result)}"


def _machine(result: dict) -> str:
    machine = result["machine"]
    libraries = ", ".join(f"{name} {number}" for name, number in machine["libraries"].items())
    return (
        f"Machine: {machine['cores']} cores ({machine['cpu']}), {machine['memory_gb']} GB; load before "
        f"{machine['load_before']}. Python {machine['python']}, {libraries}. Commit `{machine['commit']}`."
    )


def table(head: list[str], rows: list[list]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _bars(name: str, result: dict) -> str:
    rows = [
        [bar.database, bar.name, bar.shown, bar.wanted, "held" if bar.is_held else "**missed**"]
        for bar in bars_of(name, [result])
    ]
    return table(["database", "ratio", "measured", "bar", ""], rows)


def _intake_rows(result: dict) -> str:
    rows = []
    for leg, words in LEGS.items():
        if leg in result:
            one = result[leg]
            rows.append([words, _seconds(one["seconds"]), _seconds(one.get("cpu_seconds")), _parts(one), _peaks(one)])
    captured, tables = result["captured"], result["floor"]["tables"]
    counts = captured["statements"]
    written = ", ".join(f"`{name}` {count:,}" for name, count in tables.items())
    head = [result["database"]["vendor"], "seconds", "CPU seconds", "of which", "peak MB"]
    return (
        f"{table(head, rows)}\n\n{captured['rows']['posted']:,} rows posted, {captured['total']} yuan; "
        f"{counts['preview']} statements for the preview, {counts['posting']} for posting. Rows written: {written}."
    )


def _register_rows(result: dict) -> str:
    rows = [
        [f"{int(key):,} rows", _seconds(one["seconds"]), _seconds(one["cpu_seconds"]), _parts(one), _peaks(one)]
        for key, one in result.items()
        if key.isdecimal()
    ]
    return table([result["database"]["vendor"], "seconds", "CPU seconds", "of which", "peak MB"], rows)


def _lists_rows(result: dict) -> str:
    sizes = sorted((key for key in result if key.isdecimal()), key=int)
    head = [f"{result['database']['vendor']}, ms"]
    for size in sizes:
        head += [f"{int(size):,} {words}" for words in ("opened", "by year", "searched", "floor")]
    rows = []
    for name in result[sizes[0]]:
        cells = []
        for one in (result[size][name] for size in sizes):
            cells += [_page(one.get(view)) for view in ("opened", "by_year", "searched")] + [f"{one['floor_ms']:.1f}"]
        rows.append([f"`{name}`", *cells])
    return f"{table([*head], rows)}\n\nIn brackets the statements."


def _comparison_rows(result: dict) -> str:
    sizes = sorted((key for key in result if key.isdecimal()), key=int)
    head = [result["database"]["vendor"]]
    for size in sizes:
        head += [f"{int(size):,} payments, seconds", "statements"]
    rows = []
    for name, words in (("list", "with the list"), ("month", "with the register"), ("differences", "with last month")):
        cells = [(result[size][name]["seconds"], result[size][name]["statements"]) for size in sizes]
        rows.append([words, *(one for seconds, statements in cells for one in (_seconds(seconds), statements))])
    return table(head, rows)


def _rehearsal_rows(result: dict) -> str:
    months = result["months"]
    parts = list(months[0]["seconds"])
    rows = [
        [one["month"], f"{one['payments']:,}", one["planned"], sum(one["found"].values()),
         *(_seconds(one["seconds"][part]) for part in parts)]
        for one in months
    ]  # fmt: skip
    return (
        f"{table(['month', 'payments', 'yuan', 'found', *(f'{part}, s' for part in parts)], rows)}\n\n"
        f"The whole year: {_seconds(result['year']['seconds'])} s, peak {result['peak_mb']} MB."
    )


def _board_rows(result: dict) -> str:
    years = sorted((key for key in result if key.isdecimal()), key=int)
    head = [result["database"]["vendor"], *(f"{result[key]['payments']:,} payments" for key in years)]
    naive = [result[key]["naive"] for key in years]
    counted = naive[0]["cells"]["number"]
    rows = [
        ["the page, nothing changed, ms (statements)", *(_page(result[key]["unchanged"]) for key in years)],
        ["the page after a posting, ms", *(f"{result[key]['after_ms']:.0f}" for key in years)],
        [f"naive: {counted} cells one by one, s", *(_seconds(one["cells"]["seconds"]) for one in naive)],
        ["naive: two grouped statements, s", *(_seconds(one["grouped_seconds"]) for one in naive)],
    ]
    return table(head, rows)


def _fuzz_rows(result: dict) -> str:
    head = ["ended", "files"]
    rows = [[how, f"{count:,}"] for how, count in sorted(result["ended"].items())]
    return (
        f"{table(head, rows)}\n\n{result['inputs']:,} files of seed {result['seed']}, {result['uploaded']:,} uploads "
        f"in {_seconds(result['seconds'])} s; the portal's peak {result['portal_peak_mb']} MB."
    )


def _audit_rows(result: dict) -> str:
    paced, at_once, verified = result["paced"], result["at_once"], result["verified"]
    rows = [[words, paced[key]["p50_ms"], paced[key]["p95_ms"]]
            for key, words in (("with", "with its line"), ("without", "without"))]  # fmt: skip
    return (
        f"{table([result['database']['vendor'], 'p50, ms', 'p95, ms'], rows)}\n\n{paced['deeds']:,} deeds; "
        f"{at_once['writers']:,} writers at once were done in {_seconds(at_once['seconds'])} s. "
        f"{verified['lines']:,} lines, {verified['seals']:,} seals, {verified['breaches']} breaches."
    )


def _page(page: dict | None) -> str:
    return f"{page['ms']:.0f} ({page['statements']})" if page else ""


ROWS = {"intake": _intake_rows, "register": _register_rows, "lists": _lists_rows, "comparison": _comparison_rows,
        "rehearsal": _rehearsal_rows, "board": _board_rows, "fuzz": _fuzz_rows, "audit": _audit_rows}  # fmt: skip


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _parts(one: dict) -> str:
    parts = [f"{key.removesuffix('_seconds').replace('_', ' ')} {one[key]:.2f}" for key in one
             if key.endswith("_seconds") and key != "cpu_seconds"]  # fmt: skip
    runs = one.get("runs", [])
    return ", ".join(parts) + (f"; median of {', '.join(f'{run:.2f}' for run in runs)}" if len(runs) > 1 else "")


def _peaks(one: dict) -> str:
    if "portal_peak_mb" in one:
        return f"{one['portal_peak_mb']} + reader {one['reader_peak_mb']}"
    return str(one.get("peak_mb", ""))
