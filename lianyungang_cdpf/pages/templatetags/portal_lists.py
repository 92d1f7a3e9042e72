"""The changelist as the design has it: filters in one line, chips to take them off, numbers to the right.

Django's own tags prepare the cells and decide what may be sorted, filtered and shown; these only lay it out.
"""

import re
from html import unescape
from urllib.parse import parse_qsl, urlencode

from django import template
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.db import models
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

NUMBERS = (models.IntegerField, models.DecimalField, models.FloatField)
# A column is one of numbers when all its cells look like one; longer runs of digits without commas are codes.
LOOKS_LIKE_A_NUMBER = re.compile(r"[−-]?(\d{1,3}|\d{1,3}(,\d{3})+|\d+\.\d+)(\.\d+)?%?")
# Chinese characters; a longer text may break into lines, everything shorter stays on one.
LONGEST_LINE = 13
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
UNGROUPED = re.compile(r"(?<=>)\d{4,}(?=[.<])")
DJANGOS_ICON = re.compile(r'<img src="[^"]*icon-(?:yes|no|unknown)\.svg" alt="(True|False|None)">')
YES_NO = {"True": ("o", "check", "是"), "False": ("n", "cross", "否"), "None": ("n", "n", "未知")}


@register.simple_tag
def glyph(name):
    """A symbol of the page's sprite, for the eye alone: a word stands beside it."""
    return format_html('<svg class="g" aria-hidden="true"><use href="#{}"/></svg>', name)


@register.simple_tag
def light(state, words, shape=""):
    """A state as shape, word and colour; `state` is one of e o w b n, `shape` another symbol for it."""
    return format_html('<span class="light {}">{}{}</span>', state, glyph(shape or state), words)


@register.filter
def yes_no(html):
    """Django's icons for true and false as sign and word."""

    def in_words(match):
        state, shape, word = YES_NO[match[1]]
        return light(state, word, shape)

    return mark_safe(DJANGOS_ICON.sub(in_words, html)) if isinstance(html, SafeString) else html


@register.filter
def thousands(number):
    """1234567 as 1,234,567."""
    return f"{number:,}"


@register.filter
def read_only(contents):
    """What stands in the place of a field that is only shown; Django writes None where a method found nothing."""
    return "—" if contents in {"None", ""} else yes_no(contents)


def own_query(spec, query_string):
    """What a filter's choice adds to the address, apart from search, order and the other filters."""
    wanted = set(spec.expected_parameters())
    return urlencode([(key, value) for key, value in parse_qsl(query_string.lstrip("?")) if key in wanted])


@register.simple_tag
def filter_fields(cl):
    """Each filter of the list as a choice: title, its parameters, and the choices with their own part of the query."""
    return [
        {
            "title": spec.title,
            "parameters": " ".join(spec.expected_parameters()),
            "choices": [
                {
                    "words": choice["display"],
                    "selected": choice["selected"],
                    "url": choice["query_string"],
                    "query": own_query(spec, choice["query_string"]),
                }
                for choice in spec.choices(cl)
                if "query_string" in choice
            ],
        }
        for spec in cl.filter_specs
    ]


@register.simple_tag
def chosen_filters(cl):
    """The filters in use, and the search and order, each with the address without it."""
    chips = []
    for spec in cl.filter_specs:
        parameters = spec.expected_parameters()
        if any(parameter in cl.params for parameter in parameters):
            words = [c["display"] for c in spec.choices(cl) if c.get("selected") and own_query(spec, c["query_string"])]
            without = cl.get_query_string(remove=parameters)
            chips.append({"title": spec.title, "words": "、".join(map(str, words)) or "自定", "without": without})
    if cl.query:
        chips.append({"title": "搜索", "words": cl.query, "without": cl.get_query_string(remove=[SEARCH_VAR])})
    if cl.params.get(ORDER_VAR):
        chips.append({"title": "排序", "words": "自定", "without": cl.get_query_string(remove=[ORDER_VAR])})
    return chips


@register.simple_tag
def lay_out(cl, headers, results):
    """Header and cells of the table: columns of numbers to the right, long texts on several lines, icons as words."""
    rows = [{"errors": row_errors(row), "cells": [yes_no(cell) for cell in row]} for row in results]
    columns = zip(*(row["cells"] for row in rows), strict=False)
    heads = []
    for index, (header, name, cells) in enumerate(zip(headers, cl.list_display, columns, strict=False)):
        look = look_of(cl, name, cells)
        heads.append({**header, "is_picker": name == "action_checkbox", "is_number": look == "num"})
        for row in rows if look else ():
            row["cells"][index] = dressed(row["cells"][index], look, is_year="year" in str(name))
    return {"headers": heads, "rows": rows}


def look_of(cl, name, cells) -> str:
    """The class of a column's cells: num for numbers, words where a text is too long for a line, else nothing."""
    texts = [unescape(strip_tags(cell)).strip() for cell in cells]
    if is_of_numbers(cl, name, texts):
        return "num"
    return "words" if any(len(CHINESE.findall(text)) > LONGEST_LINE for text in texts) else ""


def dressed(cell, look, is_year=False):
    """The cell with the class of its column; numbers but years get their thousands separated."""
    html = cell.replace('class="', f'class="{look} ', 1)
    if look == "num" and not is_year:
        html = UNGROUPED.sub(lambda number: f"{int(number[0]):,}", html)
    return mark_safe(html)


def row_errors(row):
    """The errors of an edited row that belong to no single field."""
    return row.form.non_field_errors() if row.form else ""


def is_of_numbers(cl, name, texts) -> bool:
    """Whether a column holds numbers, by its field or else by the look of all its texts."""
    if cl.formset and name in cl.list_editable:
        return False
    field = next((field for field in cl.opts.get_fields() if field.name == name), None)
    if isinstance(field, NUMBERS) and not field.choices:
        return True
    looks = [bool(LOOKS_LIKE_A_NUMBER.fullmatch(text)) for text in texts if text not in {"", "—"}]
    return bool(looks) and all(looks)


@register.simple_tag
def page_links(cl):
    """The pages of a list: first and last row shown, and a link per page (None for a gap)."""
    if not cl.multi_page or cl.show_all and cl.can_show_all:
        return None
    first = (cl.page_num - 1) * cl.list_per_page + 1
    numbers = cl.paginator.get_elided_page_range(cl.page_num, on_each_side=2, on_ends=1)
    links = [page_link(cl, number) for number in numbers]
    if cl.page_num < cl.paginator.num_pages:
        links.append({"words": "下一页", "url": cl.get_query_string({PAGE_VAR: cl.page_num + 1})})
    return {"first": first, "last": min(first + cl.list_per_page - 1, cl.result_count), "links": links}


def page_link(cl, number):
    """One page's link; the paginator's ellipsis has no address."""
    if number == cl.paginator.ELLIPSIS:
        return {"words": "…"}
    return {"number": number, "url": cl.get_query_string({PAGE_VAR: number}), "current": number == cl.page_num}


@register.simple_tag
def named_cell(bound_field, row):
    """A field of a table's row with a name of its own: the column's heading names it for the eye only."""
    return bound_field.as_widget(attrs={"aria-label": f"{bound_field.label}{where_in_table(row)}"})


def where_in_table(row):
    """（第 2 行） for a row of an inline table; nothing for the template row that new rows are copied from."""
    number = row.form.prefix.rpartition("-")[2]
    return f"（第 {int(number) + 1} 行）" if number.isdigit() else ""


@register.simple_tag
def name_cells(cl):
    """Give the editable cells of a list their names: 排序：东海县. Prints nothing."""
    for form in cl.formset.forms if cl.formset else ():
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", f"{field.label}：{form.instance}")
    return ""
