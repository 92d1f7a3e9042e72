"""The imports of one's place as a list: each says its state and what is to be done next."""

import uuid
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models.fields.json import KT
from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from lianyungang_cdpf.accounts.kept_words import as_typed
from lianyungang_cdpf.intake.forms import MonthField
from lianyungang_cdpf.intake.kinds import Kind, kinds_for
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.periods import MONTH
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.views.access import staff_page, visible_jobs, visible_kinds
from lianyungang_cdpf.intake.views.progress import WORKING, sentence_of
from lianyungang_cdpf.intake.views.result import undo_page
from lianyungang_cdpf.intake.views.wording import STATE_SIGNS, count_of, month_of, shortened

State = ImportJob.State
PER_PAGE = 20
LONGEST_SENTENCE = 40
# What is next, where it depends on nothing but the state.
NEXT = {
    State.MAPPING: "有列名认不出：说明各列是什么，即可继续",
    State.DISCARDED: "不用处理；需要时重新上传",
    State.UNDONE: "需要重新入账的，重新上传",
}


@dataclass(frozen=True)
class Line:
    """One import in the list, as strings that may be shown."""

    uid: str
    address: str
    state: str
    sign: str
    working: bool
    next: str
    kind: str
    month: str
    file_name: str
    rows: str
    staff: str
    place: str
    created_at: object
    # Where it may be undone by who looks at the list; empty where it may not.
    undo: str


def list_of(request) -> dict:
    """The context of the list: a page of it, its filters, and what they offer."""
    jobs, filters = filtered(request)
    page = Paginator(jobs, PER_PAGE).get_page(request.GET.get("page"))
    kinds = visible_kinds(request.user)
    return {
        "page": page,
        "jobs": lines_of(page, kinds, request.user),
        "states": State.choices,
        "all_kinds": kinds_for(request.user) or kinds,
        "filters": filters,
        "is_filtered": any(filters.values()),
    }


def filtered(request):
    """The imports that the list shows; a filter that is not on offer is no filter."""
    given = as_typed(request)
    asked = {name: given.get(name, "").strip() for name in ("whose", "state", "kind", "month", "q")}
    asked["whose"] = asked["whose"] if asked["whose"] == "mine" else ""
    asked["state"] = asked["state"] if asked["state"] in State.values else ""
    asked = {name: value if value.isprintable() else "" for name, value in asked.items()}
    jobs = _with_counts(visible_jobs(request.user).defer("summary"))
    if asked["whose"]:
        jobs = jobs.filter(staff=request.user)
    if asked["state"]:
        jobs = jobs.filter(state=asked["state"])
    # An unknown kind finds nothing by itself.
    if asked["kind"]:
        jobs = jobs.filter(kind=asked["kind"][:40])
    if month := _month(asked["month"]):
        jobs = jobs.filter(month=month)
    else:
        asked["month"] = ""
    if asked["q"]:
        jobs = jobs.filter(file_name__icontains=asked["q"][:100])
    return jobs, asked


def _month(text: str):
    try:
        return MonthField(required=False).clean(text)
    except ValidationError:
        return None


def _with_counts(jobs):
    """The two counts that say what is next, without the rest of the summary."""
    return jobs.annotate(valid=KT("summary__valid_rows"), bad=KT("summary__bad_rows"))


def lines_of(jobs, kinds, staff) -> list[Line]:
    """The lines of these imports, without another question to the database."""
    offered = {kind.code: kind for kind in kinds}
    own_place = staff.place_name
    return [_line(job, offered.get(job.kind), own_place, staff) for job in jobs]


def _line(job, kind: Kind | None, own_place: str, staff) -> Line:
    rows = job.applied_rows if job.state == State.POSTED else job.rows_total
    place = str(job.zone or job.area)
    return Line(
        uid=str(job.uid),
        address=reverse("intake:job", args=[job.uid]),
        state=job.get_state_display(),
        sign=STATE_SIGNS[job.state],
        working=job.state in WORKING,
        next=next_of(job),
        kind=kind.label if kind else job.kind,
        month=month_of(job.month, kind.period if kind else MONTH),
        file_name=shortened(job.file_name),
        rows=count_of(rows) if rows else "",
        staff=shown(job.staff),
        place="" if place == own_place else place,
        created_at=job.created_at,
        undo=undo_page(job, kind, staff) if job.state == State.POSTED else "",
    )


def next_of(job) -> str:
    """What is to be done with the import, or what it is waiting for."""
    if job.state in WORKING:
        return sentence_of(job).rstrip("。")
    if job.state == State.READY:
        return _to_be_checked(job)
    if job.state == State.POSTED:
        bad = _count(job.bad)
        return f"{count_of(bad)} 行错误待改正" if bad else "已完成"
    if job.state == State.REFUSED:
        return "已经入账过，不必再导入" if job.same_as_id else f"改正后重新上传：{_cut(job.sentence)}"
    if job.state == State.FAILED:
        return "可以重新处理" if job.stored_name else "请重新上传"
    return NEXT[job.state]


def _to_be_checked(job) -> str:
    if job.needs_confirmation:
        return "待核对：有疑问需要确认"
    valid, bad = _count(job.valid), _count(job.bad)
    if not valid:
        return "没有可以入账的行：改正后重新上传"
    return f"待核对：{count_of(bad)} 行有错误" if bad else f"待核对：{count_of(valid)} 行可入账，没有错误"


def _count(text) -> int:
    """A figure of the summary as the database gives it: text, a number or nothing."""
    return int(text) if str(text or "").isdecimal() else 0


def _cut(sentence: str) -> str:
    sentence = shown(sentence)
    return sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[:LONGEST_SENTENCE]}…"


@staff_page
@require_safe
def states(request):
    """The lines of the imports named in ?uid=, as JSON, for the script that keeps the list up to date."""
    uids = [one for one in map(_uuid, request.GET.getlist("uid")[:PER_PAGE]) if one]
    jobs = _with_counts(visible_jobs(request.user).defer("summary").filter(uid__in=uids))
    wanted = ("uid", "state", "sign", "working", "next", "rows")
    lines = lines_of(jobs, (), request.user)
    return JsonResponse({"jobs": [{name: asdict(line)[name] for name in wanted} for line in lines]})


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
