"""Deeds at the same moment, each in a thread with a connection of its own."""

import threading

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections


def raced(things, attempts):
    """At each thing all attempts at once; gives by thing what each came to: "done", or the error that refused it.

    An attempt is a function of the thing. Raises what a thread raises besides ValidationError and IntegrityError.
    """
    gate, errors = threading.Barrier(len(attempts), timeout=120), []
    said = [["" for _ in attempts] for _ in things]

    def came_to(attempt, thing):
        try:
            attempt(thing)
        except (ValidationError, IntegrityError) as error:
            return error
        return "done"

    def worker(place, attempt):
        try:
            for number, thing in enumerate(things):
                gate.wait()
                said[number][place] = came_to(attempt, thing)
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            errors.append(error)
            gate.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker, args=one) for one in enumerate(attempts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not errors, errors
    assert not any(thread.is_alive() for thread in threads)
    return said
