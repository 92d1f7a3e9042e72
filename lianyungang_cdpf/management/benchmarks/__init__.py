"""What `bin/bench NAME` runs. Every benchmark works on databases of its own, never on the portal's.

A benchmark is a module with `run(ground, folder, corpus, options, say)`, which returns the figures of one database.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """How thoroughly to measure. `small` is for trying the benchmark itself: its figures mean nothing."""

    repeats: int = 3
    small: bool = False
    with_peers: bool = True
