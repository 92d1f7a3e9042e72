"""What is sent as JSON: small, flat, and with nothing in it that is not asked for."""

import io

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import JSONParser

from lianyungang_cdpf.api.errors import WHOLE, TooLarge

LARGEST_BODY = 64 * 1024  # bytes


class SmallJson(JSONParser):
    """JSON up to 64 KiB: no more is ever needed, and no more is kept in memory."""

    def parse(self, stream, media_type=None, parser_context=None):
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge()
        try:
            return super().parse(io.BytesIO(body), media_type, {"encoding": "utf-8"})
        except RecursionError as nested:
            raise ParseError("内容嵌套太深，请对照接口说明改正。") from nested


class Body(serializers.Serializer):
    """The base of what is sent: a field that is not known is refused, as somebody counted on it."""

    def to_internal_value(self, data):
        if not isinstance(data, dict):
            raise ValidationError({WHOLE: [ErrorDetail("应为 JSON 对象（花括号里的名称和值）。", "invalid")]})
        if unknown := sorted(set(data) - set(self.fields)):
            sentence = "这里不收这一项，请对照接口说明。"
            raise ValidationError({name[:60]: [ErrorDetail(sentence, "unknown_parameter")] for name in unknown})
        return super().to_internal_value(data)


def checked(serializer_class: type[Body], request) -> dict:
    """The body as declared. Raises ValidationError."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
