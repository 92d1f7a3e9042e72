"""What is answered when something went wrong here: a page, and to programs JSON of the API's form."""

from django.http import JsonResponse
from django.views import defaults

FAILED = "系统出错，没有完成请求。错误已记入日志，请稍后再试；仍然不行的，请告知系统管理员。"


def server_error(request):
    """A 500, without a word of what went wrong: that is for the log."""
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "failed", "message": FAILED, "where": ""}, status=500)
    return defaults.server_error(request)
