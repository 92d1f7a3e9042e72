"""Pages of the bulletins: the list, one as a page, its editing and issuing, and its files."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.targets.bulletin import actions, docx, pdf, sheet
from lianyungang_cdpf.targets.bulletin.actions import DRAFT, ISSUE
from lianyungang_cdpf.targets.bulletin.checking import Checked
from lianyungang_cdpf.targets.bulletin.forms import EditForm, IssueForm, MonthForm, SeenForm
from lianyungang_cdpf.targets.bulletin.models import Bulletin
from lianyungang_cdpf.targets.bulletin.paper import Paper

SEE = "targets.view_bulletin"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 20


@deed_page(SEE)
@require_http_methods(FORM_METHODS)
def index(request):
    """The bulletins in sight; who drafts them writes a month's with one click."""
    may_draft = _may(request, DRAFT)
    if request.method == "POST" and not may_draft:
        raise PermissionDenied
    form = MonthForm(request.POST or None) if may_draft else None
    if form and form.is_valid():
        year, month = form.cleaned_data["month"]
        made = _done(form, actions.draft_bulletin, request, year=year, month=month)
        if made and "word" in request.POST:
            return _word(request, made)
        if made:
            say(request, "通报已按台账写好，请核对、修改后送另一人签发。")
            return redirect("bulletin:page", made.pk)
    bulletins = Bulletin.objects.visible_to(request.user).select_related("replaces", "replaced_by", "issued_by")
    context = {"title": "通报", "bulletins": bulletins, "form": form}
    return render(request, "targets/bulletin/index.html", context, status=422 if form and form.errors else 200)


def _may(request, right: str) -> bool:
    return request.user.is_city_wide and request.user.has_perm(right)


def _done(form, deed, request, **told):
    """What the deed made; None where it refused, which then stands above the form."""
    made = []
    done_by(request, form, lambda **all_told: made.append(deed(**all_told)), **told)
    return made[0] if made else None


def _in_sight(request, pk: int) -> Bulletin:
    """The bulletin with its parts. Raises Http404 for one that is not in sight."""
    bulletins = Bulletin.objects.visible_to(request.user).prefetch_related("sections", "figures", "standings")
    people = ("drafted_by", "edited_by", "issued_by")
    bulletin = bulletins.select_related("replaces", "replaced_by", *people).filter(pk=pk).first()
    if bulletin is None:
        raise Http404(NOT_HERE)
    return bulletin


@deed_page(SEE)
@require_safe
def page(request, pk: int):
    """The bulletin as a page; for who drafts or issues it, where it differs from the records of now."""
    bulletin = _in_sight(request, pk)
    may_draft, may_issue = _may(request, DRAFT), _may(request, ISSUE)
    checked = Checked(bulletin) if (may_draft or may_issue) and not hasattr(bulletin, "replaced_by") else None
    context = {
        "title": bulletin.title, "paper": Paper(bulletin), "bulletin": bulletin, "checked": checked, "shown": SHOWN,
        "may_draft": may_draft, "may_issue": may_issue,
    }  # fmt: skip
    return render(request, "targets/bulletin/page.html", context)


def _draft(request, pk: int) -> Bulletin:
    """A draft in sight. Raises Http404 for an issued one: it is not there to be worked on."""
    bulletin = _in_sight(request, pk)
    if bulletin.is_issued:
        raise Http404("这份通报已签发，不能再改。")
    return bulletin


@deed_page(DRAFT)
@require_http_methods(FORM_METHODS)
def edit(request, pk: int):
    """The draft's sections, each in a box."""
    bulletin = _draft(request, pk)
    form = EditForm(request.POST or None, bulletin=bulletin)
    if form.is_valid() and done_by(request, form, actions.edit_bulletin, bulletin=bulletin, **form.told):
        say(request, "已保存。")
        return redirect("bulletin:page", bulletin.pk)
    context = {
        "title": "修改通报", "bulletin": bulletin, "form": form, "checked": Checked(bulletin), "shown": SHOWN,
    }  # fmt: skip
    return render(request, "targets/bulletin/edit.html", context, status=422 if form.is_bound else 200)


@deed_page(DRAFT)
@require_POST
def redraft(request, pk: int):
    """Write the figures and what follows from them anew."""
    bulletin, form = _draft(request, pk), SeenForm(request.POST)
    if form.is_valid() and done_by(request, form, actions.redraft_bulletin, bulletin=bulletin, **form.cleaned_data):
        say(request, "数字已按现在的台账重写；原因、下一步工作和结语没有改动。")
        return redirect("bulletin:edit", bulletin.pk)
    return _deed(request, bulletin, form, title="按现在的台账重写", lead=actions.CHANGED, button="重写")


@deed_page(ISSUE)
@require_http_methods(FORM_METHODS)
def issue(request, pk: int):
    """Issue a draft, by somebody else than who wrote it."""
    bulletin = _draft(request, pk)
    checked = Checked(bulletin)
    form = IssueForm(request.POST or None, bulletin=bulletin, differing=checked.count)
    if form.is_valid() and done_by(request, form, actions.issue_bulletin, bulletin=bulletin, **form.cleaned_data):
        say(request, "通报已签发，正文和数字从此不能修改。")
        return redirect("bulletin:page", bulletin.pk)
    lead = "签发后编号、对各县区可见，不能修改或删除；有错只能另发更正。"
    return _deed(request, bulletin, form, title="签发通报", lead=lead, button="签发", checked=checked)


@deed_page(DRAFT)
@require_http_methods(FORM_METHODS)
def correct(request, pk: int):
    """Draft the version that replaces an issued bulletin."""
    bulletin = _in_sight(request, pk)
    form = SeenForm(request.POST or None, initial={"seen": bulletin.revision})
    if form.is_valid():
        made = _done(form, actions.correct_bulletin, request, bulletin=bulletin)
        if made:
            say(request, "更正稿已写好，数字是现在台账的，请核对后送另一人签发。")
            return redirect("bulletin:edit", made.pk)
    lead = "更正是新的一版，签发后另编期号并写明替代哪一期；原来的一版照旧保存，可以查看。"
    return _deed(request, bulletin, form, title="更正通报", lead=lead, button="起草更正")


def _deed(request, bulletin: Bulletin, form, *, title: str, lead: str, button: str, checked: Checked | None = None):
    facts = [
        ("通报", bulletin.title), ("期号", bulletin.reference), ("截至日期", f"{bulletin.as_of:%Y-%m-%d}"),
        ("起草人", str(bulletin.drafted_by)), ("最后修改人", str(bulletin.edited_by)),
    ]  # fmt: skip
    context = {
        "title": title, "lead": lead, "button": button, "facts": facts, "form": form, "bulletin": bulletin,
        "checked": checked, "shown": SHOWN, "back": "bulletin:index",
    }  # fmt: skip
    return render(request, "targets/bulletin/deed.html", context, status=422 if form.is_bound else 200)


@deed_page(SEE)
@require_safe
def word(request, pk: int):
    """The bulletin as .docx."""
    return _word(request, _in_sight(request, pk))


def _word(request, bulletin: Bulletin) -> HttpResponse:
    return _file(request, bulletin, "docx", WORD, docx.written(Paper(bulletin)))


@deed_page(SEE)
@require_safe
def excel(request, pk: int):
    """The bulletin's figures as .xlsx."""
    bulletin = _in_sight(request, pk)
    return _file(request, bulletin, "xlsx", EXCEL, sheet.written(bulletin))


@deed_page(SEE)
@require_safe
def portable(request, pk: int):
    """The bulletin as .pdf; where the server can't make one, the page that says what it lacks."""
    bulletin = _in_sight(request, pk)
    try:
        content = pdf.printed(Paper(bulletin))
    except pdf.NotPrinted as missing:
        context = {"title": "不能生成 PDF", "bulletin": bulletin, "sentence": str(missing)}
        return render(request, "targets/bulletin/no_pdf.html", context, status=503)
    return _file(request, bulletin, "pdf", "application/pdf", content)


def _file(request, bulletin: Bulletin, ending: str, content_type: str, content: bytes) -> HttpResponse:
    record(by=request.user, deed="下载通报", on=bulletin, summary=f"{bulletin.reference}，{ending}")
    response = HttpResponse(content, content_type=content_type)
    name = f"bulletin-{bulletin.year}-{bulletin.month:02}-{bulletin.version}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
