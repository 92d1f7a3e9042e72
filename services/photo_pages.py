"""Pages on which photos of a home are added, looked at, taken out and removed."""

from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.form_fields import come, day_field
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.intake.attaching import TOO_LARGE, remove_file
from lianyungang_cdpf.intake.forms import AttachedFileField, RemoveForm
from lianyungang_cdpf.intake.views.attached import shown, taken_out, takes_a_file
from services.models import HomeModification, HomePhoto
from services.photos import add_photo

VIEW = "services.view_homephoto"
LIST = "admin:services_homemodification_changelist"
HOME = "admin:services_homemodification_change"


class PhotoForm(forms.ModelForm):
    """A photo with its file."""

    taken_on = day_field("拍摄日期")
    file = AttachedFileField(accept=".jpg,.jpeg,.png", help_text="JPG、PNG 照片，不超过 10 MB。")

    class Meta:
        model = HomePhoto
        fields = ("moment", "title", "taken_on")
        error_messages = {
            "moment": {"required": "请选择是改造前还是改造后。"},
            "title": {"required": "请填写拍摄内容。"},
        }

    def clean_taken_on(self):
        """A day that has come."""
        return come(self.cleaned_data["taken_on"])

    def validate_constraints(self):
        """The file is not on the photo yet: the deed checks them with it."""


@takes_a_file
@deed_page("services.add_homephoto")
def add(request, pk, quota):
    """Upload a photo of the home (POST: 422 when it is refused, 413 when it is too large)."""
    home = HomeModification.objects.visible_to(request.user).select_related("person").filter(pk=pk).first()
    if home is None:
        raise Http404(NOT_HERE)
    form = PhotoForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if quota.exceeded:
        form.add_error("file", TOO_LARGE)
    if form.is_valid():
        told = {"home": home, "photo": form.instance, "upload": form.cleaned_data["file"]}
        if done_by(request, form, add_photo, **told):
            say(request, "已上传照片。")
            return redirect(HOME, home.pk)
    lead = "改造前后拍同一位置；照片加密保存，下载留有记录。请不要拍到无关人员。"
    closed = home.cancelled_at is not None
    status = 413 if quota.exceeded else 422
    return _page(request, form, home, status, title="上传改造照片", lead=lead, button="上传", is_closed=closed)


@deed_page(VIEW)
@require_safe
def look(request, pk):
    """A photo, to be shown on the page of the works."""
    return shown(_photo_or_404(request.user, pk))


@deed_page(VIEW)
@require_POST
def download(request, pk):
    """The photo's file, with a line in the audit log."""
    return taken_out(request.user, _photo_or_404(request.user, pk))


@deed_page("services.change_homephoto")
@require_http_methods(FORM_METHODS)
def remove(request, pk):
    """Remove a photo that should not be there."""
    photo = _photo_or_404(request.user, pk)
    form = RemoveForm(request.POST or None)
    if form.is_valid() and done_by(request, form, remove_file, attached=photo, **form.cleaned_data):
        say(request, "已删除，照片不再保存。")
        return redirect(HOME, photo.home_id)
    lead = f"{photo.get_moment_display()}照片“{photo.title}”将从系统中删除，不能恢复；登记的内容和删除原因留下。"
    return _page(request, form, photo.home, 422, title="删除改造照片", lead=lead, button="删除")


def _photo_or_404(staff, pk: int) -> HomePhoto:
    photo = HomePhoto.objects.visible_to(staff).kept().select_related("home__person").filter(pk=pk).first()
    if photo is None:
        raise Http404(NOT_HERE)
    return photo


def _page(request, form, home: HomeModification, status: int, **context):
    facts = [("姓名", home.person.name), ("改造内容", home.content or "—"), ("开工日期", f"{home.served_on:%Y-%m-%d}")]
    context |= {"form": form, "home": home, "facts": facts, "back": LIST}
    return render(request, "services/photo.html", context, status=status if form.is_bound else 200)
