"""The process that prints one .pdf and ends. It knows neither Django nor the database, and fetches nothing.

Started by pdf.py with the page and its style, as JSON, on its standard input; the .pdf goes to standard output.
"""

import json
import os
import resource
import sys

MEMORY, SECONDS = 1_500 * 1024 * 1024, 20
# The exit code where the system's libraries are missing.
MISSING = 3


def main() -> None:
    """Print what is ordered."""
    order = json.load(sys.stdin)
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    try:
        from weasyprint import CSS, HTML
    except OSError:
        os._exit(MISSING)
    page = HTML(string=order["html"], url_fetcher=fetch_nothing)
    style = CSS(string=order["css"], url_fetcher=fetch_nothing)
    sys.stdout.buffer.write(page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1"))


def fetch_nothing(url: str, *args, **kwargs):
    """All that is printed comes with the order. Raises ValueError."""
    raise ValueError("nothing is fetched")
