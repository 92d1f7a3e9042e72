"""Lists of 100,000 records, as a county's clerk opens them: as many questions as for few, none that reads it all."""

import pytest
from django.db import connection, transaction
from django.urls import reverse

from lianyungang_cdpf.management.benchmarks.lists import models
from lianyungang_cdpf.management.benchmarks.many import fill

FEW, MANY = 1_000, 100_000
BIG = {"beneficiaries_person", *(model._meta.db_table for model in models())}
# What may read as much as it counts; the roster's years have no index yet: it grows by some thousands a year.
OF_THE_WHOLE = ('SELECT COUNT(*) AS "__count"', 'SELECT MIN("services_schoolenrolment"."school_year")')
QUERIES = ({}, {"q": "赵"})


@pytest.mark.both_databases
def test_lists_of_100_000_ask_as_few_questions_as_of_1_000_and_read_no_table_whole(city_clerk, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    with transaction.atomic():
        fill(FEW, city_clerk)
        few = {label: len(statements) for label, statements in asked_of(client).items()}
        transaction.set_rollback(True)
    fill(MANY, city_clerk)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    many = asked_of(client)
    assert {label: len(statements) for label, statements in many.items()} == few
    assert max(few.values()) <= 13, few
    if connection.vendor == "postgresql":
        # Which way its planner goes hangs on the sample that ANALYZE took: the milliseconds are bin/bench lists'.
        return
    # A search reads the names that it compares, and what it finds.
    opened = {name: statements for (name, searched), statements in many.items() if not searched}
    read_whole = {name: found for name, statements in opened.items() if (found := list(wasteful(statements)))}
    assert read_whole == {}


def asked_of(client) -> dict[tuple[str, str], list[tuple[str, tuple]]]:
    """By list and search, the statements of its page; each page shows something."""
    asked = {}
    for model in models():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        client.get(address)
        for query in QUERIES:
            statements: list = []
            with connection.execute_wrapper(noting(statements)):
                response = client.get(address, query)
            assert response.status_code == 200
            assert len(response.context["cl"].result_list) > 0, (address, query)
            asked[model._meta.model_name, query.get("q", "")] = statements
    return asked


def noting(statements: list):
    def note(execute, sql, params, many, context):
        statements.append((sql, params))
        return execute(sql, params, many, context)

    return note


def wasteful(statements):
    """The statements that read a large table from end to end."""
    for sql, params in statements:
        if not sql.startswith("SELECT") or sql.startswith(OF_THE_WHOLE) or not any(f'"{name}"' in sql for name in BIG):
            continue
        if scans(sql, params):
            yield sql


def scans(sql: str, params) -> bool:
    """On SQLite: a large table without an index, but for the newest first until the page is full."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = [row[-1] for row in cursor.fetchall()]
    stops = " LIMIT " in sql and not any("TEMP B-TREE" in step for step in plan)
    scanned = [step for step in plan if step.startswith("SCAN") and step.split()[1] in BIG and "INDEX" not in step]
    return bool(scanned) and not stops
