"""Reading admin pages as data: rows, filters, forms; and looking for another county's marks."""

import re

from django.contrib import admin
from django.urls import reverse

from lianyungang_cdpf.accounts.versions import NAME
from tests.form_client import version_of

ADMINS = {model._meta.label: model_admin for model, model_admin in admin.site._registry.items()}


def address(label: str, page: str = "changelist", *args) -> str:
    """The address of a page of a model's admin."""
    opts = ADMINS[label].opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)


def may_see(staff, label: str) -> bool:
    """Whether the staff member's role sees records of the model at all."""
    opts = ADMINS[label].opts
    return staff.has_perm(f"{opts.app_label}.view_{opts.model_name}")


def seen_marks(response, county) -> set[str]:
    """The county's marks in the answer."""
    body = response.getvalue() if response.streaming else response.content
    return {mark for mark in county.marks if mark.encode() in body}


def filter_queries(changelist) -> list[tuple[str, str]]:
    """(label, query) of every choice of every filter of the list."""
    return [
        (str(choice["display"]), choice["query_string"])
        for spec in changelist.filter_specs
        for choice in spec.choices(changelist)
        if "query_string" in choice
    ]


def form_data(response) -> dict[str, object]:
    """What a browser would send back from a change or add page when nothing is touched."""
    forms = [response.context["adminform"].form]
    for wrapped in response.context["inline_admin_formsets"]:
        forms += [wrapped.formset.management_form, *wrapped.formset.forms]
    data = {NAME: version_of(response)} if version_of(response) else {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = value
    return data


def same_answer(one, other) -> bool:
    """Whether two answers tell nothing apart: status and every byte, but for the token against forged requests and
    the minute of the watermark."""
    return (one.status_code, _lasting(one.content)) == (other.status_code, _lasting(other.content))


def _lasting(content: bytes) -> bytes:
    content = re.sub(rb'(name="csrfmiddlewaretoken" value=")\w{64}"', rb'\1"', content)
    return re.sub(rb'(<text class="id"[^>]*>[^<]*) \d{4}-\d\d-\d\d \d\d:\d\d<', rb"\1<", content)
