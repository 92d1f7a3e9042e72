"""What the portal knows of a difference is proposed with its fact; what it does not know stays open."""

from datetime import date
from decimal import Decimal

import pytest

from beneficiaries.models import Certificate, HardshipStatus, Residence
from lianyungang_cdpf.accounts.models import Area
from subsidies.models import Payment, Programme, Standard
from subsidies.monthly.differences import Differences
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, HAIZHOU_TOWN
from tests.subsidies.monthly.conftest import FEBRUARY, MARCH

FEBRUARY_20 = date(2019, 2, 20)


def the_one(roll):
    """Code and fact of the only difference; None when it is open."""
    (found,) = Differences(roll).found
    return found.cause and (found.cause.code, found.cause.fact)


@pytest.fixture
def stopped(february, march, poor):
    """stopped(change): what is said of who was paid in February and is not on the roll of March, after `change`."""

    def made(change=lambda person: None, **fields):
        person, stays = poor("甲", **fields), poor("乙")
        february(person, stays)
        change(person)
        return the_one(march(stays))

    return made


def save(person, **fields):
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()


def test_a_stop_without_a_fact_is_open(stopped):
    assert stopped() is None


@pytest.mark.parametrize("day", [FEBRUARY_20, date(2019, 3, 5)])
def test_a_death_by_the_end_of_the_month_is_known(stopped, day):
    assert stopped(lambda person: save(person, died_on=day)) == ("death", f"已于 {day} 死亡")


def test_a_later_death_is_no_cause(stopped):
    assert stopped(lambda person: save(person, died_on=date(2019, 4, 1))) is None


def test_moving_out_of_the_city_is_known_with_its_day(stopped):
    assert stopped(lambda person: save(person, moved_out_on=FEBRUARY_20)) == ("moved_out", "已于 2019-02-20 迁出本市")


def test_moving_to_another_county_is_known_with_its_day(stopped):
    def move(person):
        Residence.objects.create(person=person, area=person.area, valid_to=FEBRUARY_20)
        save(person, area=Area.objects.get(code=DONGHAI_TOWN))

    assert stopped(move) == ("moved_out", "已于 2019-02-20 迁出本辖区")


@pytest.mark.parametrize(
    ("status", "code", "fact"),
    [
        ("frozen", "cert_frozen", "残疾人证状态为“冻结”"),
        ("cancelled", "cert_cancelled", "残疾人证状态为“注销”"),
        ("transferred_out", "moved_out", "残疾人证状态为“迁出”"),
    ],
)
def test_a_certificate_that_does_not_count_is_known(stopped, status, code, fact):
    assert stopped(lambda person: person.certificates.update(status=status)) == (code, fact)


def test_an_expired_certificate_is_known_with_its_last_day(stopped):
    said = stopped(lambda person: person.certificates.update(valid_to=FEBRUARY_20))
    assert said == ("cert_expired", "残疾人证已于 2019-02-20 到期")


def test_leaving_dibao_is_known(stopped):
    said = stopped(lambda person: person.hardships.update(valid_to=FEBRUARY_20))
    assert said == ("left_dibao", "该月没有登记困难情况")


def test_who_is_in_tekun_now_is_known(stopped):
    def admit(person):
        person.hardships.update(valid_to=FEBRUARY_20)
        HardshipStatus.objects.create(person=person, status="特困", valid_from=date(2019, 2, 21))

    assert stopped(admit) == ("tekun_admitted", "困难情况为“特困”，不符合")


def test_a_grade_that_does_not_qualify_any_more_is_known(february, march, poor):
    person, stays = poor("甲"), poor("乙")
    february(person, stays, programme="nursing_subsidy")
    person.certificates.update(grade=4)
    assert the_one(march(stays, programme="nursing_subsidy")) == (
        "regraded_out", "残疾人证为肢体四级，不符合享受条件"
    )  # fmt: skip


def test_a_programme_without_conditions_gives_no_cause(stopped):
    Programme.objects.update(eligibility={})
    assert stopped() is None


def test_an_age_that_a_programme_ends_with_is_known(stopped):
    Programme.objects.filter(code="hardship_subsidy").update(age_to=38)
    assert stopped() == ("age_limit", "1980-01-01 出生，已超过 38 周岁")


# -- newly paid ------------------------------------------------------------------------------------------------------


@pytest.fixture
def added(february, march, poor):
    """added(change): what is said of who is paid in March and was not in February, after `change`."""

    def made(change=lambda person: None, **fields):
        person, stays = poor("甲", **fields), poor("乙")
        february(stays)
        change(person)
        return the_one(march(person, stays))

    return made


def test_who_qualified_all_along_is_open(added):
    assert added() is None


def test_a_new_certificate_is_known_with_its_day(added):
    said = added(lambda person: person.certificates.update(valid_from=date(2019, 3, 3)))
    assert said == ("newly_certified", "2019-03-03 起残疾人证为肢体一级")


def test_entering_dibao_is_known_with_its_day(added):
    said = added(lambda person: person.hardships.update(valid_from=date(2019, 3, 1)))
    assert said == ("entered_dibao", "2019-03-01 起困难情况为“低保”")


def test_moving_in_is_known_with_its_day(added):
    def move(person):
        Residence.objects.create(person=person, area=Area.objects.get(code=DONGHAI_TOWN), valid_to=FEBRUARY_20)

    assert added(move) == ("moved_in", "2019-02-20 迁入本辖区")


def test_a_move_of_years_ago_is_no_cause(added):
    def move(person):
        Residence.objects.create(person=person, area=Area.objects.get(code=DONGHAI_TOWN), valid_to=date(2015, 1, 1))

    assert added(move) is None


def test_who_another_county_paid_has_moved_only_if_the_register_says_so(march, february, make_roll, poor):
    known, unknown, stays = poor("甲"), poor("乙"), poor("丙")
    make_roll(known, unknown, area=DONGHAI, month=FEBRUARY, reference="DH-2")
    february(stays)
    Residence.objects.create(person=known, area=Area.objects.get(code=DONGHAI_TOWN), valid_to=FEBRUARY_20)
    found = {one.change.person: one for one in Differences(march(known, unknown, stays)).found}
    assert (found[known.pk].reason, found[known.pk].told) == ("户籍迁移", "2019-02-20 迁入本辖区")
    assert (found[unknown.pk].kind, found[unknown.pk].is_open) == ("moved_in", True)


def test_who_moved_within_the_county_has_not_moved(added):
    def move(person):
        Residence.objects.create(person=person, area=Area.objects.get(code=HAIZHOU_TOWN), valid_to=FEBRUARY_20)

    assert added(move) is None


# -- another amount --------------------------------------------------------------------------------------------------


@pytest.fixture
def other_amount(february, march, poor):
    """other_amount(old, new, change): what is said of an amount, each side with its row of the standards."""

    def made(old, new, change=lambda person: None):
        person = poor("甲")
        rolls = february(person, amount=str(old.amount)), march(person, amount=str(new.amount))
        for roll, standard in zip(rolls, (old, new), strict=True):
            Payment.objects.filter(roll=roll).update(standard=standard, standard_amount=standard.amount)
        change(person)
        return the_one(rolls[1])

    return made


def standard(amount, begins=date(2018, 1, 1), **fields):
    programme = Programme.objects.get(code="hardship_subsidy")
    return Standard.objects.create(programme=programme, effective_from=begins, amount=Decimal(amount), **fields)


def test_a_standard_that_begins_with_the_month_is_the_cause(other_amount):
    new = standard("410", MARCH, grade=1, source_document="连民发〔2019〕3号")
    said = other_amount(standard("370", grade=1), new)
    assert said == ("standard_changed", "2019-03 起标准为 410.00 元，依据连民发〔2019〕3号")


def test_a_certificate_that_was_regraded_is_the_cause(other_amount):
    def regrade(person):
        person.certificates.update(valid_to=date(2019, 2, 28), grade=2)
        number = f"{person.id_number}41"
        Certificate.objects.create(
            person=person, number=number, number_digest="9" * 64, category=4, grade=1, valid_from=date(2019, 3, 1)
        )

    said = other_amount(standard("300", grade=2), standard("370", grade=1), regrade)
    assert said == ("regraded", "残疾人证自 2019-03-01 起由肢体二级变为肢体一级")


def test_a_register_without_dates_is_told_by_the_standards_grades(other_amount):
    assert other_amount(standard("300", grade=2), standard("370", grade=1)) == ("regraded", "由二级变为一级")


def test_an_amount_that_is_no_standards_is_open(february, march, poor):
    person = poor("甲")
    february(person)
    assert the_one(march(person, amount="250.00")) is None


def test_an_old_standard_that_fits_suddenly_is_open(other_amount):
    assert other_amount(standard("370"), standard("400", hukou_type="rural")) is None


# -- another account -------------------------------------------------------------------------------------------------


def test_an_account_that_the_bank_returned_is_known(february, march, poor):
    person = poor("甲")
    returned = february(person)
    Payment.objects.filter(roll=returned).update(returned_on=date(2019, 2, 27), return_reason="账号有误")
    roll = march(person)
    Payment.objects.filter(roll=roll).update(account_digest="b" * 64)
    assert the_one(roll) == ("returned", "上月发放于 2019-02-27 被银行退回")


def test_another_account_without_a_return_is_open(february, march, poor):
    person = poor("甲")
    february(person)
    roll = march(person)
    Payment.objects.filter(roll=roll).update(account_digest="b" * 64)
    assert the_one(roll) is None
