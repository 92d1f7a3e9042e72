"""The admin that shows each member of staff their own place's records, and answers 404 for all others.

Everything that the admin offers of other models (choices, autocompletes, filters) goes through `choosable_by`, and
every list and object through `visible_to`; a model without them is a mistake that is found at once.
"""

import logging

from django.contrib import admin, messages
from django.contrib.admin.filters import FieldListFilter, RelatedFieldListFilter
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse

from lianyungang_cdpf.accounts.admin_log import ScrubbedLog
from lianyungang_cdpf.accounts.kept_words import LOST, MARK, words_of
from lianyungang_cdpf.accounts.lost_updates import NOT_HERE, LostUpdates
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.accounts.recording import record

log = logging.getLogger(__name__)

# What may follow a filter's field in an address; no regex and no substring, which would be an oracle (A6).
LOOKUPS = {"exact", "in", "isnull", "gt", "gte", "lt", "lte", "range", "date", "year", "month", "day"}
KEYS = {"id", "pk", "group_ptr"}
LONGEST_KEY = 18  # digits that always fit into 64 bits


def visible(queryset, staff):
    """The rows that the staff member sees. Raises ImproperlyConfigured for a model that does not say who sees it."""
    if not hasattr(queryset, "visible_to"):
        raise ImproperlyConfigured(f"{queryset.model.__name__} 的查询集没有 visible_to，不能放进后台。")
    return queryset.visible_to(staff)


def choosable(queryset, staff):
    """The rows that a form or filter may offer. Django's own models (permissions and the like) are never offered."""
    if not hasattr(queryset, "choosable_by"):
        raise ImproperlyConfigured(f"{queryset.model.__name__} 的查询集没有 choosable_by，不能作为选项。")
    return queryset.choosable_by(staff)


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter by a related record that offers only what the staff member may see."""

    def field_choices(self, field, request, model_admin):
        related = choosable(field.remote_field.model._default_manager.all(), request.user)
        return [(row.pk, str(row)) for row in related]


# In front of Django's own, for every admin: a filter that somebody forgot must not name other places' records.
FieldListFilter.register(lambda field: field.remote_field, ScopedRelatedFilter, take_priority=True)


class ScopedChoices:
    """Rows and choices by place; for admins and their inlines alike."""

    def get_queryset(self, request):
        return visible(super().get_queryset(request), request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        self._scope(db_field, request, kwargs)
        if db_field.remote_field.model is Area and db_field.name not in (*self.raw_id_fields, *self.radio_fields):
            # 1,864 areas are too many for a list.
            kwargs.setdefault("widget", AutocompleteSelect(db_field, self.admin_site))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return _explained(field, db_field)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        self._scope(db_field, request, kwargs)
        return _explained(super().formfield_for_manytomany(db_field, request, **kwargs), db_field)

    def _scope(self, db_field, request, kwargs):
        rows = kwargs.get("queryset")
        if rows is None:
            rows = self.get_field_queryset(kwargs.get("using"), db_field, request)
        if rows is None:
            rows = db_field.remote_field.model._default_manager.all()
        kwargs["queryset"] = choosable(rows, request.user)


def _explained(field, db_field):
    """A choice out of sight and one that does not exist get the same sentence."""
    if field is not None:
        sentence = f"所选{db_field.verbose_name}不存在或不在您的辖区内，请重新选择。"
        field.error_messages |= {"invalid_choice": sentence, "invalid_pk_value": sentence}
    return field


class Found(ChangeList):
    """A list as searched for; the number that a mark in the address stands for is read from the session."""

    def get_queryset(self, request, exclude_parameters=None):
        words = words_of(request.session, self.query)
        if words is not None:
            self.query = words
            return super().get_queryset(request, exclude_parameters)
        # The query stays the mark: whoever asks this list again gets nobody again.
        messages.warning(request, LOST)
        return super().get_queryset(request, exclude_parameters).none()

    @property
    def address(self) -> str:
        """The list's own, without a question."""
        return reverse(f"{self.model_admin.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")

    @property
    def typed(self) -> str:
        """What the search box shows."""
        return "" if self.query.startswith(MARK) else self.query


class ScopedAdmin(ScopedChoices, ScrubbedLog, LostUpdates, admin.ModelAdmin):
    """The base of every admin here.

    deletable       whether records may be deleted at all (then by who holds the permission)
    linked_lookups  fields by which other pages link into the list, besides those of list_filter
    """

    deletable = False
    linked_lookups: tuple[str, ...] = ()
    list_per_page = 50
    # Counting a scope twice for "x of y" is what makes a list of millions slow.
    show_full_result_count = False
    view_on_site = False

    def get_changelist(self, request, **kwargs):
        return Found

    def get_search_results(self, request, queryset, search_term):
        """As Django's; an autocomplete finds only what the staff member may choose."""
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            queryset = choosable(queryset, request.user)
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request, extra_context=None):
        """As Django's. That somebody searched is written down, and how many were found; never what was asked."""
        response = super().changelist_view(request, extra_context)
        found = (getattr(response, "context_data", None) or {}).get("cl")
        if found is not None and found.query and found.page_num == 1:
            noun = self.opts.verbose_name
            record(by=request.user, deed=f"搜索{noun}", summary=f"找到 {found.result_count:,} 条")
        return response

    def lookup_allowed(self, lookup, value, request=None):
        """Only the fields that the list filters by, and only by plain comparisons; anything else is a 400.

        So is a key that no database can hold.
        """
        numbers = (one.lstrip("-") for one in str(value).split(","))
        if any(len(one) > LONGEST_KEY and one.isdecimal() for one in numbers):
            return False
        names = [self.date_hierarchy, *self.linked_lookups, *map(_filter_name, self.get_list_filter(request))]
        for name in filter(None, names):
            if lookup == name:
                return True
            if lookup.startswith(f"{name}__"):
                return set(lookup.removeprefix(f"{name}__").split("__")) <= LOOKUPS | KEYS
        return False

    def has_delete_permission(self, request, obj=None):
        return self.deletable and super().has_delete_permission(request, obj)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404(NOT_HERE)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """As Django's. Where somebody was faster, the form is asked again: it then says what stands against it."""
        if object_id is not None:
            self._require_sight(request, object_id)
        told = request, object_id, form_url, extra_context
        try:
            return super().changeform_view(*told)
        except (IntegrityError, ValidationError) as error:
            log.warning("%s: a form is asked again after %s", self.opts.label, type(error).__name__)
        try:
            return super().changeform_view(*told)
        except ValidationError as error:
            self.message_user(request, "".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(self, request, object_id, extra_context=None):
        self._require_sight(request, object_id)
        return super().delete_view(request, object_id, extra_context)

    def history_view(self, request, object_id, extra_context=None):
        self._require_sight(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def _require_sight(self, request, object_id):
        """403 for who may see no such records at all, 404 for a foreign or unknown one: neither tells them apart."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404(NOT_HERE)


def _filter_name(entry) -> str:
    """The field or parameter that an entry of list_filter reads from the address."""
    if isinstance(entry, (list, tuple)):
        return entry[0]
    return entry if isinstance(entry, str) else entry.parameter_name


class ReadOnly:
    """Mixed in before ScopedAdmin or an inline: records that are only looked at here."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ScopedTabularInline(ScopedChoices, admin.TabularInline):
    """Rows of a table below their record, by place."""

    extra = 0
    can_delete = False


class ScopedStackedInline(ScopedChoices, admin.StackedInline):
    """Records below their record, by place."""

    extra = 0
    can_delete = False
