"""Whatever bytes come: sheets or a refusal, nothing else."""

import io
import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianyungang_cdpf.intake.reading import ROLL_LIMITS, Refused, check_upload
from lianyungang_cdpf.intake.reading.child import answer
from lianyungang_cdpf.intake.reading.refused import DAMAGED

from .builders import ods, read, rows, xlsx_parts, zipped

DATA = Path(__file__).parents[2] / "data"
CELLS = (
    '<c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>44621</v></c><c r="C1" t="e"><v>#N/A</v></c><c r="D1"><f>1</f></c>'
)
PARTS = xlsx_parts(
    rows(CELLS), strings="<si><t>甲_x0041_</t></si>", styles='<cellXfs><xf/><xf numFmtId="14"/></cellXfs>'
)
TABLE = '<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string"><text:p>甲</text:p>'
TABLE += "</table:table-cell></table:table-row></table:table>"
SEEDS = {
    "名册.xlsx": zipped(PARTS),
    "名册.ods": ods(TABLE),
    "名册.xls": (DATA / "odd_1900.xls").read_bytes(),
    "名册.csv": '姓名,金额\n"张三",80\n'.encode("gb18030"),
}
QUIET = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def outcome(content: bytes, name: str) -> str:
    """ "read" or the refusal; the parser runs here, so that whatever it raises would be seen."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            kind = check_upload(file.name, name, ROLL_LIMITS)
            if kind == "xls":  # calamine may abort the process: never in this one
                read(file.name, name)
                return "read"
        except Refused as refused:
            return refused.sentence
        pipe = io.BytesIO()
        answer(file.name, kind, ROLL_LIMITS, pipe)
    last = json.loads(pipe.getvalue().splitlines()[-1])
    assert "cause" not in last, last
    return last.get("refused", "read")


@st.composite
def mutated(draw, seeds: dict[str, bytes]):
    name = draw(st.sampled_from(sorted(seeds)))
    content = bytearray(seeds[name])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        piece = draw(
            st.binary(max_size=6) | st.sampled_from([b'"', b"\0", b"<", b'">', b"9" * 12, b"</c>", b"\xff" * 4])
        )
        content[at : at + draw(st.integers(0, 8))] = piece
    return name, bytes(content)


@QUIET
@given(st.binary(max_size=400), st.sampled_from(sorted(SEEDS)))
def test_random_bytes_are_read_or_refused(content, name):
    assert outcome(content, name)


@QUIET
@given(mutated(SEEDS))
def test_mutated_files_are_read_or_refused(case):
    name, content = case
    assert outcome(content, name)


@QUIET
@given(mutated({name: content.encode() for name, content in PARTS.items()}))
def test_mutated_parts_of_a_workbook_are_read_or_refused_by_a_rule(case):
    """A rule's own sentence, never the last resort for errors that nobody foresaw."""
    name, content = case
    assert outcome(zipped(PARTS | {name: content}), "名册.xlsx") != DAMAGED
