"""The deeds of bulletins: drafted from the records, edited, issued by somebody else, corrected by a new version."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.duties.persons import accounts_of
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.bulletin.checking import Checked
from lianyungang_cdpf.targets.bulletin.drafting import Draft, day_of, months_open
from lianyungang_cdpf.targets.bulletin.models import (
    FROM_RECORDS,
    Bulletin,
    BulletinFigure,
    BulletinSection,
    BulletinStanding,
)
from lianyungang_cdpf.targets.models import Plan

DRAFT, ISSUE = "targets.draft_bulletin", "targets.issue_bulletin"
RECIPIENTS = "各县区残联，各功能板块残疾人工作部门："
CHANGED = "您打开页面以后，通报被别人改过，没有保存。请重新打开，核对后再办理。"


@transaction.atomic
def draft_bulletin(*, year: int, month: int, by) -> Bulletin:
    """Write the month's bulletin from the records as of its last day. Refuses a month that has one, or has not come."""
    _require(by, DRAFT, "只有市级业务可以起草通报。")
    if (year, month) not in months_open():
        raise ValidationError(f"{year}年{month}月还没有开始，或者这一年没有年度计划，不能起草通报。", code="month")
    Plan.objects.select_for_update().get(year=year)
    last = Bulletin.objects.filter(year=year, month=month).first()
    if last is not None:
        how = "请在它的页面更正" if last.is_issued else "请继续修改那一份"
        raise ValidationError(f"{year}年{month}月已有通报（{last.reference}），{how}。", code="exists")
    bulletin = _made(Draft(year, month, day_of(year, month)), by)
    record(by=by, deed="起草通报", on=bulletin, summary=f"{year}年{month}月")
    return bulletin


def _made(draft: Draft, by, replaces: Bulletin | None = None) -> Bulletin:
    city = scopes.city().area
    bulletin = Bulletin(
        year=draft.year, month=draft.month, as_of=draft.as_of, title=draft.title, recipients=RECIPIENTS,
        unit=f"{city.name}残疾人联合会", drafted_by=by, edited_by=by, edited_at=timezone.now(), replaces=replaces,
        version=replaces.version + 1 if replaces else 1,
    )  # fmt: skip
    if replaces:
        bulletin.recipients, bulletin.unit = replaces.recipients, replaces.unit
        bulletin.title = f"{replaces.title.removesuffix('（更正）')}（更正）"
    bulletin.full_clean()
    bulletin.save()
    _fill(bulletin, draft)
    return bulletin


def _fill(bulletin: Bulletin, draft: Draft) -> None:
    for model, rows in (
        (BulletinSection, draft.sections),
        (BulletinFigure, draft.figures),
        (BulletinStanding, draft.standings),
    ):
        for row in rows:
            row.bulletin = bulletin
        model.objects.bulk_create(rows)


@transaction.atomic
def edit_bulletin(
    *, bulletin: Bulletin, by, seen: int, title: str, recipients: str, unit: str, texts: dict
) -> Bulletin:
    """Put the texts of a draft, by the position of their section. Who edits last can't issue."""
    _require(by, DRAFT, "只有市级业务可以修改通报。")
    current = _locked(bulletin, by, seen)
    sections = list(current.sections.all())
    for section in sections:
        section.text = texts.get(section.position, section.text)
        section.full_clean()
    current.title, current.recipients, current.unit = title, recipients, unit
    _touch(current, by)
    BulletinSection.objects.bulk_update(sections, ["text"])
    record(by=by, deed="修改通报", on=current, summary=current.reference)
    return current


@transaction.atomic
def redraft_bulletin(*, bulletin: Bulletin, by, seen: int) -> Bulletin:
    """Write what the records say anew, with the figures of now; what people wrote stays."""
    _require(by, DRAFT, "只有市级业务可以修改通报。")
    current = _locked(bulletin, by, seen)
    draft = Draft(current.year, current.month, day_of(current.year, current.month), _replaced(current))
    _keep_texts(draft, current)
    for parts in (current.sections, current.figures, current.standings):
        parts.all().delete()
    current.as_of = draft.as_of
    _touch(current, by)
    _fill(current, draft)
    record(by=by, deed="重写通报数字", on=current, summary=current.reference)
    return current


def _keep_texts(draft: Draft, bulletin: Bulletin) -> None:
    """Lay what people wrote into a bulletin over the draft's own."""
    typed = {section.kind: section.text for section in bulletin.sections.all() if section.kind not in FROM_RECORDS}
    for section in draft.sections:
        section.text = typed.get(section.kind, section.text)


@transaction.atomic
def issue_bulletin(
    *, bulletin: Bulletin, by, seen: int, issued_on: date, accepts_differences: bool = False
) -> Bulletin:
    """Give a draft its number and day; from then on it stands for good.

    By staff of the city who neither drafted nor last edited it; where figures differ from the records, knowingly.
    """
    _require(by, ISSUE, "只有市级审核人员和领导可以签发通报。")
    Plan.objects.select_for_update().get(year=bulletin.year)
    current = _locked(bulletin, by, seen)
    if {current.drafted_by_id, current.edited_by_id} & accounts_of(by):
        raise ValidationError("起草或最后修改通报的人不能签发它，请由另一人签发。", code="same_person")
    if issued_on > timezone.localdate():
        raise ValidationError({"issued_on": "成文日期不能晚于今天。"})
    if issued_on < current.as_of:
        raise ValidationError({"issued_on": f"成文日期不能早于数字的截至日期 {current.as_of:%Y-%m-%d}。"})
    differing = Checked(current).count
    if differing and not accepts_differences:
        raise ValidationError(f"有 {differing} 处与台账不一致，请先核对；确认照此签发的，请勾选。", code="differs")
    numbers = Bulletin.objects.filter(year=current.year, number__isnull=False).order_by("-number")
    current.number = (numbers.values_list("number", flat=True).first() or 0) + 1
    current.issued_on, current.issued_by, current.issued_at = issued_on, by, timezone.now()
    current.full_clean()
    current.save()
    known = f"，{differing} 处与台账不一致，已确认" if differing else ""
    record(by=by, deed="签发通报", on=current, summary=f"{current.reference}{known}")
    return current


@transaction.atomic
def correct_bulletin(*, bulletin: Bulletin, by) -> Bulletin:
    """Draft the version that is to replace an issued one: figures of now, the texts that people had written."""
    _require(by, DRAFT, "只有市级业务可以更正通报。")
    current = Bulletin.objects.select_for_update(of=("self",)).get(pk=bulletin.pk)
    if not current.is_issued:
        raise ValidationError("草稿可以直接修改，不用更正。", code="state")
    if Bulletin.objects.filter(replaces=current).exists():
        raise ValidationError(f"{current.reference}已有更正的一版，请打开那一份。", code="exists")
    draft = Draft(current.year, current.month, day_of(current.year, current.month), current.reference)
    closing = draft.sections[-1].text
    _keep_texts(draft, current)
    draft.sections[-1].text = closing
    made = _made(draft, by, current)
    record(by=by, deed="更正通报", on=made, summary=f"替代{current.reference}")
    return made


def _replaced(bulletin: Bulletin) -> str:
    return bulletin.replaces.reference if bulletin.replaces else ""


def _require(by, right: str, sentence: str) -> None:
    if not (by.is_city_wide and by.has_perm(right)):
        raise ValidationError(sentence, code="forbidden")


def _locked(bulletin: Bulletin, by, seen: int) -> Bulletin:
    """The draft as it stands, locked. Refuses an issued one, and one that was changed since the page was opened."""
    current = Bulletin.objects.select_for_update(of=("self",)).visible_to(by).get(pk=bulletin.pk)
    if current.is_issued:
        raise ValidationError(f"{current.reference}已签发，不能再改；有错请更正。", code="state")
    if current.revision != seen:
        raise ValidationError(CHANGED, code="changed")
    return current


def _touch(bulletin: Bulletin, by) -> None:
    bulletin.edited_by, bulletin.edited_at = by, timezone.now()
    bulletin.revision += 1
    bulletin.full_clean()
    bulletin.save()
