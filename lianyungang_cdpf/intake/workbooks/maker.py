"""The process that writes a marked workbook: it bounds itself, makes one file and ends.

Started by making.py with the order on its standard input and the file to write as an inherited descriptor. It knows
neither Django nor the database. Only its last line, JSON, tells how it went; of an error only the type.
"""

import gc
import json
import os
import resource
import sys

from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.intake.reading.child import peak_rss_mb
from lianyungang_cdpf.intake.reading.limits import MEBIBYTE

OWN_MB, OWN_SECONDS = 700, 10
REWRITE_MB = 1_500
MOST_BYTES = 600 * MEBIBYTE


def bound(form: str) -> None:
    """Memory, CPU seconds, size of what is written. Of a rewriting the reader in its own limits touches the file, and
    must still be able to set them: so only the soft limits are lowered there."""
    own = form == "own"
    limits = [
        (resource.RLIMIT_AS, (OWN_MB if own else REWRITE_MB) * MEBIBYTE),
        (resource.RLIMIT_FSIZE, MOST_BYTES),
        (resource.RLIMIT_CORE, 0),
    ]
    limits += [(resource.RLIMIT_CPU, OWN_SECONDS)] if own else []
    for what, value in limits:
        _, most = resource.getrlimit(what)
        resource.setrlimit(what, (value, value if own else most))


def make(order: dict) -> int:
    """Write the ordered form; the number of rows it is about."""
    with os.fdopen(order["fd"], "w+b") as out:
        if order["form"] == "own":
            from lianyungang_cdpf.intake.workbooks.own import mark_own

            return mark_own(out, order)
        from lianyungang_cdpf.intake.workbooks.rewritten import bad_rows_alone, mark_rewritten

        return mark_rewritten(out, order) if order["form"] == "rewritten" else bad_rows_alone(out, order)


def main() -> None:
    order = json.load(sys.stdin)
    bound(order["form"])
    gc.disable()  # a short life: collecting would look at every cell again and again
    try:
        answer = {"rows": make(order)}
    except Refused as refused:
        answer = {"refused": refused.sentence}
    except BaseException as error:  # noqa: BLE001 - its text could quote a person
        answer = {"failed": type(error).__name__}
    sys.stdout.write(json.dumps(answer | {"peak_mb": round(peak_rss_mb())}))
    sys.stdout.flush()
