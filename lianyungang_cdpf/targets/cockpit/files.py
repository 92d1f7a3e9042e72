"""The numbers of a chart as a file."""

import csv
from urllib.parse import quote

from django.http import HttpResponse

from lianyungang_cdpf.audit.exports import safe
from lianyungang_cdpf.targets.cockpit.charts import Chart


def as_file(chart: Chart, *, year: int, as_of) -> HttpResponse:
    """The chart's table as .csv: UTF-8 with the mark by which Excel knows it, no cell that is taken for a formula."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{year}年-{chart.title.replace(' · ', '-')}-截至{as_of:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.write("\ufeff")
    sheet = csv.writer(response)
    states = ["状态"] if chart.has_states else []
    sheet.writerow([safe(head) for head in (*chart.heads, *states)])
    for row in (*chart.rows, *([chart.sum] if chart.sum else [])):
        state = [row.light.word if row.light else ""] if states else []
        sheet.writerow([safe(cell) for cell in (row.label, *(cell.number for cell in row.cells), *state)])
    return response
