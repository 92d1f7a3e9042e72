"""The bars that the import must hold, as ratios within one run, and whether it does."""

from collections.abc import Iterator
from dataclasses import dataclass

MOST_MB = 400
MOST_MS = 500
MOST_SECONDS = 10
MOST_GROWTH = 1.2


@dataclass(frozen=True)
class Bar:
    """One figure of one database against its bar; `at_least` says on which side of `limit` it must stay. Judged by
    the figure itself, shown with two decimals."""

    name: str
    database: str
    figure: float
    limit: float
    at_least: bool
    unit: str = ""

    @property
    def is_held(self) -> bool:
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    @property
    def shown(self) -> str:
        """The figure with its unit."""
        return f"{round(self.figure, 2):g}{self.unit}"

    @property
    def wanted(self) -> str:
        """The bar in signs: ≥ 30, ≤ 400 MB."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit}"


def bars_of(name: str, results: list[dict]) -> list[Bar]:
    """The bars of a benchmark's figures, database by database; those of a leg that was left out are not among them."""
    return [bar for result in results for bar in BARS.get(name, lambda result: ())(result)]


def _of_intake(result: dict) -> Iterator[Bar]:
    database, portal = result["database"]["vendor"], result["portal"]
    for name, limit in (("default", 30), ("tuned", 5)):
        if name in result:
            figure = result[name]["seconds"] / portal["seconds"]
            yield Bar(f"django-import-export {name} ÷ portal", database, figure, limit, at_least=True)
    figure = portal["seconds"] / result["floor"]["seconds"]
    yield Bar("portal ÷ floor", database, figure, 4, at_least=False)
    both = portal["portal_peak_mb"] + portal["reader_peak_mb"]
    yield Bar("portal and reader at their peaks", database, both, MOST_MB, at_least=False, unit=" MB")


def _of_register(result: dict) -> Iterator[Bar]:
    small, large = sorted((key for key in result if key.isdecimal()), key=int)
    figure = result[large]["seconds"] / result[small]["seconds"]
    times = int(large) // int(small) + 1
    yield Bar(f"{int(large):,} rows ÷ {int(small):,} rows", result["database"]["vendor"], figure, times, at_least=False)


def _of_lists(result: dict) -> Iterator[Bar]:
    database = result["database"]["vendor"]
    small, large = sorted((key for key in result if key.isdecimal()), key=int)
    # Of a list's views the busiest: a search that finds nobody among few has no rows to look things up for.
    few, many = ({name: _most_statements(one) for name, one in result[size].items()} for size in (small, large))
    more = max(many[name] - few[name] for name in many)
    yield Bar(f"statements more for {int(large):,} records than for {int(small):,}", database, more, 0, at_least=False)
    slowest = max(page["ms"] for one in result[large].values() for page in _pages(one))
    yield Bar(f"slowest page of {int(large):,} records", database, slowest, MOST_MS, at_least=False, unit=" ms")


def _of_comparison(result: dict) -> Iterator[Bar]:
    database = result["database"]["vendor"]
    small, large = sorted((key for key in result if key.isdecimal()), key=int)
    for name in ("list", "month", "differences"):
        few, many = result[small][name], result[large][name]
        more = many["statements"] - few["statements"]
        yield Bar(f"{name}: statements more for {int(large):,} payments", database, more, 0, at_least=False)
        yield Bar(
            f"{name}: {int(large):,} payments", database, many["seconds"], MOST_SECONDS, at_least=False, unit=" s"
        )


def _of_rehearsal(result: dict) -> Iterator[Bar]:
    database, months = result["database"]["vendor"], result["months"]
    wrong = sum(len(one["problems"]) for one in months)
    yield Bar("not found, found though not planted, or money that does not add up", database, wrong, 0, at_least=False)
    for part in ("comparison", "differences"):
        slowest = max(one["seconds"][part] for one in months)
        yield Bar(f"slowest month: {part}", database, slowest, MOST_SECONDS, at_least=False, unit=" s")


def _of_board(result: dict) -> Iterator[Bar]:
    database = result["database"]["vendor"]
    few, many = (result[years] for years in sorted((key for key in result if key.isdecimal()), key=int))
    opened = many["unchanged"]
    yield Bar("nothing changed", database, opened["ms"], 50, at_least=False, unit=" ms")
    yield Bar("nothing changed: statements", database, opened["statements"], 12, at_least=False)
    yield Bar(f"after a posting of {many['posted']:,}", database, many["after_ms"], 1000, at_least=False, unit=" ms")
    growth = opened["ms"] / few["unchanged"]["ms"]
    yield Bar("ten years ÷ one, nothing changed", database, growth, MOST_GROWTH, at_least=False)
    growth = many["after_ms"] / few["after_ms"]
    yield Bar("ten years ÷ one, after a posting", database, growth, MOST_GROWTH, at_least=False)


def _of_fuzz(result: dict) -> Iterator[Bar]:
    database, ended = result["database"]["vendor"], result["ended"]
    for name, limit in (("inputs", 100_000), ("uploaded", 300)):
        yield Bar(name, database, result[name], limit, at_least=True)
    for name in ("gate", "parser", "hung"):
        yield Bar(f"files that ended: {name}", database, ended.get(name, 0), 0, at_least=False)
    yield Bar("rows or files left behind, accidents", database, result["left_behind"], 0, at_least=False)
    yield Bar("slowest file", database, result["slowest_seconds"], 20, at_least=False, unit=" s")
    yield Bar("reader at its peak", database, result["reader_peak_mb"], 600, at_least=False, unit=" MB")


def _of_audit(result: dict) -> Iterator[Bar]:
    database, paced, verified = result["database"]["vendor"], result["paced"], result["verified"]
    extra = paced["with"]["p95_ms"] - paced["without"]["p95_ms"]
    yield Bar("a line's extra at p95", database, extra, 5, at_least=False, unit=" ms")
    wrong = verified["breaches"] + result["at_once"]["failed"]
    yield Bar("breaches of the chain, writers that failed", database, wrong, 0, at_least=False)
    missing = paced["deeds"] // 2 + result["at_once"]["writers"] - verified["lines"]
    yield Bar("lines missing", database, abs(missing), 0, at_least=False)


def _pages(one: dict) -> list[dict]:
    return [page for name, page in one.items() if name != "floor_ms"]


def _most_statements(one: dict) -> int:
    return max(page["statements"] for page in _pages(one))


BARS = {"intake": _of_intake, "register": _of_register, "lists": _of_lists, "comparison": _of_comparison,
        "rehearsal": _of_rehearsal, "board": _of_board, "fuzz": _of_fuzz, "audit": _of_audit}  # fmt: skip
