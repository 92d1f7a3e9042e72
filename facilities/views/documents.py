"""Documents and photos of a facility: adding, looking at, taking out, removing."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from facilities.documents import add_document
from facilities.exports import place_name
from facilities.forms import DocumentForm
from facilities.models import Facility, FacilityDocument
from facilities.views.access import VIEW, facility_or_404
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.intake.attaching import TOO_LARGE, remove_file
from lianyungang_cdpf.intake.forms import RemoveForm
from lianyungang_cdpf.intake.views.attached import shown, taken_out, takes_a_file


@takes_a_file
@deed_page("facilities.add_facilitydocument")
def add(request, pk, quota):
    """Put a document or photo on record (POST: 422 when it is refused, 413 when it is too large)."""
    facility = facility_or_404(request.user, pk)
    is_sent = request.method == "POST"
    form = DocumentForm(*((request.POST, request.FILES) if is_sent else ()))
    if quota.exceeded:
        form.add_error("file", TOO_LARGE)
    if form.is_valid():
        told = {"facility": facility, "document": form.instance, "upload": form.cleaned_data["file"]}
        if done_by(request, form, add_document, **told):
            say(request, "已登记材料。")
            return redirect("facility:page", facility.pk)
    lead = "照片要拍到场所全貌和主要功能室；文件加密保存，下载留有记录。"
    status = 413 if quota.exceeded else 422
    return _page(request, form, facility, status, title="登记材料、照片", lead=lead, button="登记")


@deed_page("facilities.change_facilitydocument")
@require_http_methods(FORM_METHODS)
def remove(request, pk):
    """Remove a document or photo that should not be there."""
    document = _document_or_404(request.user, pk)
    facility = facility_or_404(request.user, document.facility_id)
    form = RemoveForm(request.POST or None)
    if form.is_valid() and done_by(request, form, remove_file, attached=document, **form.cleaned_data):
        say(request, "已删除，文件不再保存。")
        return redirect("facility:page", facility.pk)
    lead = f"“{document.title}”的文件将从系统中删除，不能恢复；登记的名称和删除原因留下。"
    return _page(request, form, facility, 422, title="删除材料", lead=lead, button="删除")


@deed_page(VIEW)
@require_safe
def photo(request, pk):
    """A photo, to be shown on the facility's page."""
    return shown(_document_or_404(request.user, pk))


@deed_page(VIEW)
@require_POST
def download(request, pk):
    """The file of a document, with a line in the audit log."""
    return taken_out(request.user, _document_or_404(request.user, pk))


def _document_or_404(staff, pk: int) -> FacilityDocument:
    documents = FacilityDocument.objects.visible_to(staff).kept().select_related("facility")
    document = documents.filter(pk=pk).first()
    if document is None:
        raise Http404(NOT_HERE)
    return document


def _page(request, form, facility: Facility, status: int, **context):
    facts = [("名称", facility.name), ("种类", facility.kind.name), ("地区", place_name(facility))]
    context |= {"form": form, "facility": facility, "facts": facts}
    return render(request, "facilities/deed.html", context, status=status if form.is_bound else 200)
