"""The description of the API, for staff who are signed in: as a page, as a file, and to try out."""

import re

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

METHODS = {"get": "查询", "post": "提交"}
_CODE = re.compile(r"(\.?[A-Za-z][A-Za-z0-9_./]*(?: -{0,2}[a-z]+)*)")


class Schema(SpectacularJSONAPIView):
    """OpenAPI 3 as JSON."""


@method_decorator(login_required, name="dispatch")
class TryOut(SpectacularSwaggerSplitView):
    """Swagger UI from our own disk, in two requests, so that no script stands in the page."""

    url_name = "api_schema"
    template_name = "api/try.html"
    title = "接口试用"


@login_required
@require_safe
def docs(request):
    """Every address of the API in Chinese, out of the description itself."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    context = {**admin.site.each_context(request), "title": "接口说明", "groups": groups_of(schema)}
    return render(request, "api/docs.html", context)


def groups_of(schema: dict) -> list[tuple[str, list[dict]]]:
    """The operations by what they are about, in the order of the description."""
    groups: dict[str, list[dict]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            line = {
                "method": method.upper(), "does": METHODS[method], "path": path, "summary": operation["summary"],
                "description": _said(operation["description"]), "parameters": _parameters(operation),
                "fields": _fields(schema, operation),
            }  # fmt: skip
            groups.setdefault(operation["tags"][0], []).append(line)
    return list(groups.items())


def _said(text: str):
    """The first line of a description, with names and values set as code."""
    pieces = enumerate(_CODE.split(text.split("\n")[0]))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", one) if at % 2 else one,) for at, one in pieces))


def _parameters(operation: dict) -> list[dict]:
    asked = operation.get("parameters", ())
    return [{"name": one["name"], "says": _said(one["description"])} for one in asked if one["in"] == "query"]


def _fields(schema: dict, operation: dict) -> list[dict]:
    """What is sent in the body, and whether it must be."""
    for body in operation.get("requestBody", {}).get("content", {}).values():
        sent = schema["components"]["schemas"][body["schema"]["$ref"].rsplit("/", 1)[1]]
        needed = sent.get("required", ())
        return [
            {"name": name, "says": _said(field["description"]), "needed": name in needed}
            for name, field in sent["properties"].items()
        ]
    return []
