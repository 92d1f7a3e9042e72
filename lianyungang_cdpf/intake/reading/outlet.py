"""The child's end of the pipe: rows become JSON lines, counted against the limits on the way.

What a sheet's head says (merges, hidden rows) may stand behind its rows, but is read first: then the rows wait as
encoded lines. A reader that knows the merges beforehand opens the sheet, and its rows leave as they come.
"""

from typing import BinaryIO

from .cells import REPLACEMENT, UNPRINTABLE, Cell, dumps
from .limits import SMALL_FILE_ROWS, Limits
from .refused import Refused

LINE_BYTES = 64 * 1024
# Encoded together, which costs less; a row alone may be some megabytes.
ROWS_AT_ONCE = 8
MAX_MERGES = 100_000
MAX_NAME_CHARS = 100  # Excel allows 31; the name goes into the list of sheets found
SPLIT = "请删除多余内容，或拆分成几个文件后分别上传。"


class Outlet:
    """Everything that one file sends."""

    def __init__(self, pipe: BinaryIO, limits: Limits):
        self.pipe = pipe
        self.limits = limits
        self.rows = 0
        self.sheets = 0

    def send(self, message) -> None:
        self.pipe.write(dumps(message) + b"\n")

    def count_sheet(self) -> None:
        self.sheets += 1
        if self.sheets > self.limits.max_sheets:
            raise Refused(f"工作簿的工作表超过上限 {self.limits.max_sheets} 张。{SPLIT}")

    def count_row(self) -> None:
        """The parent allows a file of many rows more time; the rows of all visible sheets are one roll."""
        self.rows += 1
        if self.rows == SMALL_FILE_ROWS + 1:
            self.send({"many_rows": True})
            self.pipe.flush()
        if self.rows > self.limits.max_rows:
            raise Refused(f"文件有内容的行超过上限 {self.limits.max_rows} 行。{SPLIT}")


class SheetOutlet:
    """One sheet on its way out. Rows must come in ascending order."""

    def __init__(self, outlet: Outlet, name: str | None, state: str = "visible"):
        outlet.count_sheet()
        self.outlet, self.state = outlet, state
        self.name = None if name is None else UNPRINTABLE.sub(REPLACEMENT, name[:MAX_NAME_CHARS])
        self.lines: list[bytes] = []
        self.rows_waiting: list[list] = []
        self.waiting: list[bytes] = []
        self.is_open = False
        self.waiting_bytes = 0
        self.has_hidden_rows = False
        self.used_columns: set[int] = set()
        self.filled = 0  # so many columns from the first on are used
        self.rows = 0
        self.padding = 0

    def row(self, number: int, cells: list[Cell], hidden: bool = False) -> None:
        """Send a row if anything is in it; `number` is Excel's, from 1."""
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            return
        self._count(number, cells)
        self.has_hidden_rows = self.has_hidden_rows or hidden
        self.rows_waiting.append([number, cells])
        if len(self.rows_waiting) == ROWS_AT_ONCE:
            self._encode()

    def _count(self, number: int, cells: list[Cell]) -> None:
        limits = self.outlet.limits
        self.rows += 1
        if self.state == "visible":
            self.outlet.count_row()
        self.padding += len(cells)
        # Most rows fill the columns that are known to be used, which needs no look at each cell.
        if len(cells) > self.filled or None in cells:
            self._use(number, cells)
        if self.rows > limits.max_rows or self.padding > limits.max_rows * limits.max_columns:
            raise Refused(f"{self.place}第 {number} 行：表格的行数或宽度超过上限。{SPLIT}")

    def _use(self, number: int, cells: list[Cell]) -> None:
        used, most = self.used_columns, self.outlet.limits.max_columns
        used.update([index for index, cell in enumerate(cells, 1) if cell is not None])
        if len(used) > most:
            raise Refused(f"{self.place}第 {number} 行：有内容的列超过上限 {most} 列。{SPLIT}")
        while self.filled + 1 in used:
            self.filled += 1

    @property
    def place(self) -> str:
        return f"工作表“{self.name[:31]}”" if self.name else ""

    def _encode(self) -> None:
        if not self.rows_waiting:
            return
        lines = dumps(self.rows_waiting)[1:-1]
        self.rows_waiting = []
        self.waiting.append(lines)
        self.waiting_bytes += len(lines)
        if self.waiting_bytes > LINE_BYTES:
            self._pack()

    def _pack(self) -> None:
        if not self.waiting:
            return
        line = b"[" + b",".join(self.waiting) + b"]\n"
        self.waiting, self.waiting_bytes = [], 0
        if self.is_open:
            self.outlet.pipe.write(line)
        else:
            self.lines.append(line)

    def open(self, merges: list[tuple[int, int, int, int]]) -> None:
        """Send the head before any row; what is hidden follows when the sheet closes."""
        self._send_head(merges)
        self.is_open = True

    def _send_head(self, merges: list[tuple[int, int, int, int]]) -> None:
        if len(merges) > MAX_MERGES:
            raise Refused(f"{self.place}的合并单元格多达 {len(merges)} 处，不是正常的名册。请取消合并后重新上传。")
        self.outlet.send({"sheet": {"name": self.name, "state": self.state, "merges": list(merges)}})

    def close(self, hidden_columns: list[tuple[int, int]] = (), merges: list[tuple[int, int, int, int]] = ()) -> None:
        """Send what has not left yet. Ranges of hidden columns and merges count from 1, both ends included."""
        has_hidden_columns = any(a <= column <= b for a, b in hidden_columns for column in self.used_columns)
        hidden = {"hidden": [self.has_hidden_rows, has_hidden_columns]}
        if not self.is_open:
            self._send_head(merges)
            self.outlet.send(hidden)
        self._encode()
        self._pack()
        self.outlet.pipe.writelines(self.lines)
        if self.is_open:
            self.outlet.send(hidden)
