"""Lists come by bounded pages, in a stable order, with as many questions to the database for many as for few."""

from datetime import date
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

LISTS = (
    "people", "rolls", "payments", "services", "courses", "facilities", "imports", "areas", "zones", "programmes",
    "service-kinds", "facility-kinds",
)  # fmt: skip


def test_pages_are_bounded_and_one_behind_the_last_is_empty(ask, refused, haizhou_clerk, make_person):
    for name in ("张三", "李四", "王五"):
        make_person(name)
    get = ask(haizhou_clerk)
    first, second, third = (get("people", page=page, page_size=2, ordering="id") for page in (1, 2, 3))
    assert [one["name"] for one in first["results"] + second["results"]] == ["张三", "李四", "王五"]
    assert (first["count"], first["pages"], third["results"]) == (3, 2, [])
    for wrong in ({"page_size": 201}, {"page": 0}, {"page": "x"}, {"page_size": -1}, {"page": 10**20}):
        status, problem = refused(haizhou_clerk, "people", **wrong)
        assert (status, problem["where"]) == (400, next(iter(wrong)))
        assert "的整数" in problem["message"]


def test_records_that_agree_in_the_ordering_stand_in_one_order(ask, haizhou_clerk, make_person, make_roll):
    make_roll(*(make_person(name) for name in ("张三", "李四", "王五")))
    get = ask(haizhou_clerk)
    pages = [get("payments", ordering="amount", page=page, page_size=1)["results"][0]["name"] for page in (1, 2, 3)]
    assert sorted(pages) == sorted(["张三", "李四", "王五"])


@pytest.mark.parametrize("route", LISTS)
def test_a_list_of_many_asks_no_more_than_a_list_of_few(route, sign_in, city_clerk, fill):
    client = sign_in(city_clerk)

    def questions():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(f"/api/v1/{route}", {"page_size": 200}).status_code == 200
        return len(asked)

    fill("a", 2)
    few = questions()
    fill("b", 12)
    # Imports name their kinds, which four tables of three apps keep.
    assert questions() == few <= 15


@pytest.fixture
def fill(city_clerk, make_person, make_roll, make_service, make_facility):
    """fill(mark, number): so many more records of every list, told apart by the mark."""
    from lianyungang_cdpf.accounts.models import Area
    from lianyungang_cdpf.intake.models import ImportJob
    from services.courses import record_course
    from services.models import TrainingCourse

    def day(one):
        return date(2019, 3, 1 + one)

    def more(mark, number):
        for one in range(number):
            person = make_person(f"张{'一二三四五六七八九十甲乙'[one]}", category=1, grade=1, hardship="低保")
            make_roll(person, reference=f"R-{mark}{one}", month=date(2019, 1 + one % 12, 1))
            make_service(person)
            make_service(person, "cataract_surgery", eye="left")
            record_course(by=city_clerk, course=TrainingCourse(name=mark, institution="市一校", starts_on=day(one)))
            make_facility(f"{mark}{one}")
            ImportJob.objects.create(
                kind="hardship_subsidy", staff=city_clerk, area=Area.objects.get(code="320706"),
                file_name=f"{one}.xlsx", sha256=f"{one:064x}", size=1,
            )  # fmt: skip

    return more


def test_a_page_deep_in_a_hundred_thousand_people_comes_within_seconds(ask, haizhou_clerk, make_person):
    copy(make_person("张三"), 100_000)
    get = ask(haizhou_clerk)
    begun = perf_counter()
    told = get("people", page=400, page_size=200)
    taken = perf_counter() - begun
    assert (told["count"], len(told["results"])) == (100_001, 200)
    assert taken < 5, "seconds, on a machine that does other things too"


def copy(person, number):
    """So many more people like this one, told apart by a digest, in one statement on either database."""
    columns = [field.column for field in person._meta.concrete_fields if not field.primary_key]
    values = ["CAST(numbers.i AS varchar(64))" if name == "id_digest" else f"person.{name}" for name in columns]
    table = person._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            " WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < %s)"
            f" SELECT {', '.join(values)} FROM {table} AS person, numbers WHERE person.id = %s",
            [number, person.pk],
        )
