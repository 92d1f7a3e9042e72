"""Who may open the import pages, which imports they see there, and what they may do with one."""

from functools import wraps

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from lianyungang_cdpf.intake.actions import failed_posting
from lianyungang_cdpf.intake.kinds import all_kinds, kind_named, kinds_for
from lianyungang_cdpf.intake.models import ImportJob

NOT_HERE = "没有这次导入，或者它不在您的辖区内。"
NOT_YOURS = "您的角色不能使用导入。需要导入名册的，请联系本单位的经办人员，或请系统管理员调整角色。"


def staff_page(view):
    """Sends strangers to the sign-in page; 403 for roles that neither import nor see imports."""

    @wraps(view)
    def page(request, *args, **kwargs):
        if not admin.site.has_permission(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not visible_kinds(request.user):
            raise PermissionDenied(NOT_YOURS)
        return view(request, *args, **kwargs)

    return page


def visible_kinds(staff) -> list:
    """The kinds whose imports the staff member may look at: all for those who see imports, else what they import."""
    return all_kinds() if staff.has_perm("intake.view_importjob") else kinds_for(staff)


def visible_jobs(staff):
    """The imports of the staff member's place, as far as the role may see them."""
    jobs = ImportJob.objects.visible_to(staff).select_related("staff", "area", "zone")
    if staff.has_perm("intake.view_importjob"):
        return jobs
    return jobs.filter(kind__in=[kind.code for kind in kinds_for(staff)])


def job_or_404(staff, uid):
    """The import of this number. A foreign one and one that does not exist give the same answer."""
    job = visible_jobs(staff).filter(uid=uid).first()
    if job is None:
        raise Http404(NOT_HERE)
    return job


def may_import(staff, job) -> bool:
    """Whether the staff member may go on with the import: answer its questions, give it up."""
    kind = kind_named(job.kind)
    return kind is not None and staff.has_perm(kind.permission)


def may_post(staff, job) -> bool:
    """Whether the staff member may enter the rows into the records."""
    kind = kind_named(job.kind)
    if kind is None or not staff.has_perm(kind.permission):
        return False
    return not kind.post_permission or staff.has_perm(kind.post_permission)


def may_retry(staff, job) -> bool:
    """Whether the staff member may start a failed import again: who may import, or post where it failed posting."""
    return may_post(staff, job) if failed_posting(job) else may_import(staff, job)


def may_download(staff, job) -> bool:
    """Whether the staff member may have the original file: who imports this kind, and who looks into imports without
    making any, as auditors (审计) do."""
    return staff.has_perm("intake.download_upload") and (may_import(staff, job) or not kinds_for(staff))


def may_accept(staff) -> bool:
    """Whether the staff member reviews imports: lets rows through against a check, with a reason."""
    return staff.has_perm("intake.accept_row")
