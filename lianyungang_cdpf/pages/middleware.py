"""What holds for every answer and address: pages with personal data are kept nowhere, addresses hold nobody's number,
and of records' numbers only such as a database can hold."""

from django.db.models import BigIntegerField
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes

from lianyungang_cdpf.accounts.kept_words import without_numbers

LARGEST = BigIntegerField.MAX_BIGINT  # number of a record
# What a page here never asks for, whatever is put into it.
POWERS = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope",
    "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
ON_EVERY_ANSWER = {
    "Permissions-Policy": ", ".join(f"{power}=()" for power in POWERS),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}


# Django's own pages take any method for a GET; the API says for each address what it takes.
METHODS_OF_PAGES = ("GET", "HEAD", "POST")


class EveryAnswer:
    """Outermost: static files, files of records, redirects and errors carry the same fences as pages do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in ON_EVERY_ANSWER.items():
            response.headers.setdefault(name, value)
        return response


class MethodsOfForms:
    """No page answers to a method that no form sends, and what Django answers to one without a word is a page.

    Inside of what writes the policies of content and of transport: that page carries them as well.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        of_api = request.path_info.startswith("/api/") and not request.path_info.startswith("/api/docs")
        if request.method in METHODS_OF_PAGES or of_api:
            response = self.get_response(request)
        else:
            response = HttpResponseNotAllowed(METHODS_OF_PAGES)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html")
        return response


class NumbersThatFit:
    """A number in an address that no column holds becomes the largest that one does, which nothing has.

    SQLite takes no number of more than 64 bits: asked for one by a foreign key it raises OverflowError.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Django gives the view these very words."""
        for name, value in kwargs.items():
            if isinstance(value, int) and value > LARGEST:
                kwargs[name] = LARGEST
            # The admin's own addresses take it as text.
            elif name == "object_id" and value.isdecimal() and len(value) >= len(str(LARGEST)):
                kwargs[name] = str(LARGEST)


class PrivatePages:
    """Every answer to a signed-in person is private and not stored."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response


class NoNumbersInAddresses:
    """A number that arrives in an address is answered with the address that holds a mark in its place.

    Search boxes send theirs in the body; this is for whoever types it behind the question mark. The API takes no
    number there at all, and refuses every parameter that it does not know.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.GET and request.method in ("GET", "HEAD") and not request.path.startswith("/api/"):
            clean = without_numbers(request.GET, request.session if request.user.is_authenticated else None)
            if clean is not None:
                # A path that begins with two slashes would lead to another host.
                path = escape_leading_slashes(request.path)
                return HttpResponseRedirect(f"{path}?{clean.urlencode()}" if clean else path)
        return self.get_response(request)
