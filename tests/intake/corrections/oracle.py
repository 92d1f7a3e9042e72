"""What an import must say after decisions about its rows: the whole of it judged again, from its file or its rows."""

from lianyungang_cdpf.intake.decisions import judge_of
from lianyungang_cdpf.intake.engine import Plan, judge_again, kept_sheet, plan_file
from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.persistence import kept_rows
from lianyungang_cdpf.intake.uploads import readable
from lianyungang_cdpf.intake.work import context_of

COUNTS = (
    "data_rows", "valid_rows", "bad_rows", "left_out", "total_valid_amount", "read_total", "new", "changed",
    "unchanged",
)  # fmt: skip


def judged_whole(job: ImportJob) -> Plan:
    """A fresh plan of the import with its decisions; nothing is written."""
    job.refresh_from_db()
    kind = kind_named(job.kind)
    judge = judge_of(job, kind)
    if kind.keeps_rows:
        return judge_again(kind, kept_rows(job, kind), context_of(job), job.summary["headings"], judge=judge)
    with readable(job.stored_name) as path:
        return plan_file(kind, path, job.file_name, context_of(job), judge=judge)


def counts_of(summary: dict) -> dict:
    """The figures of a preview, and its findings with their numbers of rows."""
    found = {name: {one["code"]: one["rows"] for one in summary[name]} for name in ("errors", "warnings")}
    return {name: summary[name] for name in COUNTS} | found


def told(job: ImportJob) -> dict:
    """(sheet, row) -> (verdict, codes) of every row of which something is said."""
    rows = job.rows.values_list("sheet", "row", "verdict", "codes")
    return {(sheet, row): (verdict, codes) for sheet, row, verdict, codes in rows if codes or verdict != "valid"}


def told_by(plan: Plan) -> dict:
    """The same of a plan."""
    return {
        (kept_sheet(one.sheet), one.row): (
            "left_out" if one.left_out else "bad" if one.is_bad else "warned",
            ",".join(one.shown_codes),
        )
        for one in plan.kept
        if one.shown_codes
    }


def assert_as_judged_whole(job: ImportJob) -> None:
    """Counts, sums, groups and every row's verdict are those of judging all of it again."""
    plan = judged_whole(job)
    assert counts_of(job.summary) == counts_of(plan.summary())
    assert told(job) == told_by(plan)
