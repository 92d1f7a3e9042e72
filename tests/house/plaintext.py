"""Numbers of people in the clear in files as they lie on disk: databases, write-ahead logs, uploads, logs.

`python -m tests.house.plaintext PLACE...` searches gigabytes for ID numbers and accounts as the tests make them, plain,
and ends with 1 where there is one: bin/test lets it at what a run left. The rest is for a few megabytes: there they are
looked for as they are, in UTF-16, as hex digits, in base64, and in what zlib, gzip or a zip packed. PostgreSQL's own
compression of long values (over 2 kB) is not undone here: tests/isolation/test_masking.py reads every cell through SQL.
"""

import base64
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from lianyungang_cdpf.intake.tables.identity import id_problem

# A phone has eleven digits, everything else more.
PLAIN = re.compile(rb"[0-9]{11,}[Xx]?")
WIDE = re.compile(rb"(?:[0-9]\0){11,}(?:[Xx]\0)?|(?:\0[0-9]){11,}(?:\0[Xx])?")
HEX = re.compile(rb"(?:3[0-9]){11,}(?:[57]8)?")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|PK\x03\x04")
LARGEST_PACKED = 4 * 1024 * 1024


def numbers_in(data: bytes, depth: int = 2) -> set[str]:
    """Every run of digits (with an X behind them) that is long enough, in whatever form it lies there.

    What was packed is looked into again: a session is base64 of what zlib packed.
    """
    found = {number.decode() for number in _unwrapped(data)}
    if depth:
        for inner in _insides(data):
            found |= numbers_in(inner, depth - 1)
    return found


# What no test may write in the clear, not even as the stand-in for a digest: ID numbers of the city, with what follows
# in a certificate's or without; accounts of the bank that does not exist.
OF_THE_TESTS = r"3207[0-9]{2}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]{4}[0-9X]|629999[0-9]{13}"
# Rolls that the demonstration leaves for people to try, and what is served to everybody.
NOT_SEARCHED = ("samples", "static")


def is_somebodys(number: str) -> bool:
    """Whether an ID number has its right check digit; of an account there is none to look at."""
    return len(number) != 18 or id_problem(number) is None


def main(places: list[str]) -> int:
    """1 with the numbers' files where any is found, else 0."""
    command = ["grep", "-raHoE", *(f"--exclude-dir={name}" for name in NOT_SEARCHED), OF_THE_TESTS, "--", *places]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"LC_ALL": "C"}) as grep:
        told = {tuple(line.decode().rstrip("\n").rsplit(":", 1)) for line in grep.stdout}
    found = sorted((place, number) for place, number in told if is_somebodys(number))
    if grep.returncode > 1:
        sys.stdout.write("没有查完文件里的号码 (the files could not be searched).\n")
        return 1
    said = [f"明文号码 (a number in the clear): {number[:10]}… {place}\n" for place, number in found[:20]]
    sys.stdout.write("".join(said))
    return 1 if found else 0


def found_in(paths: Iterable[Path], numbers: Iterable[str]) -> dict[str, set[str]]:
    """Which of the numbers stand in the clear, by file."""
    wanted, told = set(numbers), {}
    for path, data in contents(paths):
        seen = numbers_in(data)
        if hits := {one for one in wanted if any(one in run for run in seen)}:
            told[str(path)] = hits
    return told


def contents(paths: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    """Every file of the folders and files; one that is gone meanwhile (a write-ahead log, a lock) is left out."""
    for path in paths:
        for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
            try:
                if one.is_file():
                    yield one, one.read_bytes()
            except FileNotFoundError:
                continue


def _unwrapped(data: bytes) -> Iterator[bytes]:
    yield from PLAIN.findall(data)
    for match in WIDE.finditer(data):
        yield match[0].replace(b"\0", b"")
    for match in HEX.finditer(data):
        yield bytes.fromhex(match[0][: len(match[0]) // 2 * 2].decode())


def _insides(data: bytes) -> Iterator[bytes]:
    for match in BASE64.finditer(data):
        for at in range(4):
            yield _decoded(match[0][at:])
    for match in PACKED.finditer(data):
        yield _inflated(data, match.start())


def _decoded(letters: bytes) -> bytes:
    letters = letters[: len(letters) - (len(letters) % 4 == 1)].translate(bytes.maketrans(b"-_", b"+/"))
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


def _inflated(data: bytes, at: int) -> bytes:
    """What was packed there, as far as it can be unpacked; nothing where it only looks so."""
    bits = 47
    if data.startswith(b"PK", at):
        bits = -15
        at += 30 + int.from_bytes(data[at + 26 : at + 28], "little") + int.from_bytes(data[at + 28 : at + 30], "little")
    try:
        return zlib.decompressobj(bits).decompress(memoryview(data)[at : at + LARGEST_PACKED], LARGEST_PACKED)
    except zlib.error:
        return b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
