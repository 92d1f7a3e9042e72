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
        # A browser's event loop keeps the parent's connections apart (asgiref) and is not seen from the child, which
        # would find one that was not closed above: its transaction would outlive the child. It is left alone.
        _of_parent = connections["default"]
        del connections["default"]
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
