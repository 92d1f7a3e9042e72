"""36,000 payments a month against the register, a list of 100,000 lines, of whom 1,000 are paid, and the month before.

Of last month's people one in 36 is paid no more, one in 36 another amount.
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, legs
from lianyungang_cdpf.management.benchmarks.intake import CLERK, database_facts, prepared_clerk

PAID, LISTED, ON_BOTH = 36_000, 100_000, 1_000
SMALL = 100
MONTHS = tuple(date(2019, month, 1) for month in (1, 2, 3))


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """Both comparisons with all rows and with a hundredth of them."""
    standards = str(corpus / "standards.json")
    result = {"database": legs.call("comparison.prepare", ground.master, folder, standards=standards)}
    for share in (100, 1):
        size = PAID // (share * (SMALL if options.small else 1))
        say(f"{ground.vendor}: comparison of {size}")
        with ground.copy("run") as url:
            legs.call("comparison.fill_up", url, folder, paid=size, listed=size * LISTED // PAID, both=size // 36)
            result[str(size)] = legs.call("comparison.compare", url, folder)
    return result


# -- what runs in the legs' processes ----------------------------------------------------------------------------------


def prepare(standards: str) -> dict:
    """An empty portal with a clerk of the city. Returns the database's name and version."""
    prepared_clerk(Path(standards))
    return database_facts()


def fill_up(paid: int, listed: int, both: int) -> dict:
    """People with certificates, paid for three months, and a list that names some of them."""
    from django.db import connection, transaction

    from lianyungang_cdpf.accounts.models import Staff

    with transaction.atomic():
        _fill(Staff.objects.get(username=CLERK), paid, listed, both)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return {}


def _fill(clerk, paid: int, listed: int, both: int) -> None:
    from beneficiaries.identity import id_digests
    from beneficiaries.models import Certificate, HardshipStatus
    from beneficiaries.putting_on_file import NewPerson, put_on_file
    from lianyungang_cdpf.accounts.models import Area
    from lianyungang_cdpf.intake.bulk import insert_rows
    from subsidies.comparison.rolls import COLUMNS
    from subsidies.models import ComparisonEntry, ComparisonList, ListType, Payment, Programme, Roll

    towns = list(Area.objects.filter(level="town").order_by("path").values_list("pk", flat=True))
    numbers = [_number(at) for at in range(paid - both + listed)]
    keys = put_on_file([
        NewPerson(f"人{at}", number, towns[at % len(towns)], "holder") for at, number in enumerate(numbers[:paid])
    ])  # fmt: skip
    people = [(keys[number], towns[at % len(towns)]) for at, number in enumerate(numbers[:paid])]
    certified = [(pk, b"", f"{at}", 4, 1, "valid") for at, (pk, _) in enumerate(people)]
    insert_rows(Certificate, ("person_id", "number", "number_digest", "category", "grade", "status"), certified)
    insert_rows(HardshipStatus, ("person_id", "status"), [(pk, "低保") for pk, _ in people])
    programme = Programme.objects.get(code="hardship_subsidy")
    some = paid // 36
    for month in MONTHS:
        is_last = month == MONTHS[-1]
        roll = Roll.objects.create(
            programme=programme, month=month, area=clerk.area, reference=f"{month:%Y%m}", posted_by=clerk
        )
        columns = (
            "roll_id", "sheet", "person_id", "programme_id", "month", "amount", "area_id", "account_no",
            "account_digest", "account_holder", "live",
        )  # fmt: skip
        rows = [
            (roll.pk, "", pk, programme.pk, month, "260.00" if is_last and at < 2 * some else "370.00", area, b"",
             f"{pk}", "", True)
            for at, (pk, area) in enumerate(people) if not is_last or at >= some
        ]  # fmt: skip
        insert_rows(Payment, columns, rows)
        Roll.objects.filter(pk=roll.pk).update(row_count=len(rows), payment_count=len(rows))
    sort = ListType.objects.get(code="dibao_leavers")
    held = ComparisonList.objects.create(list_type=sort, month=MONTHS[-1], area=clerk.area, posted_by=clerk)
    digests = id_digests(numbers[paid - both :])
    lines = [(held.pk, "", at, "人", "人", b"", one, None, MONTHS[0], None, "") for at, one in enumerate(digests)]
    insert_rows(ComparisonEntry, COLUMNS, lines)


def _number(at: int) -> str:
    """A number that nobody has: prefix 320701, 500 to a day."""
    born = date(1940, 1, 1) + timedelta(days=at // 500)
    stem = f"320701{born:%Y%m%d}{2 * (at % 500):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return stem + "10X98765432"[sum(int(one) * weight for one, weight in zip(stem, weights, strict=True)) % 11]


def compare() -> dict:
    """By comparison: seconds, statements, and how many cases it opened or differences it found."""
    from lianyungang_cdpf.accounts.models import Staff
    from subsidies.comparison.actions import compare_with_lists, run_comparison
    from subsidies.models import ListType, Roll
    from subsidies.monthly.differences import Differences

    clerk, sort = Staff.objects.get(username=CLERK), ListType.objects.get(code="dibao_leavers")
    roll = Roll.objects.select_related("programme", "area").get(month=MONTHS[-1])
    listed, of_list = _measured(lambda: compare_with_lists(by=clerk, staff=clerk, sort=sort))
    checked, of_month = _measured(lambda: run_comparison(by=clerk, month=MONTHS[-1]))
    found, of_differences = _measured(lambda: Differences(roll).found)
    return {
        "list": of_list | {"opened": listed.opened, "refreshed": listed.refreshed},
        "month": of_month | {"opened": checked.opened, "refreshed": checked.refreshed},
        "differences": of_differences | {"found": len(found)},
    }


def _measured(work: Callable) -> tuple[object, dict]:
    """What the work returns, and its seconds and statements."""
    from django.db import connection

    asked = []

    def noted(execute, *statement):
        asked.append(statement[0])
        return execute(*statement)

    with connection.execute_wrapper(noted):
        answer, figures = legs.measured(work)
    return answer, {**figures, "statements": len(asked)}
