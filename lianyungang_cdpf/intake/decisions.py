"""What staff decided about single rows, laid over the rows as they are judged: corrected, left out, accepted.

A decision is keyed by job, sheet and row, so that it holds however often the import is judged, and for kinds whose
file is read again at posting too. An import without decisions is judged by its kind alone.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import or_

from django.db.models import CharField, Exists, Q
from django.db.models.functions import Cast
from django.utils import timezone

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.engine import kept_sheet
from lianyungang_cdpf.intake.kinds import Context, Kind, Outcome
from lianyungang_cdpf.intake.models import ImportJob, RowDecision
from lianyungang_cdpf.intake.presentation import label
from lianyungang_cdpf.intake.tables import DataRow
from lianyungang_cdpf.intake.tables.corrected import corrected, read_back

# The deeds by which a row is prepared, as the log names them.
PREPARING = CORRECT, LEAVE_OUT, PUT_BACK = "改正导入行", "删去导入行", "恢复导入行"
ACCEPTED, CORRECTED, LEFT_OUT = "W_ACCEPTED", "W_CORRECTED", "W_LEFT_OUT"
_QUOTED = re.compile("“(.*)”")


def has_corrected(staff, job) -> Q:
    """Whether staff corrected, left out or put back a row of an import; both may be references of an outer query.

    A decision names who touched its row last; those who touched it before stand in the log.
    """
    last = RowDecision.objects.filter(job=job, corrected_by=staff)
    lines = AuditLine.objects.filter(object_type=ImportJob._meta.verbose_name, deed__in=PREPARING, staff=staff)
    return Q(Exists(last)) | Q(Exists(lines.filter(object_id=Cast(job, CharField()))))


def corrected_by_any(accounts: Iterable[int], job) -> Q:
    """Whether one of these accounts (all of one person's, say) did; as has_corrected."""
    return reduce(or_, (has_corrected(account, job) for account in accounts))


def decisions_of(job: ImportJob) -> dict[tuple[str, int], RowDecision]:
    """Every decision about the import's rows, by (sheet, row)."""
    decisions = job.decisions.select_related("corrected_by", "accepted_by")
    return {(one.sheet, one.row): one for one in decisions}


def judge_of(job: ImportJob, kind: Kind) -> Callable:
    """What judges the import's rows: the kind itself, or with decisions laid over; one query."""
    decisions = decisions_of(job)
    return DecidedJudge(kind, job.summary, decisions) if decisions else kind.judge


def cells_of(summary: dict, kind: Kind, sheet: str) -> list:
    """[field, the field that its cell is named by] of a sheet; of all fields where the preview names no cells."""
    return summary.get("cells", {}).get(sheet) or [[name, name] for name in kind.roll.columns]


def texts_of(decision: RowDecision | None) -> dict[str, str]:
    """The cells that the decision corrects, with their new texts."""
    return json.loads(decision.values) if decision is not None and decision.values else {}


def heading_text(heading: str) -> str:
    """身份证号码 out of C 列“身份证号码”; a column without a text keeps its letter."""
    quoted = _QUOTED.search(heading)
    return quoted[1] if quoted else heading


def month_of(context: Context) -> str | None:
    """The month of the roll as cleaners know it."""
    return f"{context.month:%Y-%m}" if context.month else None


def in_file_order(rows: Iterable, summary: dict) -> list:
    """Rows by sheet as the file has them, then by row number: which of two is the second one depends on it."""
    sheets = {kept_sheet(one.get("name")): place for place, one in enumerate(summary.get("sheets", ()))}
    return sorted(rows, key=lambda row: (sheets.get(kept_sheet(row.sheet), len(sheets)), row.row))


class DecidedJudge:
    """Judges rows of an import with the decisions about them; called as a kind's judge is."""

    def __init__(self, kind: Kind, summary: dict, decisions: dict[tuple[str, int], RowDecision]):
        self.kind, self.summary, self.decisions = kind, summary, decisions
        self.acceptable = kind.acceptable() if any(one.accepted_by_id for one in decisions.values()) else set()

    def __call__(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        """An outcome per row; those of rows left out come last."""
        left_out: list[DataRow] = []
        if self.kind.keeps_rows:
            rows = in_file_order(rows, self.summary)
        for outcome in self.kind.judge(self._remaining(rows, context, left_out), context):
            decision = self.decisions.get((kept_sheet(outcome.sheet), outcome.row))
            if decision is not None:
                self._mark(outcome, decision, context)
            yield outcome
        for row in left_out:
            yield self._left_out(row)

    def _remaining(self, rows: Iterable, context: Context, left_out: list) -> Iterator[DataRow]:
        for row in rows:
            decision = self.decisions.get((kept_sheet(row.sheet), row.row))
            row = self.overlaid(row, decision, context) if decision is not None else row
            if decision is not None and decision.left_out:
                left_out.append(row)
            else:
                yield row

    def overlaid(self, row: DataRow, decision: RowDecision, context: Context) -> DataRow:
        """The row with the decision's corrections.

        Kept rows are kept anew with what was corrected; what is laid over is what the file has.
        """
        row = self.original(decision, context) if self.kind.keeps_rows else row
        texts = texts_of(decision)
        if not texts:
            return row
        cells = cells_of(self.summary, self.kind, kept_sheet(row.sheet))
        return corrected(row, self.kind.roll, cells, texts, month_of(context))

    def original(self, decision: RowDecision, context: Context) -> DataRow:
        """The row as the file has it, without reading the file."""
        kept = json.loads(decision.original)
        return read_back(
            self.kind.roll, decision.sheet or None, decision.row, kept["read"], kept["problems"], month_of(context)
        )

    def _mark(self, outcome: Outcome, decision: RowDecision, context: Context) -> None:
        """Say on the outcome what was decided. Accepted is a row only while its findings are exactly those accepted."""
        texts = texts_of(decision)
        if texts:
            outcome.warnings.insert(0, CORRECTED)
            names = "、".join(heading_text(context.heading(outcome.sheet, field)) for field in texts)
            said = f"{names}由{decision.corrected_by}于{_when(decision.corrected_at)}在网页上改正。"
            outcome.messages.append((CORRECTED, "", said))
        found = set(outcome.codes)
        if decision.accepted_by_id is None or outcome.is_foreign or not found:
            return
        if found == set(decision.accepted_codes.split(",")) and found <= self.acceptable:
            outcome.warnings[:0] = [ACCEPTED, *outcome.codes]
            outcome.codes.clear()
            outcome.acceptance = decision
            outcome.messages.append((ACCEPTED, "", said_of_acceptance(decision)))

    def _left_out(self, row: DataRow) -> Outcome:
        decision = self.decisions[kept_sheet(row.sheet), row.row]
        said = f"由{decision.corrected_by}于{_when(decision.corrected_at)}删去，不入账。"
        amount = row.values.get("amount")
        return Outcome(row.sheet, row.row, [], [LEFT_OUT], [(LEFT_OUT, "", said)], amount, data=row, left_out=True)


def said_of_acceptance(decision: RowDecision) -> str:
    """Who accepted what, and why."""
    names = "、".join(label(code) for code in decision.accepted_codes.split(","))
    return f"{decision.accepted_by}于{_when(decision.accepted_at)}接受“{names}”，理由：{decision.reason}"


def _when(moment) -> str:
    """In words: a date in digits alone looks like a number that is to be masked."""
    return f"{timezone.localtime(moment):%Y年%m月%d日 %H:%M}"
