"""What a command that lasts says meanwhile."""

import time
from collections.abc import Callable

SECONDS_BETWEEN_WORDS = 5.0


class Words:
    """Hands a line to `tell` now and then, whoever has one for every batch."""

    def __init__(self, tell: Callable[[str], None]):
        self._tell, self._told_at = tell, time.monotonic()

    def say(self, line: str) -> None:
        """Hand the line on, unless it is less than `SECONDS_BETWEEN_WORDS` since the last, or the beginning."""
        if time.monotonic() - self._told_at >= SECONDS_BETWEEN_WORDS:
            self._told_at = time.monotonic()
            self._tell(line)
