"""The WSGI application that gunicorn serves, once the keys are known to be those of the database."""

import os
from contextlib import suppress

from django.core.wsgi import get_wsgi_application
from django.db import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianyungang_cdpf.settings")

_portal, _keys_are_right = get_wsgi_application(), False


def _look_at_keys():
    """Raises WrongKeys: gunicorn then ends with that sentence."""
    global _keys_are_right
    from django.db import connection

    from lianyungang_cdpf.encryption.checking import require_known_keys

    require_known_keys()
    # The thread that starts the server answers no requests.
    connection.close()
    _keys_are_right = True


def application(environ, start_response):
    """Answer a request; the first one looks at the keys where the database could not be reached at the start."""
    if not _keys_are_right:
        _look_at_keys()
    return _portal(environ, start_response)


with suppress(OperationalError):
    _look_at_keys()
