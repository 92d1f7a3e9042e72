"""Supervision orders as a file: what the list shows."""

from django.utils import timezone

from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.targets.supervision.figures import LIGHT_OF, scope_of, sign_of
from lianyungang_cdpf.targets.supervision.models import SupervisionOrder


class OrdersFile(ListResource):
    """督办单."""

    class Meta:
        model = SupervisionOrder

    columns = {
        "编号": lambda order: order.number,
        "被督办单位": lambda order: scope_of(order).name,
        "目标": lambda order: order.target.name,
        "状态": lambda order: sign_of(order)[1],
        "签发日期": lambda order: timezone.localdate(order.issued_at),
        "回复期限": lambda order: order.due_on,
        "签发时数据截至": lambda order: order.issue.as_of,
        "签发时全年目标": lambda order: order.issue.goal,
        "签发时已完成": lambda order: order.issue.done,
        "签发时应达": lambda order: order.issue.due,
        "签发时状态": lambda order: LIGHT_OF[order.issue.light].word,
        "督办要求": lambda order: order.issue.text,
        "最近一次回复": lambda order: order.latest_reply.text if order.latest_reply else "",
        "回复日期": lambda order: timezone.localdate(order.latest_reply.at) if order.latest_reply else None,
        "办结时已完成": lambda order: order.ending.done if order.ending else None,
        "办结或撤回意见": lambda order: order.ending.text if order.ending else "",
    }
