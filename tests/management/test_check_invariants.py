"""The one command that looks for what must never be false finds each breach, and nothing where there is none."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.uploads import stored_path
from lianyungang_cdpf.targets.models import Tally, Target
from lianyungang_cdpf.targets.tallies import refresh
from subsidies.models import Payment, Programme, Roll


@pytest.fixture
def posted(standards, make_person, send, run_import, post, haizhou_clerk, settings):
    """One roll of two people, posted from its file; the board has counted it."""
    people = [make_person(name, category=4, grade=1, hardship="低保") for name in ("甲", "乙")]
    rows = [["姓名", "身份证号", "金额"], *([one.name, one.id_number, "370"] for one in people)]
    job = post(run_import(send(haizhou_clerk, "hardship_subsidy", rows)))
    refresh(Target.objects.select_related("plan"))
    return job


def breaches() -> list[str]:
    said = io.StringIO()
    try:
        call_command("check_invariants", stdout=said)
    except CommandError as error:
        assert error.returncode == 1
        return said.getvalue().splitlines()
    assert said.getvalue().strip() == "全部相符。"
    return []


def only(*beginnings: str):
    """Exactly these breaches, each with its number and a Chinese sentence."""
    found = breaches()
    assert len(found) == len(beginnings), found
    assert all(line.startswith(start) and line.endswith("。") for line, start in zip(found, beginnings, strict=True))


def test_nothing_is_found_where_nothing_is_wrong(posted):
    assert breaches() == []


def test_nothing_is_found_in_an_empty_city(city, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "none"
    assert breaches() == []


@pytest.mark.parametrize("change", [{"total": "739.99"}, {"payment_count": 3}, {"total": "0", "payment_count": 0}])
def test_a_roll_that_does_not_add_up_is_found(posted, change):
    Roll.objects.update(**change)
    only("I1：花名册", "I9：花名册")


def test_a_payment_that_was_changed_or_removed_is_found(posted):
    payment = Payment.objects.first()
    Payment.objects.filter(pk=payment.pk).update(amount="370.01")
    only("I1：花名册", "I9：花名册")
    payment.delete()
    assert breaches()[0].startswith("I1：花名册")


def test_live_payments_of_an_undone_roll_are_found(posted):
    Roll.objects.update(state="undone")
    only("I1：花名册")


def test_a_payment_on_another_programmes_roll_is_found(posted):
    Payment.objects.update(programme=Programme.objects.get(code="nursing_subsidy"))
    assert [line for line in breaches() if "别的补贴项目" in line]


def test_a_month_paid_twice_is_found_where_the_database_let_it_through(posted):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_live_payment_per_person_programme_month")
    twin = Payment.objects.first()
    twin.pk = None
    twin.save()
    Roll.objects.update(payment_count=3, total="1110.00")
    only("I2：人员")


def test_a_tally_that_is_off_is_found(posted, walk):
    walk(Roll.objects.get())
    refresh(Target.objects.select_related("plan"))
    tally = Tally.objects.filter(value__gt=0).first()
    assert tally is not None
    Tally.objects.filter(pk=tally.pk).update(value=tally.value + 1)
    assert all(line.startswith("I3：") for line in breaches()) and breaches()


def test_a_stray_upload_is_found(posted):
    (stored_path("x").parent / "0123.upload").write_bytes(b"x")
    only("I6：文件 0123.upload 不属于")


def test_an_altered_upload_is_found(posted):
    path = stored_path(posted.stored_name)
    path.write_bytes(path.read_bytes() + b" ")
    only(f"I6：导入批次 {posted.pk} 的文件与登记的指纹不符")


def test_a_lost_upload_is_found(posted):
    stored_path(posted.stored_name).unlink()
    only(f"I6：导入批次 {posted.pk} 的文件不见了")


def test_an_upload_belongs_to_one_import_by_the_databases_word(posted):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        ImportJob.objects.create(
            kind="register", staff=posted.staff, area=posted.area, file_name="b.csv", sha256="0" * 64, size=1,
            stored_name=posted.stored_name,
        )  # fmt: skip


def test_several_breaches_are_all_told_and_counted(posted):
    Roll.objects.update(total="1.00")
    (Path(stored_path("x")).parent / "0123.upload").write_bytes(b"x")
    with pytest.raises(CommandError, match="有 3 处不符"):
        call_command("check_invariants", stdout=io.StringIO())
