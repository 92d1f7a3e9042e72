"""Pages with personal data are never kept by a browser or a proxy."""


class PrivatePages:
    """Every answer to a signed-in person is private and not stored."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store, private"
        return response
