"""The headings of a file that the clerk may explain, as its page asks for them."""

from dataclasses import dataclass

from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.learning import open_headings
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.tables.header import column_letter


@dataclass(frozen=True)
class Question:
    """What one heading means: its name in the form, and the choices as (field, label), required ones first."""

    key: str
    name: str
    place: str
    text: str
    choices: list[tuple[str, str]]


def headings_of(job) -> list[Question]:
    """A question for each heading that is not understood; empty where all are."""
    kind = kind_named(job.kind)
    if kind is None:
        return []
    columns = kind.roll.columns
    questions = []
    for number, one in enumerate(open_headings(job, kind)):
        fields = sorted(one.fields, key=lambda name: not columns[name].required)
        choices = [(name, columns[name].label + ("（必填）" if columns[name].required else "")) for name in fields]
        place = f"{column_letter(one.index)} 列"
        questions.append(Question(one.key, f"heading_{number}", place, shown(one.text), choices))
    return questions
