"""Rolls about people, taken in as a clerk does it, and the files that offices write."""

import pytest


@pytest.fixture
def take_in(send, run_import, post, haizhou_clerk):
    """take_in(kind, *rows, staff=, name=): the import, its valid rows posted; rows as {heading: text} or one file."""

    def taken(kind, *rows, staff=haizhou_clerk, name="名册.csv"):
        content = rows[0]
        if not isinstance(content, bytes):
            headings = list(dict.fromkeys(heading for row in rows for heading in row))
            content = [headings, *([row.get(heading, "") for heading in headings] for row in rows)]
        job = run_import(send(staff, kind, content, name=name))
        return post(job) if job.state == "ready" and job.summary["valid_rows"] else job

    return taken


@pytest.fixture
def told():
    """told(job): the findings of its rows, by row number."""

    def read(job):
        return dict(job.rows.exclude(codes="").order_by("row").values_list("row", "codes"))

    return read
