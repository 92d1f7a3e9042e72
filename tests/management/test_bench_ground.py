"""Scratch databases: each copy begins as the master stands, on both databases."""

import contextlib
import sqlite3

import psycopg2
import pytest

from lianyungang_cdpf.management.benchmarks import ground


def asked(url: str, statement: str) -> list[tuple]:
    """What a database other than the test's answers to a statement."""
    if url.startswith("sqlite:///"):
        opened = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    else:
        opened = psycopg2.connect(url)
        opened.autocommit = True
    with contextlib.closing(opened):
        cursor = opened.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def bench_ground(database_url, tmp_path):
    """Scratch databases of the kind that the tests run on."""
    if database_url.startswith("sqlite"):
        yield ground.SqliteGround(tmp_path)
        return
    server = f"{database_url.rsplit('/', 1)[0]}/postgres"
    yield ground.PostgresGround(server)
    asked(server, f"DROP DATABASE {ground.MASTER}")


def test_each_copy_begins_as_the_master_stands_and_is_gone_afterwards(bench_ground):
    asked(bench_ground.master, "CREATE TABLE kept (number integer)")
    asked(bench_ground.master, "INSERT INTO kept VALUES (1)")
    bench_ground.settle()
    for _ in range(2):
        with bench_ground.copy("run") as url:
            asked(url, "INSERT INTO kept VALUES (2)")
            assert asked(url, "SELECT number FROM kept ORDER BY 1") == [(1,), (2,)]
    assert asked(bench_ground.master, "SELECT number FROM kept") == [(1,)]
