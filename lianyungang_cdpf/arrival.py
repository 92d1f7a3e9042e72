"""Where the request that is being answered came from, for whoever writes about it: the audit log, log lines.

Set by one middleware (audit/middleware.py) and read from a context variable, so that deeds need no request.
"""

import logging
import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass

# Control characters of C0 and C1 (line ends and escapes of terminals among them), line separators, and what turns
# the direction of writing: a text of somebody's could otherwise pass for another line.
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]")
_PICTURES = 0x2400
# A phone has 11 digits, an ID, certificate or account number more; fingerprints and request ids have letters beside.
_NUMBER = re.compile("(?<![0-9A-Za-z])[0-9]{11,}[Xx]?[0-9]*(?![0-9A-Za-z])")


@dataclass(frozen=True)
class Arrival:
    """One request: the client's address, "" where none is known, and the number by which logs name the request."""

    address: str
    request_id: str


NOWHERE = Arrival("", "")
_current: ContextVar[Arrival] = ContextVar("arrival", default=NOWHERE)


def current() -> Arrival:
    """The request that is being answered; NOWHERE outside of one."""
    return _current.get()


def begin(address: str):
    """A request from this address is the current one, under a number of its own; the answer goes to `end`."""
    return _current.set(Arrival(address, uuid.uuid4().hex))


def end(token) -> None:
    """The request has been answered."""
    _current.reset(token)


def on_one_line(text: str) -> str:
    """The text with every control character made visible (␊, ␛, �)."""
    return _CONTROL.sub(lambda found: _shown(ord(found[0])), text)


def _shown(code: int) -> str:
    return chr(_PICTURES + code) if code < 0x20 else "�"


class OneLine(logging.Filter):
    """Log records get the request's number, and a message stays on its line."""

    def filter(self, record):
        record.request_id = current().request_id or "-"
        record.msg, record.args = on_one_line(record.getMessage()), ()
        return True


class WithoutNumbers(logging.Formatter):
    """A log line, its traceback with it, in which what may be somebody's number is cut: the text of an exception tells
    what it stumbled over."""

    def format(self, record):
        return _NUMBER.sub(lambda number: f"{number[0][:4]}****", super().format(record))


# settings.LOGGING: what the portal writes to the console, one line each.
LOG_LINES = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one_line": {"()": "lianyungang_cdpf.arrival.OneLine"}},
    "formatters": {
        "line": {
            "class": "lianyungang_cdpf.arrival.WithoutNumbers",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["one_line"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.security.DisallowedHost": {"level": "ERROR"}},
}
