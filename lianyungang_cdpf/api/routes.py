"""Addresses of the API, out of what each app offers."""

from rest_framework.exceptions import NotFound
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView


class Router(SimpleRouter):
    """Addresses without a slash at the end."""

    def __init__(self):
        super().__init__(trailing_slash=False, use_regex_path=False)


def routes(*apps):
    """The addresses of the RESOURCES of the apps' api modules. Raises ValueError for an address named twice."""
    router, taken = Router(), set()
    for resource in (resource for app in apps for resource in app.RESOURCES):
        if resource.route in taken:
            raise ValueError(f"Two resources are called {resource.route}.")
        taken.add(resource.route)
        router.register(resource.route, resource, basename=resource.route)
    return router.urls


class Nowhere(APIView):
    """Whatever else is asked for below /api/: answered in the API's own form."""

    schema = None

    def dispatch(self, request, *args, **kwargs):
        self.http_method_not_allowed = self.nowhere
        return super().dispatch(request, *args, **kwargs)

    def nowhere(self, request, *args, **kwargs):
        raise NotFound("没有这个接口地址，请对照接口说明。")
