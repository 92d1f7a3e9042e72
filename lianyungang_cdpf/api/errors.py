"""Every refusal of the API in one form: {"code", "message", "where"}, in Chinese."""

import re

from django.core.exceptions import SuspiciousOperation
from rest_framework import exceptions, serializers, status
from rest_framework.views import exception_handler

NOT_HERE = "没有这条记录，或者它不在您的辖区内。"
# Where Django's or the framework's own sentence is English, or says less than it could.
SENTENCES = {
    400: "请求的内容看不懂，请对照接口说明改正。",
    401: "没有登录，或登录已失效。请带上有效的令牌（Authorization: Bearer …），或重新登录。",
    403: "您的角色不能做这件事。",
    404: NOT_HERE,
    405: "这个地址不支持这种请求方法，请对照接口说明。",
    413: "发来的内容太大，没有接收。",
    415: "不支持这种内容类型，请对照接口说明。",
    429: "请求太频繁，请稍后再试。",
}
CODES = {
    400: "invalid", 401: "not_signed_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    409: "conflict", 413: "too_large", 415: "unsupported_media_type", 422: "invalid", 429: "too_many_requests",
}  # fmt: skip
# Told apart from the others of their status.
OWN_CODES = {"unknown_parameter", "already_posted", "refused", "required"}
FRAMEWORK = (exceptions.MethodNotAllowed, exceptions.UnsupportedMediaType, exceptions.Throttled)
# Names under which programs ask for somebody's number; in an address it would stay in logs and histories.
NUMBERS = re.compile(r"id_?number|id_?card|certificate|phone|account|identity|sfz", re.IGNORECASE)
BY_NUMBER = "号码不能放在地址里：按身份证号或残疾人证号查人，请用 POST /api/v1/people/search，把号码写在请求正文里。"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
WHOLE = "non_field_errors"


class Problem(serializers.Serializer):
    """一处不能接受的地方。"""

    code = serializers.CharField(label="错误代码")
    message = serializers.CharField(label="中文说明：哪里不对，怎么办")
    where = serializers.CharField(label="所在的参数、字段或地址；空表示整个请求", allow_blank=True)


class Refusal(Problem):
    """没有做成的请求。多处不对时，errors 逐处列出，外层是其中第一处。"""

    errors = Problem(many=True, required=False, label="逐处说明")


class Conflict(exceptions.APIException):
    """The record is not in a state for what was asked."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class TooLarge(exceptions.APIException):
    """More than is taken."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code, default_detail = "too_large", SENTENCES[413]


class NotAccepted(exceptions.ValidationError):
    """What was sent was understood and is not taken; `found` are sentences by field."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY

    def __init__(self, found: dict[str, list[str]], code: str = "invalid"):
        super().__init__({name: [exceptions.ErrorDetail(said, code) for said in found[name]] for name in found})


class UnknownParameter(exceptions.ValidationError):
    """A parameter that the address does not know: ignoring it would answer another question than the one asked."""

    def __init__(self, name: str):
        sentence = BY_NUMBER if NUMBERS.search(name) else "没有这个参数，请对照接口说明。"
        super().__init__({name[:60]: [exceptions.ErrorDetail(sentence, "unknown_parameter")]})


def answer(problem: Exception, context: dict):
    """The framework's response to an exception, with the body in our form; None for what is no refusal."""
    if isinstance(problem, SuspiciousOperation):
        problem = exceptions.ParseError()
    response = exception_handler(problem, context)
    if response is None:
        return None
    problems = _problems(problem, response.status_code)
    response.data = problems[0] if len(problems) == 1 else {**problems[0], "errors": problems}
    return response


def _problems(problem, status_code: int) -> list[dict]:
    if isinstance(problem, exceptions.ValidationError):
        return list(_leaves(problem.detail, "")) or [_one("", status_code, "")]
    return [_one(_said_by(problem), status_code, "")]


def _said_by(problem) -> str:
    """The exception's own words; what the framework says of itself is said better here."""
    if isinstance(problem, exceptions.APIException):
        silent = isinstance(problem, FRAMEWORK) or problem.detail == type(problem).default_detail
        return "" if silent else problem.detail
    return str(problem.args[0]) if problem.args else ""


def _leaves(detail, where: str):
    """What a validation found, each finding with the way to its field."""
    if isinstance(detail, dict):
        for name, below in detail.items():
            yield from _leaves(below, where if name == WHOLE else f"{where}.{name}".lstrip("."))
    elif isinstance(detail, list):
        for below in detail:
            yield from _leaves(below, where)
    else:
        yield _one(detail, 400, where)


def _one(detail, status_code: int, where: str) -> dict:
    sentence = str(detail) if _CHINESE.search(str(detail)) else SENTENCES.get(status_code, SENTENCES[400])
    code = getattr(detail, "code", "")
    return {"code": code if code in OWN_CODES else CODES[status_code], "message": sentence, "where": where}
