"""The page on which the parts of a multiple disability are entered."""

from django.http import Http404
from django.views.decorators.http import require_http_methods

from beneficiaries.deed_forms import PartsForm
from beneficiaries.disability_parts import set_parts
from beneficiaries.models import Certificate
from beneficiaries.views.access import Seen, deed_page, deed_response, person_or_404, say, to_person
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE


@deed_page("beneficiaries.change_certificate")
@require_http_methods(FORM_METHODS)
def parts(request, pk):
    """Enter category and grade of each part."""
    certificate = Certificate.objects.visible_to(request.user).filter(pk=pk).first()
    if certificate is None:
        raise Http404(NOT_HERE)
    person = person_or_404(request.user, certificate.person_id)
    seen = Seen(request, certificate, lines=lambda: list(certificate.parts.order_by("category")))
    form = PartsForm(request.POST or None, parts=dict(certificate.parts.values_list("category", "grade")))
    if form.is_valid() and seen.done(form, set_parts, certificate=certificate, parts=form.parts):
        say(request, "已登记多重残疾明细。")
        return to_person(person)
    lead = f"证上为{certificate}。请逐类选择等级，至少两类；最重的一类应与证上的等级相同。"
    return deed_response(
        request, form, title="多重残疾明细", person=person, seen=seen, lead=lead, button="保存明细", in_columns=True
    )
