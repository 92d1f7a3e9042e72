"""Sealed files: what comes out is what went in, and whatever was done to the bytes between is noticed."""

import io
import os

import pytest

from lianyungang_cdpf.intake.sealing import CHUNK_BYTES, HEAD_BYTES, TAG_BYTES, BrokenSeal, Sealer, unsealed

SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES
THREE_CHUNKS = os.urandom(2 * CHUNK_BYTES + 1000)


def sealed(content: bytes, name="a.upload", piece=7000) -> bytes:
    stream = io.BytesIO()
    sealer = Sealer(stream, name)
    for start in range(0, len(content), piece):
        sealer.write(content[start : start + piece])
    sealer.close()
    return stream.getvalue()


def opened(stored: bytes, name="a.upload") -> bytes:
    return b"".join(unsealed(io.BytesIO(stored), name))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_is_sealed_comes_out_whatever_its_length(size):
    content = os.urandom(size)
    assert opened(sealed(content)) == content


def test_the_sealed_form_shows_nothing_and_is_another_each_time():
    content = "320701198001010015,张三".encode() * 100
    first, second = sealed(content), sealed(content)
    assert first != second
    assert b"320701198001010015" not in first and "张三".encode() not in first
    assert len(first) == HEAD_BYTES + len(content) + TAG_BYTES


def chunks_of(stored: bytes) -> tuple[bytes, list[bytes]]:
    body = stored[HEAD_BYTES:]
    return stored[:HEAD_BYTES], [body[start : start + SEALED_CHUNK] for start in range(0, len(body), SEALED_CHUNK)]


def tampered():
    """(what was done, the bytes) for each way in which a sealed file of three chunks may be spoilt."""
    stored = sealed(THREE_CHUNKS)
    head, chunks = chunks_of(stored)
    assert len(chunks) == 3
    yield "empty", b""
    yield "head cut off", stored[: HEAD_BYTES - 1]
    yield "head alone", head
    yield "last chunk cut off", head + chunks[0] + chunks[1]
    yield "cut inside a chunk", stored[:-1]
    yield "cut inside the first tag", stored[: HEAD_BYTES + TAG_BYTES - 1]
    yield "chunks swapped", head + chunks[1] + chunks[0] + chunks[2]
    yield "chunk repeated", head + chunks[0] + chunks[0] + chunks[1] + chunks[2]
    yield "chunk left out", head + chunks[0] + chunks[2]
    yield "something behind", stored + b"x"
    yield "another file's head", sealed(THREE_CHUNKS)[:HEAD_BYTES] + stored[HEAD_BYTES:]
    yield "not sealed", THREE_CHUNKS
    for place in (0, 4, 5, 6, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + SEALED_CHUNK + 9, len(stored) - 1):
        yield f"bit {place} flipped", stored[:place] + bytes((stored[place] ^ 1,)) + stored[place + 1 :]


@pytest.mark.parametrize(("what", "stored"), [pytest.param(*one, id=one[0]) for one in tampered()])
def test_a_spoilt_file_does_not_open(what, stored):
    with pytest.raises(BrokenSeal):
        opened(stored)


def test_a_file_under_another_name_does_not_open():
    with pytest.raises(BrokenSeal):
        opened(sealed(b"content"), "b.upload")


def test_a_file_that_was_never_closed_does_not_open():
    stream = io.BytesIO()
    Sealer(stream, "a.upload").write(THREE_CHUNKS)
    with pytest.raises(BrokenSeal):
        opened(stream.getvalue())


def test_an_older_key_still_opens_and_a_missing_one_says_so(settings):
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = {1: b"a" * 32, 2: b"b" * 32}, 1
    stored = sealed(b"content")
    settings.FIELD_KEY_ID = 2
    assert opened(stored) == b"content"
    settings.FIELD_KEYS = {2: b"b" * 32}
    with pytest.raises(BrokenSeal, match="编号为 1"):
        opened(stored)


def test_reading_and_writing_hold_no_more_than_a_few_chunks():
    import tracemalloc

    with open(os.memfd_create("sealed"), "w+b") as stream:
        tracemalloc.start()
        sealer = Sealer(stream, "a.upload")
        for _ in range(160):
            sealer.write(bytes(CHUNK_BYTES))
        sealer.close()
        stream.seek(0)
        assert sum(map(len, unsealed(stream, "a.upload"))) == 160 * CHUNK_BYTES
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 12 * CHUNK_BYTES
