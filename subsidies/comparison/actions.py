"""The deeds of comparing: run it, give a case to somebody, settle it. (A list is imported: subsidies/comparison/rolls.)

Each refuses with a ValidationError of one sentence and writes an audit line.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Area, Staff
from lianyungang_cdpf.audit.actions import record
from subsidies.approval.actions import REASON_LENGTH, reason_of
from subsidies.comparison.checks import PaidMonth, all_suspects
from subsidies.comparison.findings import DROPPED, Kept, findings_of, keep_findings, paid_payments, reach_of
from subsidies.comparison.matching import listed_suspects
from subsidies.comparison.models import ComparisonCase, ComparisonList, ListType

SEE, RUN, SETTLE = "subsidies.view_comparisoncase", "subsidies.compare_rolls", "subsidies.settle_case"


def run_comparison(*, by, month: date, place: Area | None = None) -> Kept:
    """Compare the month's payments, and those before it, with the register and with all lists in sight.

    Reading and judging hold no write transaction. Raises ValidationError for who may not.
    """
    _require(by, RUN, "您的角色不能运行数据比对。")
    lists = ComparisonList.objects.visible_to(by)
    suspects = list(all_suspects(PaidMonth(by, month, place)))
    for sort in ListType.objects.filter(active=True, lists__in=lists).distinct():
        suspects += listed_suspects(sort, lists)
    findings = findings_of(suspects, paid_payments(by, month, place))
    told = f"{month:%Y-%m}，{place or '全部地区'}"
    try:
        return keep_findings(findings, by=by, deed="运行数据比对", told=told, reach=reach_of(by, month, place))
    except IntegrityError as error:
        raise ValidationError("同时有另一次比对在进行：请稍后重新比对。", code="moved") from error


def compare_with_lists(*, by, staff, sort: ListType) -> Kept:
    """Compare all payments in sight of `staff` with their lists of one sort; `by` answers for it."""
    suspects = listed_suspects(sort, ComparisonList.objects.visible_to(staff))
    findings = findings_of(suspects, paid_payments(staff))
    return keep_findings(findings, by=by, deed="与名单比对", told=str(sort), reach=reach_of(staff))


@transaction.atomic
def withdraw_list(*, by, listed: ComparisonList) -> str:
    """Take a list back with what nobody has settled of what it found; what was done, in words.

    Cases that earlier lists of the sort account for are found again by them. Raises ValidationError when a case of the
    list has been settled: what was decided then rests on it.
    """
    _require(by, RUN, "您的角色不能撤销比对名单。")
    held = ComparisonList.objects.select_for_update(of=("self",)).visible_to(by).filter(pk=listed.pk).first()
    if held is None:
        raise ValidationError("没有这份名单，或者它不在您的辖区内。", code="forbidden")
    # Held: who is about to settle one waits, and finds it gone.
    outcomes = list(held.cases.select_for_update().order_by("pk").values_list("outcome", flat=True))
    if settled := len(outcomes) - outcomes.count(ComparisonCase.Outcome.OPEN):
        raise ValidationError(f"这份名单发现的问题已有 {settled} 个处理完毕，不能撤销名单。", code="settled")
    sort, staff, entries = held.list_type, held.job.staff if held.job else held.posted_by, held.entry_count
    cases, _ = held.cases.all().delete()
    told = f"{held}，{entries:,} 人，待处理问题 {cases:,} 个"
    record(by=by, deed="撤销比对名单", on=held, summary=told)
    held.delete()
    compare_with_lists(by=by, staff=staff, sort=sort)
    return told


@transaction.atomic
def assign_case(*, case: ComparisonCase, by, owner: Staff, due_on: date) -> ComparisonCase:
    """Give an open case to somebody, with a deadline. Raises ValidationError for a settled one or an earlier day."""
    current = _locked(case, by)
    if not (by.has_perm(RUN) or by.has_perm(SETTLE)):
        raise ValidationError("您的角色不能指定责任人。", code="forbidden")
    if not owner.is_active or not owner.has_perm(SEE) or not _sees(owner, current):
        raise ValidationError("这个账号看不到此问题，不能作为责任人：请另选一人。", code="owner")
    if due_on < current.found_on:
        raise ValidationError("处理期限不能早于发现日期。", code="due")
    current.owner, current.due_on = owner, due_on
    current.save(update_fields=["owner", "due_on"])
    record(by=by, deed="指定比对问题责任人", on=current, summary=f"{owner.username}，期限 {due_on}")
    return current


@transaction.atomic
def settle_case(*, case: ComparisonCase, by, outcome: str, reason: str) -> ComparisonCase:
    """Say what comes of an open case. Raises ValidationError for a settled one, for no outcome or for no reason.

    That it was not the same person, or is within the rules, needs a written reason.
    """
    current = _locked(case, by)
    _require(by, SETTLE, "您的角色不能处理比对问题。")
    if outcome not in ComparisonCase.Outcome.values or outcome == ComparisonCase.Outcome.OPEN:
        raise ValidationError("请选择处理结果。", code="outcome")
    if outcome == ComparisonCase.Outcome.RECOVER and not current.wrong_amount:
        raise ValidationError("此问题没有错发金额，不能追缴：请选择其他处理结果。", code="nothing")
    current.reason = reason_of(reason, "处理") if outcome in DROPPED else reason.strip()[:REASON_LENGTH]
    if not current.reason:
        raise ValidationError("请填写处理理由，例如停发原因。", code="reason")
    current.outcome, current.settled_by, current.settled_at = outcome, by, timezone.now()
    current.save(update_fields=["outcome", "reason", "settled_by", "settled_at"])
    told = f"{current.get_kind_display()}：{current.get_outcome_display()}"
    record(by=by, deed="处理比对问题", on=current, summary=f"{told}，{current.months} 个月，{current.money} 元")
    return current


def _locked(case: ComparisonCase, by) -> ComparisonCase:
    """The case as it stands, locked; refused when out of sight or settled."""
    cases = ComparisonCase.objects.select_for_update(of=("self",)).visible_to(by)
    current = cases.filter(pk=case.pk).first()
    if current is None:
        raise ValidationError("没有这个比对问题，或者它不在您的辖区内。", code="forbidden")
    if not current.is_open:
        raise ValidationError(f"此问题已经处理为“{current.get_outcome_display()}”，不能再改。", code="state")
    return current


def _sees(staff: Staff, case: ComparisonCase) -> bool:
    return ComparisonCase.objects.visible_to(staff).filter(pk=case.pk).exists()


def _require(by, permission: str, sentence: str) -> None:
    if not by.has_perm(permission):
        raise ValidationError(sentence, code="forbidden")
