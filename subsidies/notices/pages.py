"""Staff's pages of notices: published from a roll, taken down, printed for the boards of towns or villages."""

from collections.abc import Iterator
from itertools import groupby

from django.conf import settings
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.audit.actions import record
from subsidies.approval.views import roll_in_sight
from subsidies.exports import roll_place
from subsidies.models import Notice, NoticeLine, Roll
from subsidies.notices.actions import PUBLISH, may_publish, publish_notice, take_down_notice
from subsidies.notices.forms import PublishForm, TakeDownForm
from subsidies.notices.models import Names

SEE = "subsidies.view_notice"
LINES_AT_ONCE = 500
# Where the sheets go: no text of a notice can hold it.
SHEETS = "\x00sheets\x00"
LEAD = "发布后名单即按规定遮盖，在公示期内不登录也能查看；期满自动撤下并删除名单。"


def told_of(roll: Roll, staff) -> dict:
    """For the roll's page: its notices, and whether the reader may publish one."""
    if not staff.has_perm(SEE):
        return {}
    may = staff.has_perm(PUBLISH) and not may_publish(roll, staff)
    return {"notices": list(Notice.objects.filter(roll=roll).order_by("pk")), "may_publish": may}


@deed_page(PUBLISH)
@require_http_methods(FORM_METHODS)
def publish(request, pk: int):
    """Publish a notice of a roll."""
    roll = roll_in_sight(request, pk)
    form = PublishForm(request.POST or None, initial=PublishForm.initial_of(roll))
    if form.is_valid() and done_by(request, form, publish_notice, roll=roll, **form.cleaned_data):
        say(request, "公示已发布。")
        return redirect("admin:subsidies_roll_change", roll.pk)
    refusal = may_publish(roll, request.user)
    names = Names(settings.PUBLIC_NOTICE["adult_names"]).label
    facts = [
        ("花名册", str(roll)), ("填报地区", roll_place(roll)), ("状态", roll.standing),
        ("发放笔数", f"{roll.payment_count:,}"), ("合计金额（元）", roll.money),
        ("姓名写法", f"{names}；未满18周岁的只写姓"),
    ]  # fmt: skip
    context = {
        "form": form, "title": "发布公示", "button": "发布公示", "facts": facts, "lead": refusal or LEAD, "roll": roll,
        "is_closed": bool(refusal) and not form.is_bound, "back": "admin:subsidies_roll_changelist",
    }  # fmt: skip
    return render(request, "subsidies/take.html", context, status=422 if form.is_bound else 200)


def notice_in_sight(request, pk: int) -> Notice:
    """The notice, with its roll. Raises Http404 for one that is not in sight."""
    notices = Notice.objects.visible_to(request.user).select_related("roll__programme")
    notice = notices.filter(pk=pk).first()
    if notice is None:
        raise Http404(NOT_HERE)
    return notice


@deed_page(PUBLISH)
@require_http_methods(FORM_METHODS)
def take_down(request, pk: int):
    """Take a notice down before its period ends."""
    notice = notice_in_sight(request, pk)
    form = TakeDownForm(request.POST or None)
    if form.is_valid() and done_by(request, form, take_down_notice, notice=notice, **form.cleaned_data):
        say(request, "公示已撤下，名单已删除。")
        return redirect("admin:subsidies_notice_change", notice.pk)
    facts = [("标题", notice.title), ("公示期", notice.period), ("状态", notice.standing)]
    context = {
        "form": form, "title": "撤下公示", "button": "撤下公示", "facts": facts, "roll": notice.roll,
        "lead": "撤下后公开网页立即关闭，名单随即删除，不能恢复；张贴的纸质名单请同时取下。",
        "is_closed": not notice.can_be_taken_down and not form.is_bound, "back": "admin:subsidies_notice_changelist",
    }  # fmt: skip
    return render(request, "subsidies/take.html", context, status=422 if form.is_bound else 200)


@deed_page(SEE)
@require_safe
def printed(request, pk: int):
    """The notice on paper: a sheet of its own for each village, or with ?by=town for each town."""
    notice, by_town = notice_in_sight(request, pk), request.GET.get("by") == "town"
    context = {"notice": notice, "by_town": by_town, "sheets": SHEETS, "is_over": bool(notice.lines_removed_on)}
    text = render_to_string("subsidies/notices/printed.html", context, request)
    if not context["is_over"]:
        record(by=request.user, deed="打印公示", on=notice, summary=f"{notice.line_count:,} 人")
    return StreamingHttpResponse(_pieces(text, notice, by_town), content_type="text/html; charset=utf-8")


def _pieces(text: str, notice: Notice, by_town: bool) -> Iterator[str]:
    head, foot = text.split(SHEETS)
    yield head
    lines = NoticeLine.objects.filter(notice=notice).select_related("area").order_by("position")
    place = (lambda line: (line.area, "")) if by_town else (lambda line: (line.area, line.village))
    for (town, village), listed in groupby(lines.iterator(LINES_AT_ONCE), key=place):
        context = {"notice": notice, "town": town, "village": village, "lines": list(listed)}
        yield render_to_string("subsidies/notices/sheet.html", context)
    yield foot
