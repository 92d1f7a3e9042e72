"""Pages of the board: the year's targets, one target at a place, and the persons whom it counts there.

A place outside the reader's own is a 404, like one that does not exist.
"""

from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404
from django.shortcuts import render

from lianyungang_cdpf.targets import counted, reached, scopes
from lianyungang_cdpf.targets.board import board_of
from lianyungang_cdpf.targets.forms import WhenForm
from lianyungang_cdpf.targets.place import place_of
from lianyungang_cdpf.targets.reached import Who

NO_PLACE = "没有这个地方的进度，或者它不在您的辖区内。"
NO_TARGET = "该年度没有这项目标。"


def _of_the_board(view):
    """Signed in, allowed to see the board, and with a year and a day to see it as of."""

    @wraps(view)
    @login_required
    @permission_required("targets.view_target", raise_exception=True)
    def wrapped(request, **path):
        form = WhenForm(request.GET)
        own = scopes.of_staff(request.user)
        if own is None:
            raise Http404(NO_PLACE)
        if not form.years:
            return render(request, "targets/no_plan.html", {"title": "目标进度"})
        return view(request, form=form, own=own, **path)

    return wrapped


def _page(request, template, form, context):
    """The page, with a 400 when the address asks for a year or a day that there is not."""
    query = urlencode(form.asked) if form.is_valid() else ""
    context |= {"form": form, "query": f"?{query}" if query else "", "and_query": f"&{query}" if query else ""}
    # The frame would ask for the mark again.
    context["demonstration"] = form.demonstration
    return render(request, template, context, status=200 if form.is_valid() else 400)


@_of_the_board
def board(request, *, form, own):
    """The front page of those who may see it: the year's targets for the city, or for the reader's own place."""
    year, as_of = form.chosen()
    order = "behind" if request.GET.get("order") == "behind" else "group"
    shown = board_of(own, year=year, as_of=as_of, asked=request.GET.get("t", ""))
    return _page(request, "targets/board.html", form, {"board": shown, "order": order})


@_of_the_board
def place(request, *, form, own, key, code=None):
    """One target at a place (the reader's own without a code): its rule, its months and the places below."""
    page = _place(request, form, own, key, code)
    return _page(request, "targets/place.html", form, {"place": page, "may_list": _may_list(request, page)})


@_of_the_board
@permission_required("beneficiaries.view_person", raise_exception=True)
def people(request, *, form, own, key, code):
    """The persons whom the target counts at a place, page by page; of a rate also whom it should reach and misses."""
    page = _place(request, form, own, key, code, below=False)
    if not _may_list(request, page):
        raise Http404("这项目标没有人员名单。")
    number = request.GET.get("page")
    if page.row.is_rate:
        who = Who.asked(request.GET.get("who"))
        listed = reached.page_of(page.row, who, staff=request.user, number=number)
        return _listing(request, "targets/reached.html", form, listed, {"place": page, "who": who, "whose": list(Who)})
    listed = counted.page_of(page.row, staff=request.user, number=number)
    return _listing(request, "targets/people.html", form, listed, {"place": page})


def _listing(request, template, form, listed, context):
    around = listed.paginator.get_elided_page_range(listed.number, on_each_side=2, on_ends=1)
    return _page(request, template, form, {**context, "listed": listed, "around": around})


def _place(request, form, own, key, code, *, below=True):
    """The target at the place. Raises Http404 for an unknown target and for a place that is not open to the reader."""
    scope = own if code is None else open_scope(request.user, code)
    year, as_of = form.chosen()
    page = place_of(scope, own=own, key=key, year=year, as_of=as_of, below=below)
    if page is None:
        raise Http404(NO_TARGET)
    return page


def open_scope(staff, code):
    """The row of the board or the area of the code. Raises Http404 where it is not open to the reader."""
    try:
        scope = scopes.on_the_board(code)
    except scopes.UnknownPlace:
        raise Http404(NO_PLACE) from None
    if not scopes.is_open_to(staff, scope):
        raise Http404(NO_PLACE)
    return scope


def _may_list(request, page) -> bool:
    return request.user.has_perm("beneficiaries.view_person") and counted.counts_persons(page.line.target)
