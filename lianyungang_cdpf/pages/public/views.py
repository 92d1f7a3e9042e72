"""The public's pages: without an account, without a script, and without a person behind any of them."""

from collections import defaultdict

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from facilities.exports import PLACE, accessibility, place_name
from facilities.models import Facility, FacilityKind
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.pages.models import News
from lianyungang_cdpf.pages.public import aid as aid_there_is
from lianyungang_cdpf.pages.public import figures
from lianyungang_cdpf.pages.public.forms import NearForm, SelfCheckForm
from lianyungang_cdpf.pages.public.frame import NOT_KEPT, apply_at, gone, public_page
from lianyungang_cdpf.pages.public.markup import blocks_of
from lianyungang_cdpf.pages.public.places import towns_by_unit
from lianyungang_cdpf.pages.public.selfcheck import results
from lianyungang_cdpf.targets import scopes

A_PAGE, LATEST = 20, 5
A_YEAR = 365 * 24 * 3600
DISPLAY = {"text": "large", "contrast": "high"}


@public_page
def home(request):
    """What there is to do here, how the year stands, and the latest news."""
    now = figures.standing()
    told = figures.of_city(now) if now else []
    context = {
        "title": "连云港市残疾人服务",
        "now": now,
        "targets": len(told),
        "reached": sum(one.is_reached for one in told),
        "news": News.objects.out_on(localdate())[:LATEST],
    }
    return render(request, "public/home.html", context)


@public_page
def progress(request):
    """Every target for the whole city."""
    now = figures.standing()
    told = figures.of_city(now) if now else []
    groups = defaultdict(list)
    for one in told:
        groups[one.line.target.group].append(one)
    context = {"title": f"{now.year} 年计划进度" if now else "计划进度", "now": now, "groups": list(groups.items())}
    return render(request, "public/progress.html", context)


@public_page
def target(request, key):
    """One target for the city and for each county and zone."""
    now = figures.standing()
    told = figures.of_target(now, key, [scopes.city(), *scopes.units()]) if now else []
    if not told:
        return gone(request, "今年的计划中没有这个项目。")
    city, *units = told
    context = {
        "title": city.line.name, "now": now, "city": city, "units": units, "by_town": figures.has_towns(city.row),
    }  # fmt: skip
    return render(request, "public/target.html", context)


@public_page
def towns(request, key, code):
    """One target for the towns of a county or zone, without the small numbers."""
    now, unit = figures.standing(), figures.unit_coded(code)
    told = figures.of_target(now, key, [unit, *scopes.children(unit)]) if now and unit else []
    if not told or not figures.has_towns(told[0].row):
        return gone(request, "没有这个地方的数字，或者这个项目不按乡镇（街道）公布。")
    cells = figures.by_town(told)
    context = {
        "title": f"{unit.name}：{told[0].line.name}", "now": now, "unit": told[0], "cells": cells,
        "is_partial": any(cell.number is None for cell in cells), "nothing": all(cell.number is None for cell in cells),
    }  # fmt: skip
    return render(request, "public/towns.html", context)


@public_page
def facilities(request):
    """Facilities in operation, those of the chosen town first, then those of its county or zone."""
    kinds = FacilityKind.objects.filter(is_public=True).order_by("code").values_list("code", "name")
    form = NearForm(request.GET, towns=towns_by_unit(), kinds=kinds)
    status = 200 if form.is_valid() else 400
    found = Facility.objects.open_to_the_public().select_related("kind", *PLACE)
    if kind := form.cleaned_data.get("kind"):
        found = found.filter(kind__code=kind)
    context = {"title": "附近的服务设施", "form": form}
    order = ["area__path", "kind__code", "name_key", "pk"]
    if code := form.cleaned_data.get("town"):
        town = Area.objects.get(code=code)
        found = found.filter(area__unit_key=town.unit_key)
        near = found.filter(area__path__startswith=town.path).count()
        first = Case(When(area__path__startswith=town.path, then=Value(0)), default=Value(1))
        order = [first, *order]
        context |= {"town": town, "near": near}
    page = Paginator(found.order_by(*order), A_PAGE).get_page(request.GET.get("page"))
    sites = [(one, place_name(one), accessibility(one)) for one in page]
    return render(request, "public/facilities.html", {**context, "page": page, "sites": sites}, status=status)


@public_page
def aid(request):
    """Subsidies and services, with who gets them."""
    subsidies, services = aid_there_is.subsidies(localdate()), aid_there_is.services()
    context = {"title": "补贴和服务", "subsidies": subsidies, "services": services, "apply_at": apply_at()}
    return render(request, "public/aid.html", context)


@csrf_exempt  # nothing is written, and a token would be a cookie
@require_http_methods(FORM_METHODS)
@sensitive_post_parameters()
def self_check(request):
    """Which subsidies somebody may qualify for. What was typed is read, answered and forgotten."""
    form = SelfCheckForm(request.POST if request.method == "POST" else None, towns=towns_by_unit())
    context, status = {"title": "我可能符合哪些补贴", "form": form, "apply_at": apply_at()}, 200
    if form.is_valid():
        code = form.cleaned_data["town"]
        path = Area.objects.values_list("path", flat=True).get(code=code) if code else scopes.city().place
        may, may_not = results(form.asked(path), localdate())
        context |= {"may": may, "may_not": may_not, "is_answered": True}
    elif form.is_bound:
        status = 400
    response = render(request, "public/self_check.html", context, status=status)
    response.headers["Cache-Control"] = NOT_KEPT
    return response


@public_page
def news(request):
    """What is out today, the newest first; of one kind where that is asked for."""
    kind = request.GET.get("kind", "")
    found = News.objects.out_on(localdate())
    if kind in News.Kind.values:
        found = found.filter(kind=kind)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"title": "新闻和政策", "page": page, "kind": kind, "kinds": News.Kind.choices}
    return render(request, "public/news.html", context)


@public_page
def article(request, pk):
    """One piece of news or one policy; before its day and after it, it is not there."""
    found = News.objects.out_on(localdate()).filter(pk=pk).first()
    if found is None:
        return gone(request, "这篇文章不存在，还没有发布，或者已经撤下。")
    context = {"title": found.title, "article": found, "blocks": blocks_of(found.text)}
    return render(request, "public/article.html", context)


@require_safe
def display(request):
    """Large print and high contrast, on or off; the browser remembers, and the reader is back where they were."""
    back = request.GET.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = HttpResponseRedirect(back if is_ours else reverse("public:home"))
    for name, word in DISPLAY.items():
        asked = request.GET.get(name)
        if asked == word:
            response.set_cookie(
                name, word, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
            )
        elif asked is not None:
            response.delete_cookie(name, samesite="Lax")
    response.headers["Cache-Control"] = NOT_KEPT
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
