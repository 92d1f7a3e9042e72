"""What stands in the records after a roll was posted, and after it was undone."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.metrics.models import ChangeStamp
from subsidies.actions import RollStands, undo_roll
from subsidies.judging import Facts
from subsidies.models import Payment, Programme, ProgrammeCheck, Roll, Standard
from subsidies.posting import _shares

HEADER = ["姓名", "身份证号", "金额"]
ACCOUNT, OTHER_ACCOUNT = "6299999630040357070", "6299993156827197436"


@pytest.fixture
def people(standards, make_person):
    return [
        make_person(name, category=4, grade=1, hardship="低保", account_no=ACCOUNT, account_holder="监护人")
        for name in ("甲", "乙", "丙")
    ]


def rows_of(people, header=HEADER, amount="370", **columns):
    extra = [[str(value)] * len(people) for value in columns.values()]
    lines = [[person.name, person.id_number, amount, *more] for person, *more in zip(people, *extra, strict=True)]
    return [[*header, *columns], *lines]


def breaches() -> str:
    """What check_invariants finds, without which it says that all agrees."""
    said = io.StringIO()
    try:
        call_command("check_invariants", stdout=said)
    except CommandError:
        return said.getvalue()
    return ""


@pytest.fixture
def posted(send, run_import, post, haizhou_clerk):
    def make(rows, staff=haizhou_clerk, **options):
        job = post(run_import(send(staff, "hardship_subsidy", rows, **options)))
        assert job.state == "posted", (job.state, job.sentence, job.summary)
        return Roll.objects.get(job=job)

    return make


def test_a_roll_has_the_count_and_the_sum_of_its_payments(people, posted, haizhou_clerk):
    roll = posted(rows_of(people))
    assert (roll.row_count, roll.payment_count, roll.total) == (3, 3, Decimal("1110.00"))
    assert (roll.state, roll.month, roll.area.code, roll.posted_by) == (
        "posted", date(2019, 3, 1), "320706", haizhou_clerk
    )  # fmt: skip
    assert [payment.row for payment in roll.payments.order_by("row")] == [2, 3, 4]
    assert not breaches()


def test_a_payment_keeps_area_standard_and_account_as_of_posting(people, posted):
    roll = posted(rows_of(people))
    person, area = people[0], people[0].area
    person.area, person.account_no, person.account_holder = Area.objects.get(code="320722101"), OTHER_ACCOUNT, "本人"
    person.save()
    Standard.objects.filter(grade=1).update(amount=Decimal("999.00"))
    payment = roll.payments.get(person=person)
    assert payment.area == area
    assert (payment.standard_amount, payment.standard.grade) == (Decimal("370.00"), 1)
    assert (payment.account_no, payment.account_holder) == (ACCOUNT, "监护人")


def test_the_account_of_the_roll_goes_before_that_of_the_register(people, posted):
    roll = posted(rows_of(people[:1], 银行账号=OTHER_ACCOUNT))
    payment = roll.payments.get()
    assert (payment.account_no, payment.account_holder) == (OTHER_ACCOUNT, "")


def test_the_same_account_keeps_the_holder_of_the_register(people, posted):
    assert posted(rows_of(people[:1], 银行账号=ACCOUNT)).payments.get().account_holder == "监护人"
    assert posted(rows_of(people[1:2], 银行账号=ACCOUNT, 户名="别人")).payments.get().account_holder == "别人"


def test_an_account_that_fails_its_check_digit_posts_where_the_programme_lets_it(people, posted, haizhou_clerk):
    programme = Programme.objects.get(code="hardship_subsidy")
    ProgrammeCheck.objects.update_or_create(programme=programme, code="BANK_LUHN", defaults={"severity": "warning"})
    passbook = "32070112345678901234567"
    roll = posted(rows_of(people[:1], 银行账号=passbook))
    assert roll.payments.get().account_no == passbook
    assert "BANK_LUHN" in roll.job.rows.get().codes


def test_a_row_of_several_months_is_a_payment_for_each(people, posted):
    roll = posted(rows_of(people[:1], amount="1790", 月数=3), month=date(2021, 2, 1))
    kept = [(payment.month, payment.amount, payment.standard_amount) for payment in roll.payments.order_by("month")]
    months = [(date(2020, 12, 1), "370.00"), (date(2021, 1, 1), "710.00"), (date(2021, 2, 1), "710.00")]
    assert kept == [(month, Decimal(amount), Decimal(amount)) for month, amount in months]
    assert (roll.row_count, roll.payment_count, roll.total) == (1, 3, Decimal("1790.00"))
    stamped = ChangeStamp.objects.filter(source="subsidies.payment").values_list("year", flat=True)
    assert set(stamped) == {2020, 2021}


def shares(amount: str, months: int) -> list[Decimal]:
    facts = Facts(None, "", [date(2019, 1, 1)] * months, [None] * months, {"amount": Decimal(amount)}, [])
    return _shares(facts)


@pytest.mark.parametrize(("amount", "months"), [("100.00", 3), ("0.08", 5), ("0.02", 2), ("99999999.99", 7)])
def test_an_amount_without_a_standard_is_shared_to_the_cent(amount, months):
    parts = shares(amount, months)
    assert sum(parts) == Decimal(amount) and len(parts) == months
    assert all(part > 0 and part == part.quantize(Decimal("0.01")) for part in parts)


def test_the_roll_of_a_zone_stands_beside_its_zone(standards, make_person, make_staff, posted):
    zone = Zone.objects.get(key="yuntaishan")
    town = zone.areas.filter(level="town").order_by("code").first()
    person = make_person(area=town.code, category=4, grade=1, hardship="低保")
    roll = posted(rows_of([person]), staff=make_staff("zoned", "yuntaishan"))
    assert (roll.zone, roll.area.code) == (zone, "320700")
    assert roll.payments.get().area == town


def test_who_posts_answers_for_the_roll_and_its_place_stays_that_of_the_sender(
    people, send, run_import, post, haizhou_clerk, city_clerk
):
    job = post(run_import(send(haizhou_clerk, "hardship_subsidy", rows_of(people))), by=city_clerk)
    roll = Roll.objects.get(job=job)
    assert (roll.posted_by, roll.area.code) == (city_clerk, "320706")
    assert set(AuditLine.objects.filter(deed__in=["花名册入账", "导入入账"]).values_list("username", flat=True)) == {
        "city_clerk"
    }


def test_a_roll_paid_before_the_portal_was_used_is_posted_as_paid(people, posted, city_clerk):
    roll = posted(rows_of(people), staff=city_clerk, paid_on=date(2019, 3, 28))
    assert (roll.state, roll.paid_on, roll.paid_by) == ("paid", date(2019, 3, 28), city_clerk)
    with pytest.raises(RollStands):
        undo_roll(roll=roll, by=city_clerk)


# -- the database's own word -----------------------------------------------------------------------------------------


def broken(**fields):
    payment = Payment.objects.order_by("pk").first()
    Payment.objects.filter(pk=payment.pk).update(**fields)


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"amount": Decimal(0)}, ["payment_amount_positive"]),
        ({"amount": Decimal("-1.00")}, ["payment_amount_positive"]),
        ({"area": None}, ["payment_has_an_area", "area_id"]),
        ({"roll": None}, ["payment_has_a_roll", "roll_id"]),
    ],
)
def test_the_database_refuses_by_name_what_must_never_be(people, make_roll, fields, names):
    make_roll(people[0])
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        broken(**fields)
    assert any(name in str(refusal.value) for name in names)


def test_the_database_refuses_a_second_live_payment_of_a_month(people, make_roll):
    make_roll(people[0])
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make_roll(people[0], reference="R-2")
    said = str(refusal.value)
    assert "one_live_payment_per_person_programme_month" in said or "programme_id, subsidies_payment.month" in said
    Payment.objects.update(live=False)
    make_roll(people[0], reference="R-3")


def test_every_constraint_stands_in_the_database_under_its_name(db):
    wanted = {
        "payment_amount_positive", "one_live_payment_per_person_programme_month", "payment_has_an_area",
        "payment_has_a_roll",
    }  # fmt: skip
    with connection.cursor() as cursor:
        assert wanted <= connection.introspection.get_constraints(cursor, Payment._meta.db_table).keys()


# -- undoing ---------------------------------------------------------------------------------------------------------


def test_undoing_a_roll_frees_its_months(people, posted, haizhou_clerk):
    roll = undo_roll(roll=posted(rows_of(people)), by=haizhou_clerk)
    assert (roll.state, roll.payment_count, roll.total) == ("undone", 0, 0)
    assert not roll.payments.filter(live=True).exists() and roll.payments.count() == 3
    assert roll.job.state == "undone"
    again = posted(rows_of(people))
    assert again.pk != roll.pk and again.payment_count == 3
    assert not breaches()


def test_a_roll_is_undone_once(people, posted, haizhou_clerk):
    roll = undo_roll(roll=posted(rows_of(people)), by=haizhou_clerk)
    with pytest.raises(RollStands) as refusal:
        undo_roll(roll=roll, by=haizhou_clerk)
    assert "撤销" in refusal.value.sentence


# -- the same file again (U11) ---------------------------------------------------------------------------------------


def test_the_same_file_again_renamed_or_not_is_answered_with_its_roll(people, posted, send, haizhou_clerk):
    roll = posted(rows_of(people))
    for name in ("名册.csv", "名册（改名）.csv"):
        with pytest.raises(Refused) as refusal:
            send(haizhou_clerk, "hardship_subsidy", rows_of(people), name=name)
        assert "已经导入过" in refusal.value.sentence and roll.reference in refusal.value.sentence
    assert Payment.objects.count() == 3


def test_the_file_with_one_row_changed_is_read_and_its_paid_rows_are_refused(
    people, posted, send, run_import, post, haizhou_clerk, make_person
):
    posted(rows_of(people))
    newcomer = make_person("丁", category=4, grade=1, hardship="低保")
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows_of([*people[:2], newcomer])))
    assert list(job.rows.order_by("row").values_list("codes", flat=True)) == ["ALREADY_PAID", "ALREADY_PAID", ""]
    assert post(job).applied_rows == 1
    assert Payment.objects.live().count() == 4


def test_the_same_file_may_be_sent_for_another_month(people, posted):
    assert posted(rows_of(people)).month != posted(rows_of(people), month=date(2019, 4, 1)).month


def test_a_sheet_with_a_longer_name_than_excel_allows_is_posted(people, posted):
    name = "第一季度各乡镇困难残疾人生活补贴发放花名册" * 5
    roll = posted(ods_of(name, rows_of(people)), name="名册.ods")
    assert roll.payment_count == 3 and name.startswith(roll.payments.first().sheet)


def ods_of(sheet: str, rows) -> bytes:
    import zipfile

    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>' for value in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="{sheet}">{cells}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), kind)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
    return packed.getvalue()


def test_rows_keep_the_sheet_and_row_that_excel_shows(people, posted):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "朐阳街道"
    sheet.append(["2019年3月困难残疾人生活补贴发放花名册"])
    for row in rows_of(people):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    roll = posted(stream.getvalue(), name="名册.xlsx")
    assert list(roll.payments.order_by("row").values_list("sheet", "row")) == [("朐阳街道", row) for row in (3, 4, 5)]


def test_somebody_whose_number_was_corrected_since_the_preview_is_not_paid_by_the_old_one(
    people, send, run_import, post, haizhou_clerk, make_person
):
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows_of(people)))
    other = make_person("丁")
    number, digest = other.id_number, other.id_digest
    other.delete()
    people[0].id_number, people[0].id_digest = number, digest
    people[0].save()
    job = post(job)
    assert job.state == "ready"
    assert [one["now"] for one in job.summary["changed_since"]] == ["UNKNOWN_PERSON"]
    assert not Payment.objects.exists()


def test_two_who_exchanged_their_numbers_since_the_preview_are_told_apart_by_them(
    people, send, run_import, post, haizhou_clerk
):
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows_of(people)))
    first, second = people[0], people[1]
    digests = first.id_digest, second.id_digest
    Person.objects.filter(pk=first.pk).update(id_digest="x" * 64)
    Person.objects.filter(pk=second.pk).update(id_digest=digests[0])
    Person.objects.filter(pk=first.pk).update(id_digest=digests[1])
    job = post(job)
    assert job.state == "ready"
    assert [(one["row"], one["now"]) for one in job.summary["changed_since"]] == [
        (2, "NAME_MISMATCH"), (3, "NAME_MISMATCH")
    ]  # fmt: skip
