"""List and detail of a kind of record: what an app's api.py says of it is one small class.

class ServiceRecords(Records):
    route, noun, permission = "services", "服务记录", "services.view_service"
    queryset = Service.objects.select_related("person", "kind", "area__parent__parent")
    serializer_class = ServiceShown
    filterset_class = ServiceFilters
    ordering_fields = ("id", "served_on")

RESOURCES = (ServiceRecords,)
"""

from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework import mixins
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from lianyungang_cdpf.api.errors import UnknownParameter
from lianyungang_cdpf.api.paging import Pages

PAGING = {"page", "page_size"}
ORDERING = "ordering"


class Ordering(BaseFilterBackend):
    """?ordering= by one of the view's `ordering_fields`, or from the end with a minus; records that agree by number."""

    def filter_queryset(self, request, queryset, view):
        asked = request.query_params.get(ORDERING)
        if asked is None:
            return queryset.order_by(*_stable("-id" if view.newest_first else view.ordering_fields[0]))
        if asked not in choices_of(view):
            raise ValidationError({ORDERING: [ErrorDetail(f"应为 {'、'.join(choices_of(view))} 之一。", "invalid")]})
        return queryset.order_by(*_stable(asked))

    def get_schema_operation_parameters(self, view):
        """The parameter, for the description of the API."""
        if not view.ordering_fields:
            return []
        schema = {"type": "string", "enum": choices_of(view)}
        description = "按哪一项排序；前面加减号为倒序。"
        return [{"name": ORDERING, "in": "query", "required": False, "description": description, "schema": schema}]


def choices_of(view) -> list[str]:
    """The values that ?ordering= takes."""
    return [f"{sign}{name}" for name in view.ordering_fields for sign in ("", "-")]


def _stable(name: str) -> list[str]:
    return [name] if name.lstrip("-") == "id" else [name, "-id"]


class Filters(DjangoFilterBackend):
    """The declared filters of a list; a value that is none of theirs is a 400, not an empty or a whole list."""


class Asked:
    """Mixed in before a view: parameters that the address does not know are refused."""

    def parameters(self) -> set[str]:
        """The names that the address takes in its query."""
        return set()

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        for name in sorted(set(request.query_params) - self.parameters()):
            raise UnknownParameter(name)


class Records(Asked, mixins.ListModelMixin, GenericViewSet):
    """Records of one model to look at: those of the asker's place, for roles that hold `permission`.

    route           below /api/v1/
    noun            what the description of the API calls one of them
    permission      as on the pages; "" for what every member of staff may see
    city_wide       reference data, the same for every place
    detail_class    the serializer of one record, where it says more than the list
    ordering_fields what lists may be ordered by, all of them shown in the list
    newest_first    False orders by the first of them unless something else is asked for
    """

    route: str = ""
    noun: str = ""
    permission: str = ""
    city_wide = False
    detail_class = None
    filterset_class: type[FilterSet] | None = None
    ordering_fields: tuple[str, ...] = ("id",)
    newest_first = True
    pagination_class = Pages
    filter_backends = (Filters, Ordering)
    lookup_value_converter = "int"

    def is_open_to(self, staff) -> bool:
        """Whether the role sees such records at all."""
        return not self.permission or staff.has_perm(self.permission)

    def get_queryset(self):
        return super().get_queryset().visible_to(self.request.user)

    def get_serializer_class(self):
        return self.detail_class if self.action == "retrieve" and self.detail_class else self.serializer_class

    def filter_queryset(self, queryset):
        """Filters narrow a list; a record is found by its number alone."""
        return queryset if self.detail else super().filter_queryset(queryset)

    def retrieve(self, request, *args, **kwargs):
        found = self.get_object()
        self.looked_at(found)
        return Response(self.get_serializer(found).data)

    def looked_at(self, found) -> None:
        """What is to be remembered of somebody's looking at one record; most often nothing."""

    def get_paginated_response(self, data):
        if data:
            self.listed(len(data))
        return super().get_paginated_response(data)

    def listed(self, number: int) -> None:
        """What is to be remembered of so many records leaving in a page of the list; of reference data nothing."""

    def page_of(self, queryset):
        """The answer with a page of these records."""
        page = self.paginate_queryset(queryset)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def parameters(self) -> set[str]:
        if self.detail:
            return set()
        return {*(self.filterset_class.base_filters if self.filterset_class else ()), ORDERING, *PAGING}
