"""Documents and photos of a facility: adding, looking at, taking out, removing."""

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from facilities.documents import EXTENSIONS, LIMITS, TOO_LARGE, add_document, content_of, remove_document
from facilities.exports import place_name
from facilities.forms import DocumentForm, RemoveForm
from facilities.models import Facility, FacilityDocument
from facilities.views.access import METHODS, VIEW, facility_or_404
from lianyungang_cdpf.accounts.deed_pages import deed_page, done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.forms import UploadQuota
from lianyungang_cdpf.intake.uploads import UnreadableUpload

# A sandbox without anything: should a browser ever take the bytes for a page, it runs and loads nothing.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store, private",
}


# The quota must stand before the body is read, and the CSRF middleware reads it: so it is checked inside.
@csrf_exempt
@require_http_methods(METHODS)
def add(request, pk):
    """Put a document or photo on record (POST: 422 when it is refused, 413 when it is too large)."""
    quota = UploadQuota(request, LIMITS.max_upload_bytes)
    if request.method == "POST":
        request.upload_handlers.insert(0, quota)
    return _add(request, pk, quota)


@csrf_protect
@deed_page("facilities.add_facilitydocument")
def _add(request, pk, quota):
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
@require_http_methods(METHODS)
def remove(request, pk):
    """Remove a document or photo that should not be there."""
    document = _document_or_404(request.user, pk)
    facility = facility_or_404(request.user, document.facility_id)
    form = RemoveForm(request.POST or None)
    if form.is_valid() and done_by(request, form, remove_document, document=document, **form.cleaned_data):
        say(request, "已删除，文件不再保存。")
        return redirect("facility:page", facility.pk)
    lead = f"“{document.title}”的文件将从系统中删除，不能恢复；登记的名称和删除原因留下。"
    return _page(request, form, facility, 422, title="删除材料", lead=lead, button="删除")


@deed_page(VIEW)
@require_safe
def photo(request, pk):
    """A photo, to be shown on the facility's page."""
    document = _document_or_404(request.user, pk)
    if not document.media_type.startswith("image/"):
        raise Http404(NOT_HERE)
    return _file(document, "inline")


@deed_page(VIEW)
@require_POST
def download(request, pk):
    """The file of a document, with a line in the audit log."""
    document = _document_or_404(request.user, pk)
    response = _file(document, "attachment")
    record(by=request.user, deed="下载设施材料", on=document.facility, summary=f"材料 {document.pk}")
    return response


def _document_or_404(staff, pk: int) -> FacilityDocument:
    documents = FacilityDocument.objects.visible_to(staff).kept().select_related("facility")
    document = documents.filter(pk=pk).first()
    if document is None:
        raise Http404(NOT_HERE)
    return document


def _file(document: FacilityDocument, disposition: str) -> StreamingHttpResponse:
    """The file as what it was found to be, under a name of our own: what the clerk called it reaches no header."""
    if not document.stored_name:
        raise Http404(NOT_HERE)
    try:
        content = content_of(document)
    except UnreadableUpload as lost:
        raise Http404(lost.sentence) from lost
    name = f"facility-{document.facility_id}-{document.pk}{EXTENSIONS[document.media_type]}"
    headers = {**HEADERS, "Content-Length": str(document.size)}
    headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    return StreamingHttpResponse(content, content_type=document.media_type, headers=headers)


def _page(request, form, facility: Facility, status: int, **context):
    facts = [("名称", facility.name), ("种类", facility.kind.name), ("地区", place_name(facility))]
    context |= {"form": form, "facility": facility, "facts": facts}
    return render(request, "facilities/deed.html", context, status=status if form.is_bound else 200)
