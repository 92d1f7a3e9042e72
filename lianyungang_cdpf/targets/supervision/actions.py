"""The deeds of supervision. Each locks the order (issuing: the plan, which numbers it), adds one message with the
figures of then, writes an audit line, and refuses with a ValidationError of one sentence.

Figures are read before the write begins: what was never counted is counted then, and no lock waits for it.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.attaching import sealed_for
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Plan, Target
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.splits import place_key
from lianyungang_cdpf.targets.supervision.figures import SUPERVISED, figures_now, figures_of, row_now, scope_of
from lianyungang_cdpf.targets.supervision.models import (
    AWAITING_REPLY,
    OPEN,
    State,
    SupervisionAttachment,
    SupervisionMessage,
    SupervisionOrder,
)

SEE = "targets.view_supervisionorder"
ISSUE, ANSWER = "targets.issue_supervision", "targets.answer_supervision"
Kind = SupervisionMessage.Kind


def may_issue(staff) -> bool:
    """Whether somebody signs and closes orders: for the whole city only."""
    return staff.is_city_wide and staff.has_perm(ISSUE)


def may_answer(staff, order: SupervisionOrder) -> bool:
    """Whether somebody answers for the unit of the order: its own staff only."""
    return staff.has_perm(ANSWER) and scopes.of_staff(staff) == scope_of(order)


def issue_order(*, target: Target, scope: Scope, text: str, due_on: date, by) -> SupervisionOrder:
    """Order a unit that lags to answer by a day. Raises ValidationError."""
    _need(may_issue(by), "只有市级业务人员可以签发督办单。")
    if not scope.is_unit:
        raise ValidationError("督办单只发给县区和功能板块，请改选其中之一。", code="unit")
    _check_day(due_on)
    row = row_now(target, scope)
    if row.light not in SUPERVISED:
        raise ValidationError(f"{scope.name}的这项目标现在是“{row.word}”，只对滞后和略低的签发督办单。", code="light")
    with transaction.atomic():
        year = Plan.objects.select_for_update().get(pk=target.plan_id).year
        last = SupervisionOrder.objects.filter(year=year).aggregate(last=Max("sequence"))["last"] or 0
        kind, place = place_key(scope)
        order = SupervisionOrder(
            year=year, sequence=last + 1, target=target, due_on=due_on, issued_by=by, **{f"{kind}_id": place}
        )
        order.validate_constraints()
        order.save(force_insert=True)
        _say(order, Kind.ISSUE, text, by, figures_of(row), due_on=due_on)
        record(by=by, deed="签发督办单", on=order, summary=f"{order}：{scope.name}，{target.name}，{due_on} 前回复")
    return order


def answer_order(*, order: SupervisionOrder, text: str, by, seen: int | None = None) -> SupervisionMessage:
    """The unit's reply. `seen` is the last message that the writer knew. Raises ValidationError."""
    figures = figures_now(order)
    with transaction.atomic():
        current = _locked(order, by, seen)
        _need(may_answer(by, current), "督办单由被督办单位的经办人员回复。")
        _stand(current, AWAITING_REPLY, "回复")
        said = _say(current, Kind.REPLY, text, by, figures, due_on=current.due_on)
        _move(current, by, "回复督办单", state=State.REPLIED)
    return said


def follow_up(*, order: SupervisionOrder, text: str, by, seen: int | None = None) -> SupervisionMessage:
    """What the city asks or the unit reports besides; whose turn it is stays. Raises ValidationError."""
    figures = figures_now(order)
    with transaction.atomic():
        current = _locked(order, by, seen)
        _need(may_issue(by) or may_answer(by, current), "督办单由市级业务人员和被督办单位的经办人员跟进。")
        _stand(current, OPEN, "跟进")
        said = _say(current, Kind.FOLLOW_UP, text, by, figures)
        _move(current, by, "跟进督办单")
    return said


def return_order(
    *, order: SupervisionOrder, text: str, due_on: date, by, seen: int | None = None
) -> SupervisionMessage:
    """Send a reply back for more, with a new day. Raises ValidationError."""
    _check_day(due_on)
    figures = figures_now(order)
    with transaction.atomic():
        current = _locked(order, by, seen)
        _need(may_issue(by), "只有市级业务人员可以退回督办回复。")
        _stand(current, (State.REPLIED,), "退回")
        said = _say(current, Kind.RETURN, text, by, figures, due_on=due_on)
        _move(current, by, "退回督办回复", state=State.RETURNED, due_on=due_on)
    return said


def close_order(*, order: SupervisionOrder, text: str, by, seen: int | None = None) -> SupervisionMessage:
    """Close an order that was answered, with the figures as they are now. Raises ValidationError."""
    return _end(order, by, seen, text, kind=Kind.CLOSING, fitting=(State.REPLIED,), state=State.CLOSED)


def withdraw_order(*, order: SupervisionOrder, text: str, by, seen: int | None = None) -> SupervisionMessage:
    """Take back an order that should not have been issued; it stays on file. Raises ValidationError."""
    return _end(order, by, seen, text, kind=Kind.WITHDRAWAL, fitting=OPEN, state=State.WITHDRAWN)


def _end(order, by, seen, text, *, kind, fitting, state) -> SupervisionMessage:
    figures = figures_now(order)
    with transaction.atomic():
        current = _locked(order, by, seen)
        word = Kind(kind).label
        _need(may_issue(by), f"只有市级业务人员可以{word}督办单。")
        _stand(current, fitting, word)
        said = _say(current, kind, text, by, figures)
        _move(current, by, f"{word}督办单", state=state, ended_at=timezone.now())
    return said


def attach(*, order: SupervisionOrder, title: str, upload, by) -> SupervisionAttachment:
    """Add a file to an open order. Raises ValidationError; nothing of the file is left then."""
    attachment = SupervisionAttachment(order=order, title=title.strip(), added_by=by)
    with sealed_for(attachment, upload, is_photo=False), transaction.atomic():
        current = _locked(order, by, None)
        _need(may_issue(by) or may_answer(by, current), "附件由市级业务人员和被督办单位的经办人员登记。")
        _stand(current, OPEN, "添加附件")
        attachment.validate_constraints()
        attachment.save()
        record(by=by, deed=f"登记{attachment.NOUN}", on=current, summary=f"{current}，{attachment.size} 字节")
    return attachment


# -- what the deeds share ----------------------------------------------------------------------------------------


def _need(may: bool, sentence: str) -> None:
    if not may:
        raise ValidationError(sentence, code="forbidden")


def _check_day(due_on: date) -> None:
    if due_on < timezone.localdate():
        raise ValidationError("回复期限不能早于今天。", code="due")


def _locked(order: SupervisionOrder, by, seen: int | None) -> SupervisionOrder:
    orders = SupervisionOrder.objects.select_for_update(of=("self",)).visible_to(by)
    current = orders.select_related("target__plan", "area__zone", "zone").filter(pk=order.pk).first()
    if current is None:
        raise ValidationError("没有这份督办单，或者它不在您的辖区内。", code="forbidden")
    if seen is not None and current.messages.filter(pk__gt=seen).exists():
        raise ValidationError("这期间有了新的往来，请看过以后再办理。", code="stale")
    return current


def _stand(order: SupervisionOrder, fitting, word: str) -> None:
    if order.state not in fitting:
        raise ValidationError(f"这份督办单现在是“{order.get_state_display()}”，不能{word}。", code="state")


def _say(order: SupervisionOrder, kind: str, text: str, by, figures: dict, due_on=None) -> SupervisionMessage:
    said = SupervisionMessage(order=order, kind=kind, text=text.strip(), by=by, due_on=due_on, **figures)
    said.validate_constraints()
    said.save(force_insert=True)
    return said


def _move(order: SupervisionOrder, by, deed: str, **columns) -> None:
    for name, value in columns.items():
        setattr(order, name, value)
    if columns:
        order.save(update_fields=list(columns))
    record(by=by, deed=deed, on=order, summary=f"{order}：{order.get_state_display()}")
