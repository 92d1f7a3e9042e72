"""迁移: a person goes from one county-level unit to another when one side asks and the other consents."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beneficiaries.identity import id_digest
from beneficiaries.models import HouseholdMember, Person, Residence, Transfer
from beneficiaries.register_stamp import stamp_register
from beneficiaries.transfers import unit_of
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.tables import name_key

NOT_A_SIDE = "只有县区或功能板块的经办人员办理迁移；市级可以查看全部申请。"
PERMISSION = "beneficiaries.transfer_person"
SENT = "已发送迁入申请，等待迁出地办理。"


def side_of(unit: str, transfer: Transfer) -> str:
    """Which side of the request a county-level unit is: giving, receiving or ""."""
    if not unit:
        return ""
    if transfer.giving_unit == unit:
        return Transfer.Side.GIVING
    return Transfer.Side.RECEIVING if transfer.receiving_unit == unit else ""


def may_answer(unit: str, transfer: Transfer) -> bool:
    """Whether the unit is the side that was asked."""
    side = side_of(unit, transfer)
    return bool(side) and side != transfer.requested_from and transfer.state == Transfer.State.PENDING


def may_withdraw(unit: str, transfer: Transfer) -> bool:
    """Whether the unit is the side that asked."""
    return side_of(unit, transfer) == transfer.requested_from and transfer.state == Transfer.State.PENDING


def tells_giving_unit(unit: str, transfer: Transfer, *, to_city: bool = False) -> bool:
    """Whether it may be told where the person is on file: the side that asked for them learns it once it is agreed."""
    asked = transfer.requested_from == Transfer.Side.RECEIVING and transfer.state != Transfer.State.AGREED
    return not asked or to_city or side_of(unit, transfer) == Transfer.Side.GIVING


@transaction.atomic
def offer_person(*, by, person: Person, receiving_unit: str, reason: str) -> Transfer:
    """The giving side asks another unit to take a person in. Raises ValidationError with one sentence."""
    unit = _own_unit(by)
    held = Person.objects.visible_to(by).select_related("area").get(pk=person.pk)
    if held.area.unit_key != unit:
        raise ValidationError("此人不由本单位管理，不能提出迁出。", code="unit")
    if receiving_unit == unit:
        raise ValidationError("迁入单位就是本单位：本单位内调整地区请直接修改档案。", code="unit")
    if held.died_on or held.moved_out_on:
        raise ValidationError("此人已去世或迁出本市，不能办理迁移。", code="state")
    _refuse_twice(held.id_digest, receiving_unit, Transfer.Side.GIVING)
    transfer = Transfer.objects.create(
        person=held, name=held.name, id_number=held.id_number, id_digest=held.id_digest, giving_unit=unit,
        giving_area=held.area, receiving_unit=receiving_unit, reason=_said(reason, "迁移原因"), requested_by=by,
        requested_from=Transfer.Side.GIVING,
    )  # fmt: skip
    record(by=by, deed="提出迁出申请", on=transfer)
    return transfer


@transaction.atomic
def ask_for_person(*, by, id_number: str, name: str, town: Area, reason: str) -> Transfer:
    """The receiving side asks for somebody by ID number and name, and says into which of its towns.

    The same is done and told whether or not such a person is on file elsewhere. Raises ValidationError for somebody
    who is on file here, for a town that is not one's own, or when one's own request is pending already.
    """
    unit, number = _own_unit(by), id_digest(id_number)
    _refuse_foreign_town(by, town)
    known = Person.objects.numbered(id_number).select_related("area").first()
    if known and known.area.unit_key == unit:
        raise ValidationError("此人已在本辖区建档，不需要迁移。", code="here")
    _refuse_twice(number, unit, Transfer.Side.RECEIVING)
    fits = bool(known and known.name_key == name_key(name)[:60] and not known.died_on)
    transfer = Transfer.objects.create(
        person=known if fits else None, name=name, id_number=id_number, id_digest=number, receiving_unit=unit,
        giving_unit=known.area.unit_key if fits else "", giving_area=known.area if fits else None,
        receiving_area=town, reason=_said(reason, "迁移原因"), requested_by=by, requested_from=Transfer.Side.RECEIVING,
    )  # fmt: skip
    record(by=by, deed="提出迁入申请", on=transfer)
    return transfer


@transaction.atomic
def agree_to_transfer(*, by, transfer: Transfer, town: Area | None = None, answer: str = "") -> Transfer:
    """The side that was asked consents, and the person moves; the receiving side names the town.

    Payments keep the area they were posted with. Raises ValidationError when `by` may not answer, or the person can't
    move any more.
    """
    # The person before the request: of two requests for one person, each would wait for what the other holds.
    lock_rows(Person, transfer.person_id)
    held = _held(by, transfer, may_answer, "只有对方单位可以同意，不能同意本单位提出的申请。")
    person = Person.objects.select_related("area").get(pk=held.person_id)
    if held.requested_from == Transfer.Side.GIVING:
        if town is None:
            raise ValidationError("请选择迁入的乡镇（街道）。", code="town")
        _refuse_foreign_town(by, town)
        held.receiving_area = town
    if person.area.unit_key != held.giving_unit or person.died_on or person.moved_out_on:
        raise ValidationError("此人的档案已有变动（已迁移、去世或迁出），本申请不能再办理，请退回。", code="changed")
    _move(person, held.receiving_area)
    _close(by, held, Transfer.State.AGREED, answer)
    _rehome_others(by, person, held)
    stamp_register()
    record(by=by, deed="同意迁移", on=held)
    return held


@transaction.atomic
def refuse_transfer(*, by, transfer: Transfer, answer: str) -> Transfer:
    """The side that was asked says no, and why. Raises ValidationError as for consent."""
    held = _held(by, transfer, may_answer, "只有对方单位可以退回申请。")
    _close(by, held, Transfer.State.REFUSED, _said(answer, "退回原因"))
    record(by=by, deed="退回迁移申请", on=held)
    return held


@transaction.atomic
def withdraw_transfer(*, by, transfer: Transfer, answer: str = "") -> Transfer:
    """The side that asked takes its request back. Raises ValidationError when it is not theirs or not pending."""
    held = _held(by, transfer, may_withdraw, "只有提出申请的单位可以撤回，且对方尚未办理。")
    _close(by, held, Transfer.State.WITHDRAWN, answer)
    record(by=by, deed="撤回迁移申请", on=held)
    return held


def _held(by, transfer: Transfer, may, sentence: str) -> Transfer:
    lock_rows(Transfer, transfer.pk)
    held = Transfer.objects.visible_to(by).filter(pk=transfer.pk).first()
    if held is None or not by.has_perm(PERMISSION) or not may(unit_of(by), held):
        raise ValidationError(sentence, code="forbidden")
    return held


def _close(by, transfer: Transfer, state: str, answer: str) -> None:
    transfer.state, transfer.decided_by, transfer.decided_at = state, by, timezone.now()
    transfer.answer = answer.strip()[:200]
    transfer.save()


def _own_unit(staff) -> str:
    unit = unit_of(staff)
    if not unit or not staff.has_perm(PERMISSION):
        raise ValidationError(NOT_A_SIDE, code="side")
    return unit


def _refuse_foreign_town(by, town: Area) -> None:
    if town.level not in ("town", "village") or town.unit_key != unit_of(by):
        raise ValidationError("请选择本单位的乡镇（街道）或村（社区）。", code="town")


def _refuse_twice(number: str, unit: str, side: str) -> None:
    """One's own request only: what others ask for is not told."""
    if Transfer.objects.pending().filter(id_digest=number, receiving_unit=unit, requested_from=side).exists():
        raise ValidationError("已提出过同样的申请，正等待对方办理，不用重复提出。", code="twice")


def _said(text: str, what: str) -> str:
    if not text.strip():
        raise ValidationError(f"请填写{what}。", code="reason")
    return text.strip()[:200]


def _move(person: Person, town: Area) -> None:
    """Put the person under the town; where they lived is kept with its last day, and their household goes on alone."""
    today = timezone.localdate()
    keep_residence(person, today)
    person.area, person.village, person.address = town, "", ""
    person.save(update_fields=["area", "village", "address", "updated_at"])
    HouseholdMember.objects.filter(person=person, valid_to=None).exclude(valid_from__gt=today).update(valid_to=today)


def keep_residence(person: Person, until) -> None:
    """Remember where somebody lived until a day."""
    last = person.residences.order_by("-valid_to").values_list("valid_to", flat=True).first()
    Residence.objects.create(
        person=person, area=person.area, village=person.village, address=person.address, valid_from=last,
        valid_to=until,
    )  # fmt: skip


def _rehome_others(by, person: Person, done: Transfer) -> None:
    """Other units' requests for the person now concern the new unit; what has become idle is closed."""
    others = Transfer.objects.pending().filter(person=person).exclude(pk=done.pk)
    for other in others.select_for_update(of=("self",)):
        if other.requested_from == Transfer.Side.GIVING or other.receiving_unit == done.receiving_unit:
            _close(by, other, Transfer.State.WITHDRAWN, "已由另一申请办结")
        else:
            other.giving_unit, other.giving_area = done.receiving_unit, done.receiving_area
            other.save(update_fields=["giving_unit", "giving_area"])
