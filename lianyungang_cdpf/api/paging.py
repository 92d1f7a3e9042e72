"""A list comes by pages, with the number of what the asker may see."""

import re

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

PAGE_SIZE, LARGEST_PAGE, LAST_PAGE = 50, 200, 100_000
_NUMBER = re.compile(r"[0-9]{1,6}")


class Pages(BasePagination):
    """?page= and ?page_size=. A page behind the last one is empty: lists grow and shrink while they are read."""

    def paginate_queryset(self, queryset, request, view=None):
        self.number = _number(request, "page", 1, LAST_PAGE)
        self.size = _number(request, "page_size", PAGE_SIZE, LARGEST_PAGE)
        self.count = queryset.count()
        first = (self.number - 1) * self.size
        return list(queryset[first : first + self.size]) if first < self.count else []

    def get_paginated_response(self, data):
        pages = -(-self.count // self.size)
        about = {"count": self.count, "page": self.number, "pages": pages, "page_size": self.size}
        return Response({**about, "results": data})

    def get_paginated_response_schema(self, schema):
        """The form of an answer, for the description of the API."""
        whole = {"type": "integer", "minimum": 0}
        return {
            "type": "object",
            "description": "一页记录。",
            "required": ["count", "page", "pages", "page_size", "results"],
            "properties": {
                "count": {**whole, "description": "符合条件、且在您辖区内的记录总数"},
                "page": {**whole, "description": "这是第几页"},
                "pages": {**whole, "description": "一共几页"},
                "page_size": {**whole, "description": "每页条数"},
                "results": {**schema, "description": "本页的记录"},
            },
        }

    def get_schema_operation_parameters(self, view):
        """The two parameters, for the description of the API."""
        return [
            _parameter("page", "第几页，从 1 起；超出末页时列表为空。", 1, LAST_PAGE),
            _parameter("page_size", f"每页条数，最多 {LARGEST_PAGE}。", PAGE_SIZE, LARGEST_PAGE),
        ]


def _parameter(name: str, description: str, default: int, largest: int) -> dict:
    schema = {"type": "integer", "minimum": 1, "maximum": largest, "default": default}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _number(request, name: str, default: int, largest: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if _NUMBER.fullmatch(text) and 1 <= int(text) <= largest:
        return int(text)
    raise ValidationError({name: [ErrorDetail(f"应为 1 到 {largest} 的整数。", "invalid")]})
