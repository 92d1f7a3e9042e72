"""What must never be false of the audit log (test-cases.md I5)."""

from collections.abc import Iterator

from lianyungang_cdpf.audit.verifying import Verification


def breaches() -> Iterator[str]:
    """A Chinese sentence for whatever was done to the log; lines that wait for the worker are none."""
    for sentence in Verification().breaches(unsealed_too_long=False):
        yield f"I5：{sentence}"
