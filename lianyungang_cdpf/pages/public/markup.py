"""The few marks of a text for the public: paragraphs, headings, lists. Nothing in it becomes HTML of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field

HEADING, ITEM = "# ", "- "


@dataclass
class Block:
    """A heading, a list or a paragraph; its lines are shown one below the other, escaped by the template."""

    kind: str
    lines: list[str] = field(default_factory=list)


def blocks_of(text: str) -> list[Block]:
    """The text's blocks in order. A blank line ends a block; a heading is one line."""
    blocks: list[Block] = []
    is_open = False
    for kind, line in _lines(text):
        if kind and is_open and blocks[-1].kind == kind != "heading":
            blocks[-1].lines.append(line)
        elif kind:
            blocks.append(Block(kind, [line]))
        is_open = bool(kind)
    return blocks


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each line; a blank line has neither."""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith(HEADING):
            yield "heading", line.removeprefix(HEADING).strip()
        elif line.startswith(ITEM):
            yield "list", line.removeprefix(ITEM).strip()
        else:
            yield "paragraph" if line else "", line
