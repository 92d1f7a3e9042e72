"""A year of 53,000 payments a month with all that can go wrong planted in it: what is found, how long a month takes."""

from collections.abc import Callable
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, legs
from lianyungang_cdpf.management.benchmarks.intake import database_facts

# 36,000 people with the hardship allowance, of whom 17,000 have the nursing allowance (targets 1 and 2).
FULL = {"people": 36_000, "each": 20, "counties": 6, "months": 12}
SMALL = {"people": 60, "each": 1, "counties": 2, "months": 3}


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """The year on an empty portal of its own."""
    size = SMALL if options.small else FULL
    result = {"database": legs.call("rehearsal.prepare", ground.master, folder)}
    say(f"{ground.vendor}: a year of {size['people']} people")
    with ground.copy("run") as url:
        return result | legs.call("rehearsal.rehearse", url, folder, **size)


# -- what runs in the legs' processes ----------------------------------------------------------------------------------


def prepare() -> dict:
    """A portal without people, with the invented standards. Returns the database's name and version."""
    from django.core.management import call_command

    from lianyungang_cdpf.management.rehearsal.year import STANDARDS

    with open("/dev/null", "w") as nowhere:
        call_command("prepare", empty=True, stdout=nowhere)
        call_command("load_standards", str(STANDARDS), stdout=nowhere)
    return database_facts()


def rehearse(people: int, each: int, counties: int, months: int) -> dict:
    """The months with their payments, findings, seconds and problems, and how long laying out the city took."""
    from lianyungang_cdpf.management.rehearsal.people import COUNTIES
    from lianyungang_cdpf.management.rehearsal.year import Rehearsal

    size = {"people": people, "each": each, "counties": COUNTIES[:counties], "months": months}
    rehearsal, laid_out = legs.measured(lambda: Rehearsal(**size))
    done, year = legs.measured(rehearsal.run)
    told = [
        {
            "month": f"{one.month:%Y-%m}", "payments": one.payments, "planned": f"{one.planned:.2f}",
            "found": one.found, "seconds": {part: round(took, 3) for part, took in one.seconds.items()},
            "problems": one.problems,
        }
        for one in done
    ]  # fmt: skip
    return {"laid_out": laid_out, "year": year, "months": told, "peak_mb": legs.own_peak_mb()}
