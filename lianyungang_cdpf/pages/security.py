"""Whom to tell of a hole in the portal: /.well-known/security.txt (RFC 9116)."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe


@require_safe
def security_txt(request):
    """Contact and Expires as set; 404 without them, and once they have expired: an old contact misleads."""
    contact, expires = settings.SECURITY_TXT["contact"], parse_datetime(settings.SECURITY_TXT["expires"] or "-")
    if not contact or expires is None or timezone.is_naive(expires) or expires <= timezone.now():
        raise Http404
    lines = f"Contact: {contact}\nExpires: {expires.isoformat()}\nPreferred-Languages: zh\n"
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")
