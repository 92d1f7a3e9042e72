"""What the audit log is told of each request: where it came from, and that it was refused."""

from lianyungang_cdpf import arrival
from lianyungang_cdpf.accounts.client_address import client_address
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.models import AuditLine

AGAINST_THE_RULES = "拒绝操作：不合规则或当前状态"
REFUSED = {
    403: "拒绝访问：没有权限", 404: "拒绝访问：不存在或不在辖区", 409: AGAINST_THE_RULES, 429: "拒绝访问：请求太频繁",
}  # fmt: skip


class Arrivals:
    """The first in line: whatever is written while a request is answered names the request and its client.

    A refusal to somebody who is signed in is written here, after the answer: outside of any transaction of the deed
    that was refused, which is rolled back.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = arrival.begin(client_address(request) or "")
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = arrival.current().request_id
            told = AGAINST_THE_RULES if getattr(request, "deed_refused", False) else REFUSED.get(response.status_code)
            if told:
                _note_refusal(request, response.status_code, told)
            return response
        finally:
            arrival.end(token)


# A number of a record; an account number has more digits, an ID number 18.
MOST_DIGITS = 12


def _note_refusal(request, status: int, told: str) -> None:
    """By the address's name and the record's number, never by the path or what was asked for: those may be personal."""
    asked, staff = request.resolver_match, getattr(request, "user", None)
    if asked is None or staff is None or not staff.is_authenticated:
        return
    named = [str(key) for key in asked.kwargs.values()]
    keys = "，".join(key for key in named if key.isdecimal() and len(key) <= MOST_DIGITS)
    name = asked.view_name or "未命名的地址"
    summary = f"{status} {request.method} {name}" + (f"（编号 {keys}）" if keys else "")
    record(by=staff, deed=told, summary=summary, result=AuditLine.Result.REFUSED)
