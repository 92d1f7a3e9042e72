"""Lists as files: what the list shows and no more, safe to open in Excel, with an audit line that counts the rows."""

import io
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from django.conf import settings
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm
from import_export.resources import ModelResource

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.plainsheet import PlainSheet

# The whole register of a city of 130,000 certificate holders fits; years of payments are exported year by year.
MAX_ROWS = 200_000
# What Excel, WPS and LibreOffice take for a formula at the start of a cell (OWASP, "CSV Injection").
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


class ListResource(ModelResource):
    """A list to be exported.

    columns    each heading with how it is read from a record, numbers masked
    whole      of the headings whose numbers are masked, how the whole one is read, and which right that takes ("" for
               none but that to exports with whole numbers)
    list_code  what exports with whole numbers call the list; "" where there are none of it
    """

    columns: dict[str, Callable] = {}
    whole: dict[str, tuple[Callable, str]] = {}
    list_code = ""

    @classmethod
    def columns_for(cls, staff) -> dict[str, Callable]:
        """The columns with every number whole that the staff member may have whole."""
        allowed = {heading: read for heading, (read, right) in cls.whole.items() if not right or staff.has_perm(right)}
        return cls.columns | allowed

    def get_export_headers(self, selected_fields=None):
        return list(self.columns)

    def export_resource(self, instance, selected_fields=None, **kwargs):
        return [safe(read(instance)) for read in self.columns.values()]

    def get_user_visible_fields(self):
        return []


def safe(value):
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, (int, Decimal, date)):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class Workbook(XLSX):
    """An .xlsx of texts, numbers and dates, written row by row: a large list would not fit in memory as cells."""

    def get_title(self):
        return "Excel 工作簿（.xlsx）"

    def export_data(self, dataset, **kwargs):
        stream = io.BytesIO()
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
            options = {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
            }
            with xlsxwriter.Workbook(stream, options) as workbook:
                sheet = workbook.add_worksheet(worksheet_class=PlainSheet)
                write_table(workbook, sheet, dataset.headers, dataset)
        return stream.getvalue()


def write_table(workbook, sheet, headers, rows) -> None:
    """Headings and rows of cells, each already `safe`, on a sheet of an XlsxWriter workbook."""
    bold = workbook.add_format({"bold": True})
    money = workbook.add_format({"num_format": "#,##0.00"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, headers, bold)
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, Decimal):
                sheet.write_number(row, column, cell, money)
            elif isinstance(cell, date):
                sheet.write_datetime(row, column, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(row, column, cell)
            else:
                sheet.write_string(row, column, cell)


class Table(CSV):
    """A .csv with the mark by which Excel knows UTF-8."""

    def get_title(self):
        return "文本表格（.csv）"

    def export_data(self, dataset, **kwargs):
        return "\ufeff" + dataset.export("csv")


class AuditedExport(ExportMixin):
    """Mixed in before ScopedAdmin: exports the list as filtered, to whoever may see it.

    resource_classes  one ListResource
    """

    import_export_change_list_template = "audit/export_list.html"
    export_template_name = "audit/export.html"
    export_form_class = ExportForm

    def get_export_formats(self):
        return [Workbook, Table]

    def has_export_permission(self, request):
        """Who may see the list may have it as a file: it holds no more than the list."""
        return self.has_view_permission(request)

    def export_action(self, request):
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._list_address())

    def _list_address(self) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def get_export_data(self, file_format, request, queryset, **kwargs):
        rows = queryset.count()
        if rows > MAX_ROWS:
            raise ValueError(f"共 {rows:,} 行，一次最多导出 {MAX_ROWS:,} 行：请先用筛选缩小范围，例如按月份或地区。")
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        # No filters in the line: a search for an ID number is personal data.
        summary = f"{rows} 行，{file_format.get_extension()}"
        record(by=request.user, deed=f"导出{self.opts.verbose_name}", summary=summary)
        return data

    def get_export_filename(self, request, queryset, file_format):
        return f"{self.opts.model_name}-{localdate():%Y%m%d}.{file_format.get_extension()}"

    def init_request_context_data(self, request, form):
        context = super().init_request_context_data(request, form)
        form.fields["format"].choices = [choice for choice in form.fields["format"].choices if choice[0]]
        form.fields["format"].initial = "0"
        resource = self.get_export_resource_classes(request)[0]
        context |= {
            "title": f"导出{self.opts.verbose_name}",
            "headings": list(resource.columns),
            "rows": self.get_export_queryset(request).count(),
            "most_rows": MAX_ROWS,
            "list_code": resource.list_code,
            "list_address": self._list_address() + (f"?{request.GET.urlencode()}" if request.GET else ""),
        }
        return context
