"""PDFs as somebody makes them who wants more of them than pages."""

import zlib


def pdf(*objects: bytes, packed: bytes = b"") -> bytes:
    """A PDF of these objects, the last of them an object stream if there is anything packed."""
    held = object_stream(packed) if packed else b""
    return b"%PDF-1.7\n" + b"\n".join((*objects, held)) + b"\ntrailer\n<<>>\n%%EOF\n"


def object_stream(objects: bytes, told: bytes = b"/Type /ObjStm /Filter /FlateDecode", *, data: bytes = b"") -> bytes:
    """An object stream of these objects, `data` its bytes where they are not simply packed."""
    return stream(data or zlib.compress(objects), told + b" /N 1 /First 4")


def stream(data: bytes, told: bytes, begin: bytes = b"stream\n") -> bytes:
    """A stream that is told to be as long as it is."""
    length = b" /Length %d" % len(data)
    return b"7 0 obj\n<< " + told + length + b" >>\n" + begin + data + b"\nendstream\nendobj\n"
