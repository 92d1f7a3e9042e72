"""The board's lists as files: what the pages show and no more, numbers masked, with a line in the audit log."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpResponse
from tablib import Dataset

from beneficiaries.models import Person
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.exports import MAX_ROWS, ListResource, Workbook, safe
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.progress import Row

AT_ONCE = 1000
OUT_OF_SIGHT = "现已不在您的辖区内"


class CountedFile(ListResource):
    """计入的人员."""

    class Meta:
        model = Person

    columns = {
        "姓名": lambda one: one.person.name if one.person else "",
        "身份证号": lambda one: one.masked_id if one.person else OUT_OF_SIGHT,
        "首次计入时所属地区": lambda one: one.area,
        "首次计入月份": lambda one: f"{one.first_month:%Y-%m}",
    }


class ReachedFile(ListResource):
    """比率的人员."""

    class Meta:
        model = Person

    columns = {
        "姓名": lambda one: one.person.name if one.person else "",
        "身份证号": lambda one: one.masked_id if one.person else OUT_OF_SIGHT,
        "所属地区": lambda one: one.area,
        "当天情况": lambda one: "已达到" if one.is_reached else "未达到",
    }


class RecordsFile(ListResource):
    """计入的记录."""

    class Meta:
        model = Target

    columns = {
        "名称": lambda one: one.name or OUT_OF_SIGHT,
        "内容": lambda one: one.what,
        "县区": lambda one: one.county,
        "乡镇街道": lambda one: one.town,
        "计入日期": lambda one: one.day,
        "计入数量": lambda one: one.number,
    }


def in_windows(length: int, read) -> Iterator:
    """What `read(slice)` gives for all of them, some at a time and at most MAX_ROWS."""
    for start in range(0, min(length, MAX_ROWS), AT_ONCE):
        yield from read(slice(start, start + AT_ONCE))


def workbook(staff, row: Row, resource: type[ListResource], lines, *, what: str) -> HttpResponse:
    """The lines as an .xlsx; the log keeps how many rows of which target and place left, and no names."""
    heads, cells = list(resource.columns), ([read(one) for read in resource.columns.values()] for one in lines)
    return table_of(staff, row, heads, cells, what=what)


def table_of(staff, row: Row, heads: Sequence[str], rows: Iterable[Sequence], *, what: str, name="") -> HttpResponse:
    """A table of a target at a place as an .xlsx; as `table`."""
    about = f"{row.scope.name}，{row.year} 年截至 {row.as_of:%Y-%m-%d}"
    file = "-".join(filter(None, (row.target.key, row.scope.code, name, f"{row.as_of:%Y%m%d}")))
    return table(staff, heads, rows, what=what, on=row.target, about=about, name=file)


def table(staff, heads: Sequence[str], rows: Iterable[Sequence], *, what: str, on, about: str, name: str):
    """A table as an .xlsx. The log keeps what left, of what record, and how many rows."""
    told = Dataset(*([safe(cell) for cell in cells] for cells in rows), headers=list(heads))
    content = Workbook().export_data(told)
    record(by=staff, deed=f"导出{what}", on=on, summary=f"{about}，{len(told)} 行，xlsx")
    response = HttpResponse(content, content_type=Workbook().get_content_type())
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
