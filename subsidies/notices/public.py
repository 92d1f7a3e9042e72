"""The public pages of notices: without signing in, for the days of a notice only, kept by nobody and in no index."""

from functools import wraps

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from subsidies.models import Notice, NoticeLine
from subsidies.notices.forms import UnitForm, WhereForm

NOTICES_A_PAGE, LINES_A_PAGE = 20, 50
HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store, private"}


def public_page(view):
    """Only looked at; search engines and caches are told to leave it alone."""

    @wraps(view)
    def page(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return require_safe(page)


@public_page
def index(request):
    """The notices that run today."""
    notices = Notice.objects.running(localdate()).select_related("roll__programme")
    places = sorted(set(notices.order_by().values_list("place", flat=True)))
    form = UnitForm(request.GET, places=places)
    status = 200 if form.is_valid() else 400
    if place := form.cleaned_data.get("place"):
        notices = notices.filter(place=place)
    page = Paginator(notices.order_by("ends_on", "pk"), NOTICES_A_PAGE).get_page(request.GET.get("page"))
    context = {"title": "补贴发放公示", "form": form if len(places) > 1 else None, "page": page}
    return render(request, "subsidies/notices/index.html", context, status=status)


@public_page
def notice(request, uid):
    """One notice's list; before its period, after it and once taken down it is not there."""
    found = Notice.objects.running(localdate()).select_related("roll__programme").filter(uid=uid).first()
    if found is None:
        return render(request, "subsidies/notices/gone.html", {"title": "没有这个公示"}, status=404)
    lines = NoticeLine.objects.filter(notice=found)
    towns = _towns(lines)
    chosen = request.GET.get("town", "")
    villages = _villages(lines, chosen) if chosen in dict(towns) else []
    form = WhereForm(request.GET, towns=towns, villages=villages)
    status = 200 if form.is_valid() else 400
    lines = _within(lines, form.cleaned_data)
    page = Paginator(lines.select_related("area").order_by("position"), LINES_A_PAGE)
    page = page.get_page(request.GET.get("page"))
    context = {"title": found.title, "notice": found, "form": form, "page": page}
    return render(request, "subsidies/notices/notice.html", context, status=status)


def _within(lines, asked: dict):
    if town := asked.get("town"):
        lines = lines.filter(area__code=town)
    return lines.filter(village=village) if (village := asked.get("village")) else lines


def _towns(lines) -> list[tuple[str, str]]:
    """(code, name) of the towns on the list, each with its county where there are several."""
    rows = lines.order_by("area__path").values_list("area__code", "area__common_name", "area__parent__common_name")
    rows = list(rows.distinct())
    several = len({county for _, _, county in rows}) > 1
    return [(code, f"{county} {name}" if several else name) for code, name, county in rows]


def _villages(lines, town: str) -> list[str]:
    listed = lines.filter(area__code=town).exclude(village="").order_by("village")
    return list(listed.values_list("village", flat=True).distinct())
