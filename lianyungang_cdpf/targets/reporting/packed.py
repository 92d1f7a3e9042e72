"""What a figure had counted, as compact bytes: 36,000 keys take about 40 KB.

The keys in order, each as its step from the one before, then a number for each; both as little-endian 64 bits, which
zlib then makes small, as steps and numbers are.
"""

import struct
import zlib
from collections.abc import Mapping
from itertools import accumulate, pairwise

# What each key counts for: 1 for a subject or record, a quantity where quantities are summed; of a rate REACHED for
# who is in the numerator (and so in the denominator), MISSING for who is in the denominator only.
Counted = Mapping[int, int]
MISSING, REACHED = 1, 2


def pack(counted: Counted) -> bytes:
    """The bytes of what was counted. Keys and numbers are never negative."""
    keys = sorted(counted)
    steps = [after - before for before, after in pairwise([0, *keys])]
    numbers = [counted[key] for key in keys]
    return zlib.compress(struct.pack(f"<{2 * len(keys)}Q", *steps, *numbers), level=9)


def unpack(packed: bytes) -> dict[int, int]:
    """What was counted, out of its bytes."""
    content = zlib.decompress(bytes(packed))
    values = struct.unpack(f"<{len(content) // 8}Q", content)
    half = len(values) // 2
    return dict(zip(accumulate(values[:half]), values[half:], strict=True))
