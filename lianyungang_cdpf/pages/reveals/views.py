"""The page that asks why, and the one answer that holds the number."""

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by
from lianyungang_cdpf.audit.reasons import reason_field
from lianyungang_cdpf.audit.reveals import reveal
from lianyungang_cdpf.pages.reveals.catalogue import RIGHT, Masked, number_or_404
from subsidies.models import Payment

REASONS = (
    "与身份证、残疾人证原件核对", "电话联系本人或监护人", "核对银行退回的账号", "答复群众查询或信访",
    "向其他部门核实信息",
)  # fmt: skip
HINT = "例如“电话联系监护人补材料”。会记入操作日志，请不要写姓名和号码。"


class ReasonForm(forms.Form):
    """Why the number is needed."""

    reason = reason_field("查看理由", suggestions=REASONS, help_text=HINT)


@deed_page(RIGHT)
@require_http_methods(FORM_METHODS)
def reveal_number(request, code: str, pk: int):
    """Asks why (GET); shows the number on the answer to the reason (POST) and nowhere else. 422 without a reason."""
    masked = number_or_404(request.user, code, pk)
    form = ReasonForm(request.POST or None)
    context = {
        "title": f"查看完整{masked.number.label}", "masked": masked, "form": form, "back": _back(masked),
        "button": "查看号码",
        "facts": [("姓名", masked.person.name), (masked.label, masked.shown)],
    }  # fmt: skip
    if form.is_valid() and _shown_to(request, masked, form):
        response = render(request, "pages/reveals/shown.html", {**context, "whole": masked.number.of(masked.record)})
        response.headers["Cache-Control"] = "no-store, private"
        return response
    return render(request, "pages/reveals/ask.html", context, status=422 if form.is_bound else 200)


def _shown_to(request, masked: Masked, form: ReasonForm) -> bool:
    what = masked.number.named(masked.record)
    return done_by(request, form, reveal, on=masked.person, what=what, reason=form.cleaned_data["reason"])


def _back(masked: Masked) -> str:
    """From where the reader came: a payment's page, else the person's."""
    if isinstance(masked.record, Payment):
        return reverse("admin:subsidies_payment_change", args=[masked.record.pk])
    return reverse("one_person", args=[masked.person.pk])
