"""Pages of the import, below /admin/intake/."""

from django.urls import path

from lianyungang_cdpf.intake.views import compare, deeds, front, grid, job, listing, original, rows, undo, workbooks

app_name = "intake"
urlpatterns = [
    path("", front.front, name="front"),
    path("states/", listing.states, name="states"),
    path("<uuid:uid>/", job.job, name="job"),
    path("<uuid:uid>/status/", job.status, name="status"),
    path("<uuid:uid>/confirm/", deeds.confirm, name="confirm"),
    path("<uuid:uid>/headings/", deeds.headings, name="headings"),
    path("<uuid:uid>/post/", deeds.post, name="post"),
    path("<uuid:uid>/discard/", deeds.discard, name="discard"),
    path("<uuid:uid>/retry/", deeds.retry, name="retry"),
    path("<uuid:uid>/undo/", undo.undo, name="undo"),
    path("<uuid:uid>/compare/", compare.compared, name="compare"),
    path("<uuid:uid>/file/", original.original, name="file"),
    path("<uuid:uid>/grid/", grid.grid, name="grid"),
    path("<uuid:uid>/grid/row/", grid.decide, name="grid_row"),
    path("<uuid:uid>/rows/", rows.rows, name="rows"),
    path("<uuid:uid>/rows.xlsx", rows.as_xlsx, name="rows_xlsx"),
    path("<uuid:uid>/rows.csv", rows.as_csv, name="rows_csv"),
    path("<uuid:uid>/marked.xlsx", workbooks.marked, name="marked"),
    path("<uuid:uid>/bad-rows.xlsx", workbooks.bad_rows, name="bad_rows"),
    path("templates/<slug:kind>.xlsx", workbooks.template, name="template"),
]
