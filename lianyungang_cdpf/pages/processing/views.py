"""个人信息处理清单 for the data officer, and what a person may ask for of their own: a copy, or deletion."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.models import Person
from beneficiaries.views.access import facts_of, person_or_404
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.lost_updates import Seen
from lianyungang_cdpf.audit.retention import rules
from lianyungang_cdpf.pages.processing.catalogue import held_fields, ledgers
from lianyungang_cdpf.pages.processing.erasing import ERASE, empty_contacts, erase_person, why_kept
from lianyungang_cdpf.pages.processing.forms import CopyForm, EraseForm
from lianyungang_cdpf.pages.processing.own_data import GIVE, give_own_data
from lianyungang_cdpf.pages.processing.walking import held_of
from lianyungang_cdpf.targets.lists_out import table

VIEW = "pages.view_processing"
HEADINGS = ("台账", "项目", "分类", "处理目的", "法律依据", "保存期限", "到期处理")


@deed_page(VIEW)
@require_safe
def index(request):
    """What is held about people, what for, on what ground, and for how long."""
    context = {"title": "个人信息处理清单", "ledgers": ledgers(), "rules": rules().values()}
    return render(request, "pages/processing/list.html", context)


@deed_page(VIEW)
@require_safe
def file(request):
    """The same with every column, those of the record too."""
    rows = (
        (one.ledger, one.name, one.kind, one.purpose.words, "；".join(one.grounds), one.rule.period,
         one.rule.kept_because or "到期自动清理")
        for one in held_fields()
    )  # fmt: skip
    return table(request.user, HEADINGS, rows, what="个人信息处理清单", on=None, about="全部台账", name="processing")


def _page(request, person: Person, form, template: str, status: int = 200, **context):
    told = {"person": person, "form": form, "facts": facts_of(person), "back": reverse("one_person", args=[person.pk])}
    return render(request, f"pages/processing/{template}.html", told | context, status=status)


@deed_page(GIVE)
@require_http_methods(FORM_METHODS)
def copy(request, pk: int):
    """Asks who applies (GET); the answer to that (POST) is the file itself. 422 for what must be put right."""
    person = person_or_404(request.user, pk)
    form = CopyForm(request.POST or None)
    made: list[bytes] = []

    def deed(**told):
        made.append(give_own_data(**told))

    if form.is_valid() and done_by(
        request, form, deed, person=person, application=form.application, password=form.cleaned_data["password"]
    ):
        name = f'attachment; filename="own-data-{person.pk}.xlsx"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store, private"}
        return HttpResponse(made[0], content_type="application/octet-stream", headers=headers)
    status = 422 if form.is_bound else 200
    return _page(request, person, form, "copy", status, title="提供个人信息副本", button="制作并下载")


@deed_page(ERASE)
@require_http_methods(FORM_METHODS)
def erase(request, pk: int):
    """Says what may go and what keeps the rest (GET), shows what will go (POST), and does it (POST once more)."""
    person = person_or_404(request.user, pk)
    reasons, seen = why_kept(person), Seen(request, person, tells_values=False)
    form = EraseForm(request.POST or None, reasons=reasons)
    title, is_whole = "删除个人信息", request.POST.get("what") == "whole"
    kept = (("不能删除整份档案", reasons.whole), ("不能清除联系方式和账户", reasons.contacts))
    told = {"title": title, "kept": [one for one in kept if one[1]], "button": "下一步"}
    if form.is_valid() and "confirmed" not in request.POST:
        tables = [(table.model._meta.verbose_name, table.rows.count()) for table in held_of(request.user, person)]
        told |= {"button": "确认删除，不能恢复", "tables": tables if is_whole else []}
        return _page(request, person, form.hidden(), "confirm", **told, **seen.context)
    deed = erase_person if is_whole else empty_contacts
    if form.is_valid() and seen.done(form, deed, person=person, application=form.application):
        say(request, "已删除整份档案。" if is_whole else "已清除地址、电话和银行账户。")
        return redirect("admin:beneficiaries_person_changelist") if is_whole else redirect("one_person", person.pk)
    return _page(request, person, form, "erase", seen.status(form), **told, **seen.context)
