"""The description of the API (OpenAPI 3) in Chinese, out of the code that answers."""

from drf_spectacular.openapi import AutoSchema

from lianyungang_cdpf.api.errors import Refusal

EVERYWHERE = {401: "没有登录或令牌无效", 403: "角色不能做", 404: "没有，或不在辖区内", 429: "请求太频繁"}
ASKED_WRONGLY = {400: "参数不对"}
SENT_WRONGLY = {
    400: "内容不对", 409: "当前状态不能做", 413: "内容太大", 415: "内容类型不对", 422: "内容没有通过检查",
}  # fmt: skip
ID = "记录编号"


class ChineseSchema(AutoSchema):
    """Summaries from the view's noun, the refusals that every address can give, and ids without patterns.

    A view names what it does beyond list and detail in `says`: {action: (summary, description)}.
    """

    def _said(self) -> tuple[str, str]:
        says = getattr(self.view, "says", {})
        action = getattr(self.view, "action", self.method.lower())
        if action in says:
            return says[action]
        noun = self.view.noun
        if self.view.city_wide:
            return f"{noun}：{'一条' if action == 'retrieve' else '列表'}", f"全市通用的{noun}。"
        if action == "retrieve":
            return f"{noun}：一条", f"辖区内的一条{noun}；不在辖区内的与不存在的一样，回答 404。"
        return f"{noun}：列表", f"辖区内的{noun}，分页；只数、只列您能看到的。"

    def get_summary(self):
        return self._said()[0]

    def get_description(self):
        return self._said()[1]

    def get_tags(self):
        return [self.view.noun]

    def get_operation_id(self):
        action = getattr(self.view, "action", self.method.lower())
        return f"{self.view.route}_{action}".replace("-", "_")

    def _get_response_bodies(self, direction="response"):
        bodies = super()._get_response_bodies(direction)
        more = SENT_WRONGLY if self.method == "POST" else ASKED_WRONGLY
        for status, meaning in {**EVERYWHERE, **more}.items():
            body = self._get_response_for_code(Refusal, str(status), direction=direction)
            bodies.setdefault(str(status), {**body, "description": meaning})
        return {status: {**body, "description": body.get("description") or "结果"} for status, body in bodies.items()}


def with_descriptions(result, generator, request, public):
    """Postprocessing: a label is a description too, and every path argument says what it is."""
    for schema in result["components"]["schemas"].values():
        for name, field in schema.get("properties", {}).items():
            _describe(name, field)
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter["description"] = PATH_ARGUMENTS.get(parameter["name"], ID)
    return result


PATH_ARGUMENTS = {"uid": "导入批次的编号", "document": "材料的记录编号"}


def _describe(name: str, field: dict) -> None:
    title = field.pop("title", ID if name == "id" else "")
    if title:
        said = field.get("description", "")
        field["description"] = f"{title}\n\n{said}" if said else title
