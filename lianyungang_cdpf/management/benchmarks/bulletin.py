"""The demonstration's September as a bulletin: seconds and pages of each of its files.

The .docx is converted by LibreOffice, as another program's reading of it, where that is installed.
"""

import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, legs

PEOPLE, FEW = 50_000, 300
YEAR, MONTH = 2019, 9
NO_OFFICE = "LibreOffice is not installed here (apt-get install libreoffice-writer fonts-noto-cjk): not converted"
CONVERTING_SECONDS = 180


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """The demonstration, drafted and written once."""
    people = FEW if options.small else PEOPLE
    say(f"{ground.vendor}: a bulletin of {people} people")
    result = {"database": legs.call("bulletin.prepare", ground.master, folder, people=people)}
    result |= legs.call("bulletin.measure", ground.master, folder)
    if isinstance(result["libreoffice"], str):
        say(result["libreoffice"])
    return result


# -- what runs in the legs' processes ----------------------------------------------------------------------------------


def prepare(people: int) -> dict:
    """A portal with the demonstration. Returns the database's name and version."""
    from django.core.management import call_command

    from lianyungang_cdpf.management.benchmarks.intake import database_facts

    with open("/dev/null", "w") as nowhere:
        call_command("prepare", empty=True, stdout=nowhere)
        call_command("demo", people=people, stdout=nowhere)
    return database_facts()


def measure() -> dict:
    """Seconds of drafting and of each file, their kilobytes, and the pages of the .pdf and of LibreOffice's."""
    from lianyungang_cdpf.accounts.models import Staff
    from lianyungang_cdpf.targets.bulletin import docx, pdf, sheet
    from lianyungang_cdpf.targets.bulletin.actions import draft_bulletin
    from lianyungang_cdpf.targets.bulletin.checking import Checked
    from lianyungang_cdpf.targets.bulletin.paper import Paper

    clerk = Staff.objects.get(username="shi")
    bulletin, drafted = legs.measured(lambda: draft_bulletin(year=YEAR, month=MONTH, by=clerk))
    differing, checked = legs.measured(lambda: Checked(bulletin).count)
    word, of_word = legs.measured(lambda: docx.written(Paper(bulletin)))
    excel, of_excel = legs.measured(lambda: sheet.written(bulletin))
    portable, of_portable = legs.measured(lambda: pdf.printed(Paper(bulletin)))
    return {
        "drafted": drafted, "checked": checked | {"differing": differing},
        "docx": of_word | {"kb": _kb(word)}, "xlsx": of_excel | {"kb": _kb(excel)},
        "pdf": of_portable | {"kb": _kb(portable), "pages": pages_of(portable)},
        "libreoffice": _converted(word), "peak_mb": legs.own_peak_mb(),
    }  # fmt: skip


def _kb(content: bytes) -> int:
    return -(-len(content) // 1024)


def _converted(word: bytes) -> dict | str:
    """Seconds and pages of LibreOffice's .pdf of the .docx; else why there is none."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return NO_OFFICE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bulletin.docx").write_bytes(word)
        command = [
            office, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf",
            "--outdir", name, str(folder / "bulletin.docx"),
        ]  # fmt: skip
        _, took = legs.measured(
            lambda: subprocess.run(command, check=True, capture_output=True, timeout=CONVERTING_SECONDS)
        )
        content = (folder / "bulletin.pdf").read_bytes()
    return took | {"kb": _kb(content), "pages": pages_of(content)}


def pages_of(content: bytes) -> int:
    """How many pages a .pdf has, in plain sight or in packed objects."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    inside = content + b"\n".join(zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"x")
    return len(re.findall(rb"/Type\s*/Page\b", inside))
