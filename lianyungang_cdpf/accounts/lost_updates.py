"""No edit overwrites another that its form had not seen: the optimistic lock of every form of a record.

A form carries the version of what it shows (accounts/versions.py). When it comes back, the record and its rows are
locked and compared; where they differ nothing is written, and the form is shown as typed with what others have saved
(409), with the version as of now: pressed again, it is saved on purpose. Without a version it is not saved (428).
"""

from collections.abc import Callable, Mapping, Sequence

from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db import transaction
from django.db.models import Model
from django.forms import CheckboxInput
from django.http import Http404
from django.utils import timezone

from lianyungang_cdpf.accounts.deed_pages import done_by
from lianyungang_cdpf.accounts.overtaken import BLANK, Overtaken, overtaken, tell, tell_of_deed
from lianyungang_cdpf.accounts.versions import NAME, TAKE, Version, lock_lines, lock_row

NOT_HERE = "没有这条记录，或者它不在您的辖区内。"


class Unsaved:
    """Mixed in before a form: it is checked as always and says that it is not to be saved."""

    def is_valid(self):
        """No; what is wrong with it stands in its errors, if anything is."""
        self.full_clean()
        return False


class LostUpdates:
    """Mixed in before ModelAdmin: a change form is saved only over what it has shown.

    unversioned     columns that change by themselves and that no form writes
    never_told      columns whose value no page says, not even masked
    locked_before   relations whose row is locked before the record's, where its deeds lock in that order
    """

    unversioned: tuple[str, ...] = ()
    never_told: tuple[str, ...] = ()
    locked_before: tuple[str, ...] = ()

    def is_to_be_saved(self, request) -> bool:
        """Whether a form that was sent asks to be saved."""
        return "_saveasnew" not in request.POST

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        request.read_at, request.overtaken = timezone.now(), None
        if request.method != "POST" or object_id is None or not self.is_to_be_saved(request):
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            if self.has_change_permission(request):
                self._compare(request, unquote(object_id))
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _compare(self, request, key) -> None:
        """Lock the record and its rows and see whether they are what the form was made of."""
        record = self._locked(request, key)
        if record is None or not self.has_change_permission(request, record):
            return
        rows = [record, *self._lines_of(request, record)]
        request.overtaken = overtaken(request.POST.get(NAME, ""), rows, self.unversioned)
        if request.overtaken:
            request.stands = record, str(Version.of(rows, request.read_at, self.unversioned))
        elif taken := request.POST.getlist(TAKE):
            request.POST = self._with_taken(request, record, set(taken))

    def _locked(self, request, key) -> Model | None:
        for relation in self.locked_before:
            field = self.model._meta.get_field(relation)
            lock_row(field.related_model, self.model._base_manager.filter(pk=key).values(field.attname)[:1])
        return lock_row(self.model, key)

    def _formsets(self, request, record):
        """The formset of every inline that may be edited, not bound, with its rows as they stand."""
        for formset, inline in self.get_formsets_with_inlines(request, record):
            if inline.has_change_permission(request, record):
                lock_lines(inline.model, **{formset.fk.name: record.pk})
                yield formset(instance=record, queryset=inline.get_queryset(request))

    def _lines_of(self, request, record) -> list[Model]:
        return [row for formset in self._formsets(request, record) for row in formset.get_queryset()]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form)(form.__name__, (Unsaved, form), {}) if getattr(request, "overtaken", None) else form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        found = None
        if change and obj is not None and self.has_change_permission(request, obj):
            found = request.overtaken
            context |= {"version": self._version(request, context, obj), "overtaken": found}
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if found:
            response.status_code = found.status
        return response

    def _version(self, request, context, obj) -> str:
        """The version that the form carries: of what it shows, or as it was sent, or, once refused, as of now."""
        wrapped = [one for one in context["inline_admin_formsets"] if one.has_change_permission]
        form = context["adminform"].form
        if request.overtaken:
            record, version = request.stands
            forms = [form, *(row for one in wrapped for row in one.formset)]
            tell(request.overtaken, record, forms, self.never_told)
            return version
        if request.method == "POST":
            return request.POST.get(NAME, "")
        rows = [form.instance, *(row for one in wrapped for row in one.formset.get_queryset())]
        return str(Version.of(rows, request.read_at, self.unversioned))

    # -- taking over what somebody else has saved ---------------------------------------------------------------------

    def _with_taken(self, request, record, taken: set[str]):
        """What was sent, with the present value in every box that is to take it, as though it had been typed."""
        data = request.POST.copy()
        fields = flatten_fieldsets(self.get_fieldsets(request, record))
        form = self.get_form(request, record, change=True, fields=fields)(instance=record)
        _take_over(data, form, taken, lambda name: name)
        for formset in self._formsets(request, record):
            by_key = {str(one.instance.pk): one for one in formset.initial_forms}
            prefix, key = formset.prefix, formset.model._meta.pk.name
            for number in range(len(by_key)):
                if one := by_key.get(data.get(f"{prefix}-{number}-{key}", "")):
                    _take_over(data, one, taken, lambda name, row=f"{prefix}-{number}": f"{row}-{name}")
        return data


def _take_over(data, form, taken: set[str], sent_as: Callable[[str], str]) -> None:
    """Put a form's present values in place of those that were sent, box by box."""
    for name, box in form.fields.items():
        html_name = sent_as(name)
        if html_name not in taken:
            continue
        value = form[name].value()
        if not isinstance(box.widget, CheckboxInput):
            value = box.widget.format_value(value)
        if value is None or value is False:
            data.pop(html_name, None)
        elif isinstance(value, (list, tuple)):
            data.setlist(html_name, [str(one) for one in value])
        else:
            data[html_name] = "on" if value is True else str(value)


class Seen:
    """The lock of a page with a deed: what of the records it shows, and whether they still are so when it comes back.

    lines         gives the rows below the records (parts of a certificate) as they stand when it is called
    boxes         the boxes of the form that are for a column of the first record, by column
    tells_values  whether the page may say what differs, not only that something does
    """

    def __init__(
        self,
        request,
        *records: Model,
        lines: Callable[[], Sequence[Model]] = list,
        boxes: Mapping[str, str] | None = None,
        tells_values: bool = True,
    ):
        self.request, self.records, self.lines = request, records, lines
        self.boxes, self.tells_values = boxes or {}, tells_values
        self.overtaken: Overtaken | None = None
        if request.method == "POST":
            self.version = request.POST.get(NAME, "")
        else:
            self.version = str(Version.of([*records, *lines()], timezone.now()))

    def done(self, form, deed, **told) -> bool:
        """Do a deed on what the page has shown. Where that has changed nothing is done, and `overtaken` says what."""
        with transaction.atomic():
            read_at = timezone.now()
            # In the order in which the deeds lock them.
            held = {one.pk: lock_row(type(one), one.pk) for one in sorted(self.records, key=lambda one: one.pk)}
            rows = [*filter(None, (held[one.pk] for one in self.records)), *self.lines()]
            if held[self.records[0].pk] is None:
                raise Http404(NOT_HERE)
            self.overtaken = overtaken(self.version, rows)
            if self.overtaken is None:
                return done_by(self.request, form, deed, **told)
            self.version = str(Version.of(rows, read_at))
            if self.tells_values:
                tell_of_deed(self.overtaken, rows[0], self._typed(form))
            return False

    def _typed(self, form) -> dict[str, str]:
        return {column: str(form.cleaned_data[box] or BLANK) for column, box in self.boxes.items()}

    @property
    def context(self) -> dict:
        """What the page's template asks for."""
        return {"version": self.version, "overtaken": self.overtaken}

    def status(self, form) -> int:
        """Of the answer: 409 or 428 where others came first, 422 for what must be put right."""
        return self.overtaken.status if self.overtaken else 422 if form.is_bound else 200
