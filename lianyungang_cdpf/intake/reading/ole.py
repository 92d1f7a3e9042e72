"""The old container of .xls (MS-CFB): enough of it to name what a file holds and to read one stream.

python-calamine reads the cells of an .xls; it names neither an encrypted .xlsx nor a hidden row, and this does.
"""

import struct

from .refused import damaged

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_SECTOR = 0xFFFFFFFA  # from here on the numbers are marks, not sectors
ENTRY_BYTES = 128
STREAM, ROOT = 2, 5


class CompoundFile:
    """A read-only view of one compound file. Raises Refused where its chains run in circles or out of the file."""

    def __init__(self, data: bytes):
        self.data = data
        try:
            self._read_header()
            self.entries = self._read_directory()
        except (struct.error, IndexError) as error:
            raise damaged("文件头或目录不完整") from error

    def _read_header(self) -> None:
        if self.data[:8] != MAGIC or len(self.data) < 512:
            raise damaged("文件头或目录不完整")
        shift, mini_shift = struct.unpack_from("<2H", self.data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise damaged("文件头或目录不完整")
        self.sector_bytes = 1 << shift
        fat_count, self.directory_start = struct.unpack_from("<2L", self.data, 44)
        self.mini_cutoff, self.mini_fat_start, _, difat_start, _ = struct.unpack_from("<5L", self.data, 56)
        self.fat = self._read_fat(fat_count, difat_start)

    def _read_fat(self, fat_count: int, difat_start: int) -> list[int]:
        numbers = list(struct.unpack_from("<109L", self.data, 76))
        per_sector = self.sector_bytes // 4
        most = len(self.data) // (self.sector_bytes * per_sector) + 16
        sector, seen = difat_start, set()
        while sector < LAST_SECTOR and len(numbers) < most + per_sector:
            if sector in seen:
                raise damaged("扇区链成环")
            seen.add(sector)
            *more, sector = struct.unpack(f"<{per_sector}L", self._sector(sector))
            numbers += more
        sectors = [number for number in numbers if number < LAST_SECTOR][: min(fat_count, most)]
        return [link for number in sectors for link in struct.unpack(f"<{per_sector}L", self._sector(number))]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.sector_bytes
        if start >= len(self.data):
            raise damaged("扇区超出文件末尾")
        return self.data[start : start + self.sector_bytes].ljust(self.sector_bytes, b"\0")

    def _chain(self, start: int, links: list[int]) -> list[int]:
        numbers, seen = [], set()
        while start < LAST_SECTOR:
            if start in seen or start >= len(links):
                raise damaged("扇区链成环或中断")
            seen.add(start)
            numbers.append(start)
            start = links[start]
        return numbers

    def _read(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in self._chain(start, self.fat))

    def _read_directory(self) -> dict[str, tuple[int, int, int]]:
        """Names in lower case -> (kind, first sector, bytes)."""
        directory, entries = self._read(self.directory_start), {}
        for offset in range(0, len(directory) - ENTRY_BYTES + 1, ENTRY_BYTES):
            name_bytes, kind = struct.unpack_from("<HB", directory, offset + 64)
            start, size = struct.unpack_from("<LL", directory, offset + 116)
            name = directory[offset : offset + max(0, min(name_bytes, 64) - 2)].decode("utf-16-le", "replace")
            if kind:
                entries.setdefault("" if kind == ROOT else name.lower(), (kind, start, size))
        return entries

    def stream(self, name: str) -> bytes:
        """The bytes of a stream, by its name in any case; b"" when there is none."""
        kind, start, size = self.entries.get(name.lower(), (0, 0, 0))
        if kind != STREAM:
            return b""
        return self._read(start)[:size] if size >= self.mini_cutoff else self._mini_stream(start)[:size]

    def _mini_stream(self, start: int) -> bytes:
        container = self._read(self.entries[""][1])
        raw = self._read(self.mini_fat_start)
        links = list(struct.unpack(f"<{len(raw) // 4}L", raw))
        return b"".join(container[number * 64 : number * 64 + 64] for number in self._chain(start, links))
