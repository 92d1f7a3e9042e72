"""Processes that die in the middle of their work."""

import os
import signal
from collections.abc import Callable

from django.db import connection, connections


def run_and_be_killed(work: Callable[[], object], *, before: int) -> bool:
    """Work in a process of its own, which SIGKILL ends before its statement of that number (from 1); whether it did."""
    connections.close_all()
    child = os.fork()
    if not child:
        left = [before]

        def count(execute, *arguments):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*arguments)

        try:
            with connection.execute_wrapper(count):
                work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
