"""Each rule of the reading rules that the register, the standards and earlier payments decide."""

from datetime import date
from decimal import Decimal

import pytest

from beneficiaries.models import Certificate, HardshipStatus
from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.intake.kinds import Context
from lianyungang_cdpf.intake.tables import DataRow
from subsidies.judging import MOST_MONTHS, RollJudge, months_ending
from subsidies.known import in_force
from subsidies.models import Programme, ProgrammeCheck, Standard

MARCH = date(2019, 3, 1)
ACCOUNT, OTHER_ACCOUNT = "6299999630040357070", "6299993156827197436"


@pytest.fixture
def poor(standards, make_person):
    """Somebody who is to be paid 370 yuan a month: grade one, 低保, in a town of Haizhou."""

    def make(name="张三", *, category=4, grade=1, hardship="低保", **fields):
        return make_person(name, category=category, grade=grade, hardship=hardship, **fields)

    return make


def values_of(person, **changes):
    values = {"name": person.name, "id_number": person.id_number, "amount": Decimal("370.00")}
    return {**values, **changes}


def outcomes(staff, *rows, month=MARCH, programme="hardship_subsidy"):
    rows = [DataRow("表", 3 + place, row, []) for place, row in enumerate(rows)]
    context = Context(staff=staff, month=month)
    return list(RollJudge(Programme.objects.get(code=programme), context).judge(rows))


def codes(staff, *rows, **options):
    return [one.codes for one in outcomes(staff, *rows, **options)]


def verdict(staff, person, *, month=MARCH, programme="hardship_subsidy", **changes):
    return codes(staff, values_of(person, **changes), month=month, programme=programme)[0]


def relax(code, severity, programme="hardship_subsidy"):
    ProgrammeCheck.objects.update_or_create(
        programme=Programme.objects.get(code=programme), code=code, defaults={"severity": severity}
    )


def test_a_person_in_order_is_valid(haizhou_clerk, poor):
    assert verdict(haizhou_clerk, poor()) == []


# -- death -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("died_on", "wanted"),
    [
        (date(2019, 2, 28), ["PERSON_DEAD"]),
        (date(2019, 3, 1), []),
        (date(2019, 3, 31), []),
        (date(2019, 4, 1), []),
    ],
)
def test_the_month_of_death_is_the_last_that_is_paid(haizhou_clerk, poor, died_on, wanted):
    assert verdict(haizhou_clerk, poor(died_on=died_on)) == wanted


def test_the_end_of_a_year_is_no_way_around_death(haizhou_clerk, poor):
    assert verdict(haizhou_clerk, poor(died_on=date(2018, 12, 31)), month=date(2019, 1, 1)) == ["PERSON_DEAD"]


# -- certificates and hardship ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        ("valid", []),
        ("expired", ["CERT_EXPIRED"]),
        ("cancelled", ["CERT_CANCELLED"]),
        ("frozen", ["CERT_CANCELLED"]),
        ("transferred_out", ["CERT_CANCELLED"]),
    ],
)
@pytest.mark.parametrize("month", [date(2018, 1, 1), date(2026, 1, 1)])
def test_the_status_of_an_undated_certificate_counts_whatever_the_month(haizhou_clerk, poor, status, wanted, month):
    person = poor()
    person.certificates.update(status=status)
    amount = Decimal("370.00") if month.year == 2018 else Decimal("1050.00")
    assert verdict(haizhou_clerk, person, month=month, amount=amount) == wanted


def certificate(person, grade, valid_from=None, valid_to=None, status="valid", category=4):
    from beneficiaries.identity import certificate_digest

    number = f"{person.id_number}{category}{grade}"
    return Certificate.objects.create(
        person=person, number=number, number_digest=certificate_digest(number), category=category, grade=grade,
        valid_from=valid_from, valid_to=valid_to, status=status,
    )  # fmt: skip


def test_the_certificate_in_force_in_the_month_tells_the_grade(haizhou_clerk, poor, make_person):
    person = make_person(hardship="低保")
    certificate(person, 1, date(2015, 1, 1), date(2019, 2, 28))
    certificate(person, 2, date(2019, 3, 1))
    assert verdict(haizhou_clerk, person, month=date(2019, 2, 1), amount=Decimal("370.00")) == []
    assert verdict(haizhou_clerk, person, amount=Decimal("300.00")) == []
    assert verdict(haizhou_clerk, person, amount=Decimal("370.00")) == ["AMOUNT_NOT_STANDARD"]


def test_a_certificate_that_begins_within_the_month_counts_for_it(haizhou_clerk, poor, make_person):
    person = make_person(hardship="低保")
    certificate(person, 1, date(2019, 3, 31))
    assert verdict(haizhou_clerk, person) == []
    assert verdict(haizhou_clerk, person, month=date(2019, 2, 1)) == ["INELIGIBLE_GRADE"]


def test_a_certificate_that_ran_out_before_the_month_has_expired(haizhou_clerk, poor, make_person):
    person = make_person(hardship="低保")
    certificate(person, 1, date(2009, 3, 1), date(2019, 2, 28))
    assert verdict(haizhou_clerk, person) == ["CERT_EXPIRED"]
    assert verdict(haizhou_clerk, person, certificate_no=f"{person.id_number}41") == ["CERT_EXPIRED"]
    assert verdict(haizhou_clerk, person, month=date(2019, 2, 1)) == []


def test_a_person_without_a_certificate_is_not_eligible(haizhou_clerk, poor, make_person):
    assert verdict(haizhou_clerk, make_person(hardship="低保")) == ["INELIGIBLE_GRADE"]


def test_a_given_certificate_number_must_be_the_registers_but_for_a_reissue(haizhou_clerk, poor):
    person = poor()
    right = f"{person.id_number}41"
    assert verdict(haizhou_clerk, person, certificate_no=right) == []
    assert verdict(haizhou_clerk, person, certificate_no=f"{right}B2") == []
    assert verdict(haizhou_clerk, person, certificate_no=f"{person.id_number}42") == ["CERT_MISMATCH"]
    assert verdict(haizhou_clerk, person, certificate_no=None) == []


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        (None, None, []),
        (date(2019, 3, 31), None, []),
        (None, date(2019, 3, 1), []),
        (date(2019, 4, 1), None, ["INELIGIBLE_HOUSEHOLD"]),
        (None, date(2019, 2, 28), ["INELIGIBLE_HOUSEHOLD"]),
    ],
)
def test_a_hardship_status_counts_in_the_months_that_it_covers(haizhou_clerk, poor, since, until, wanted):
    person = poor(hardship="")
    HardshipStatus.objects.create(person=person, status="低保", valid_from=since, valid_to=until)
    assert verdict(haizhou_clerk, person) == wanted


def test_one_status_of_several_is_enough(haizhou_clerk, poor):
    person = poor(hardship="普通")
    assert verdict(haizhou_clerk, person) == ["INELIGIBLE_HOUSEHOLD"]
    HardshipStatus.objects.create(person=person, status="一户多残")
    assert verdict(haizhou_clerk, person) == []


@pytest.mark.parametrize(
    ("category", "grade", "amount", "wanted"),
    [
        (4, 2, "110.00", []),
        (4, 3, "80.00", ["INELIGIBLE_GRADE"]),
        (5, 3, "80.00", []),
        (6, 3, "80.00", []),
        (6, 4, "80.00", ["INELIGIBLE_GRADE"]),
    ],
)
def test_care_is_for_grades_one_and_two_and_for_mental_disabilities_of_grade_three(
    haizhou_clerk, poor, category, grade, amount, wanted
):
    person = poor(category=category, grade=grade, hardship="普通")
    assert verdict(haizhou_clerk, person, programme="nursing_subsidy", amount=Decimal(amount)) == wanted


# -- place -----------------------------------------------------------------------------------------------------------


def test_place_follows_the_path_of_the_staff_member(poor, make_staff, haizhou_clerk, donghai_clerk, city_clerk):
    person = poor()
    town = make_staff("town", "320706006", "town_clerk")
    other_town = make_staff("town2", "320706001", "town_clerk")
    answers = [verdict(staff, person) for staff in (haizhou_clerk, city_clerk, town, donghai_clerk, other_town)]
    assert answers == [[], [], [], ["WRONG_DISTRICT"], ["WRONG_DISTRICT"]]


def test_a_zones_staff_have_its_towns_whichever_county_they_lie_in(poor, make_staff, city_clerk):
    zone = Zone.objects.filter(areas__level="town").distinct().first()
    towns = zone.areas.filter(level="town")
    zoned = poor("甲", area=towns.first().code)
    clerk = make_staff("zone", zone.key)
    assert verdict(clerk, zoned) == []
    assert verdict(clerk, poor("乙")) == ["WRONG_DISTRICT"]
    county = make_staff("county", towns.first().path.split("/")[1])
    assert verdict(county, zoned) == []


@pytest.mark.parametrize("named", ["东海县", "东海", "连云港市东海县", "320722"])
def test_a_county_cell_that_names_another_county_is_a_wrong_district_even_for_the_city(city_clerk, poor, named):
    assert verdict(city_clerk, poor(), county=named) == ["WRONG_DISTRICT"]


@pytest.mark.parametrize("named", ["海州区", "海州", "连云港市海州区", "江苏省连云港市海州区", "320706", "连云港", ""])
def test_a_county_cell_that_names_ones_own_county_or_none_is_fine(haizhou_clerk, poor, named):
    assert verdict(haizhou_clerk, poor(), county=named) == []


def test_a_zone_town_answers_to_its_zone_and_to_its_county(city_clerk, poor):
    zoned = Area.objects.filter(level="town", zone__isnull=False).exclude(path__contains="/32077").first()
    person = poor(area=zoned.code)
    county = Area.objects.get(code=zoned.path.split("/")[1])
    answers = [verdict(city_clerk, person, county=name) for name in (county.name, zoned.zone.short_name, "灌南县")]
    assert answers == [[], [], ["WRONG_DISTRICT"]]


def test_who_moved_out_before_the_month_is_paid_elsewhere(haizhou_clerk, poor):
    assert verdict(haizhou_clerk, poor("甲", moved_out_on=date(2019, 2, 28))) == ["WRONG_DISTRICT"]
    assert verdict(haizhou_clerk, poor("乙", moved_out_on=date(2019, 3, 1))) == []


def test_of_a_foreign_person_nothing_is_told_but_that_they_are_not_ones_own(donghai_clerk, poor, make_roll):
    person = poor(died_on=date(2018, 1, 1), account_no=ACCOUNT)
    person.certificates.update(status="cancelled")
    make_roll(person)
    relax("NAME_MISMATCH", "warning")
    row = values_of(person, name="别人", account_no=OTHER_ACCOUNT, certificate_no="1" * 20, amount=Decimal(1))
    one = outcomes(donghai_clerk, row)[0]
    assert one.is_foreign and one.shown_codes == ["WRONG_DISTRICT"]
    assert [code for code, *_ in one.messages] == ["WRONG_DISTRICT"]
    assert one.messages[0][2].startswith("不在本辖区") and person.name not in one.messages[0][2]
    assert one.warnings == []


def test_the_pages_of_an_import_tell_nothing_of_a_foreign_person(
    donghai_clerk, poor, make_roll, send, run_import, sign_in
):
    person = poor("欧阳海州", died_on=date(2018, 1, 1), account_no=ACCOUNT)
    make_roll(person)
    rows = [["姓名", "身份证号", "金额", "银行账号"], ["李四", person.id_number, "1", OTHER_ACCOUNT]]
    job = run_import(send(donghai_clerk, "hardship_subsidy", rows))
    row = job.rows.get()
    page = sign_in(donghai_clerk).get(f"/admin/intake/{job.uid}/").content.decode()
    assert row.codes == "WRONG_DISTRICT" and "不在本辖区" in row.payload
    assert [one["code"] for one in job.summary["errors"]] == ["WRONG_DISTRICT"] and not job.summary["warnings"]
    told = str(job.summary) + row.payload + page
    assert not [word for word in ("欧阳海州", "死亡", "发放过", "档案不一致", "NAME_", "DEAD", "PAID") if word in told]


# -- duplicates and earlier payments ---------------------------------------------------------------------------------


def test_the_second_and_later_rows_of_an_id_are_duplicates(haizhou_clerk, poor):
    person = poor()
    answers = codes(haizhou_clerk, *[values_of(person)] * 3)
    assert answers == [[], ["DUPLICATE_IN_FILE"], ["DUPLICATE_IN_FILE"]]


def test_a_duplicate_is_one_though_the_first_row_was_invalid(haizhou_clerk, poor):
    person = poor()
    answers = codes(haizhou_clerk, values_of(person, amount=Decimal(1)), values_of(person))
    assert answers == [["AMOUNT_NOT_STANDARD"], ["DUPLICATE_IN_FILE"]]


def test_unknown_people_count_as_duplicates_too(haizhou_clerk, poor):
    row = {"name": "无名", "id_number": "320701198001010015", "amount": Decimal("370.00")}
    assert codes(haizhou_clerk, row, row) == [["UNKNOWN_PERSON"], ["UNKNOWN_PERSON", "DUPLICATE_IN_FILE"]]


def test_a_month_is_paid_once_for_each_programme(haizhou_clerk, poor, make_roll):
    person = poor()
    make_roll(person, month=date(2019, 2, 1))
    assert verdict(haizhou_clerk, person) == []
    make_roll(person, reference="R-2")
    assert verdict(haizhou_clerk, person) == ["ALREADY_PAID"]
    assert verdict(haizhou_clerk, person, programme="nursing_subsidy", amount=Decimal("120.00")) == []


def test_an_undone_payment_leaves_its_month_free(haizhou_clerk, poor, make_roll):
    person = poor()
    make_roll(person).payments.update(live=False)
    assert verdict(haizhou_clerk, person) == []


# -- rows of several months ------------------------------------------------------------------------------------------


def test_the_months_of_a_row_end_with_the_rolls_month():
    assert months_ending(date(2019, 2, 1), 3) == [date(2018, 12, 1), date(2019, 1, 1), date(2019, 2, 1)]
    assert months_ending(MARCH, 1) == [MARCH]
    assert months_ending(date(2020, 1, 1), 14)[0] == date(2018, 12, 1)


def test_several_months_are_the_sum_of_their_standards_across_a_change_and_a_years_end(haizhou_clerk, poor):
    person = poor()
    february = date(2021, 2, 1)
    assert verdict(haizhou_clerk, person, month=february, months=3, amount=Decimal("1790.00")) == []  # 370 + 2 × 710
    wrong = verdict(haizhou_clerk, person, month=february, months=3, amount=Decimal("2130.00"))
    assert wrong == ["AMOUNT_NOT_STANDARD"]


def test_each_month_of_a_row_goes_by_the_certificate_of_that_month(haizhou_clerk, poor, make_person):
    person = make_person(hardship="低保")
    certificate(person, 2, date(2015, 1, 1), date(2019, 2, 28))
    certificate(person, 1, date(2019, 3, 1))
    assert verdict(haizhou_clerk, person, months=2, amount=Decimal("670.00")) == []  # 300 + 370


def test_one_paid_month_of_several_is_enough_to_refuse_the_row(haizhou_clerk, poor, make_roll):
    person = poor()
    make_roll(person, month=date(2019, 1, 1))
    assert verdict(haizhou_clerk, person, months=2, amount=Decimal("740.00")) == []
    assert verdict(haizhou_clerk, person, months=3, amount=Decimal("1110.00")) == ["ALREADY_PAID"]


def test_a_month_before_the_first_standard_has_none(haizhou_clerk, poor):
    one = outcomes(haizhou_clerk, values_of(poor(), months=2, amount=Decimal("740.00")), month=date(2018, 1, 1))[0]
    assert one.codes == ["AMOUNT_NOT_STANDARD"] and "没有适用的补贴标准" in one.messages[0][2]


@pytest.mark.parametrize("count", [MOST_MONTHS + 1, 30_000, 999_999_999])
def test_an_absurd_number_of_months_is_that_rows_mistake_alone(haizhou_clerk, poor, count):
    answers = outcomes(haizhou_clerk, values_of(poor("甲"), months=count), values_of(poor("乙")))
    assert [one.codes for one in answers] == [["MONTH_INVALID"], []]
    assert "月数" in answers[0].messages[0][2]


# -- amounts and standards -------------------------------------------------------------------------------------------


def test_the_amount_is_that_of_the_version_in_force(haizhou_clerk, poor):
    person = poor()
    months = [date(2020, 12, 1), date(2021, 1, 1), date(2023, 6, 1), date(2023, 7, 1)]
    answers = [verdict(haizhou_clerk, person, month=month, amount=Decimal("710.00")) for month in months]
    assert answers == [["AMOUNT_NOT_STANDARD"], [], [], ["AMOUNT_NOT_STANDARD"]]


def test_an_amount_off_by_a_cent_is_wrong_and_the_right_one_is_said(haizhou_clerk, poor):
    one = outcomes(haizhou_clerk, values_of(poor(), amount=Decimal("370.01")))[0]
    assert one.codes == ["AMOUNT_NOT_STANDARD"] and "370.00 元" in one.messages[0][2]


def test_the_amount_of_somebody_ineligible_or_unknown_is_not_judged(haizhou_clerk, poor):
    assert verdict(haizhou_clerk, poor(hardship="普通"), amount=Decimal("1.00")) == ["INELIGIBLE_HOUSEHOLD"]
    row = {"name": "无名", "id_number": "320701198001010015", "amount": Decimal("1.00")}
    assert codes(haizhou_clerk, row) == [["UNKNOWN_PERSON"]]


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"area": "320706"}, "380.00"),
        ({"hukou_type": "rural"}, "390.00"),
        ({"household_class": "低保"}, "400.00"),
    ],
)
def test_the_most_specific_standard_wins(haizhou_clerk, poor, fields, amount):
    if "area" in fields:
        fields = {"area": Area.objects.get(code=fields["area"])}
    person = poor(hukou_type="rural")
    HardshipStatus.objects.create(person=person, status="一户多残")
    Standard.objects.create(
        programme=Programme.objects.get(code="hardship_subsidy"), effective_from=date(2018, 1, 1), grade=1,
        amount=Decimal(amount), **fields,
    )  # fmt: skip
    assert verdict(haizhou_clerk, person, amount=Decimal(amount)) == []
    assert verdict(haizhou_clerk, person, amount=Decimal("370.00")) == ["AMOUNT_NOT_STANDARD"]


def test_of_two_household_classes_the_more_specific_standard_wins(haizhou_clerk, poor):
    person = poor()
    HardshipStatus.objects.create(person=person, status="一户多残")
    programme = Programme.objects.get(code="hardship_subsidy")
    since = {"programme": programme, "effective_from": date(2018, 1, 1), "grade": 1}
    Standard.objects.create(**since, household_class="一户多残", amount=Decimal("410.00"))
    county = Area.objects.get(code="320706")
    Standard.objects.create(**since, household_class="低保", area=county, amount=Decimal("420.00"))
    assert verdict(haizhou_clerk, person, amount=Decimal("420.00")) == []


# -- names and accounts ----------------------------------------------------------------------------------------------


def test_names_are_compared_without_blanks_dots_and_scripts(haizhou_clerk, poor):
    person = poor("阿卜杜拉·买买提")
    assert verdict(haizhou_clerk, person, name="阿卜杜拉•买买提") == []
    assert verdict(haizhou_clerk, poor("张国强"), name="張國強") == []
    assert verdict(haizhou_clerk, poor("李四"), name="李五") == ["NAME_MISMATCH"]


def test_another_account_than_the_registers_is_a_warning(haizhou_clerk, poor):
    one = outcomes(haizhou_clerk, values_of(poor(account_no=ACCOUNT), account_no=OTHER_ACCOUNT))[0]
    assert (one.codes, one.warnings) == ([], ["W_BANK_DIFFERS"])
    same = outcomes(haizhou_clerk, values_of(poor("乙", account_no=ACCOUNT), account_no=ACCOUNT))[0]
    assert (same.codes, same.warnings) == ([], [])


# -- severity as data ------------------------------------------------------------------------------------------------


def with_problem(person, code, column, text, **changes):
    return DataRow("表", 3, values_of(person, **changes), [(code, column, text)])


def judged(staff, *rows):
    judge = RollJudge(Programme.objects.get(code="hardship_subsidy"), Context(staff=staff, month=MARCH))
    return list(judge.judge(rows))


@pytest.mark.parametrize(
    ("severity", "wanted"), [("error", (["BANK_LUHN"], [])), ("warning", ([], ["BANK_LUHN"])), ("ignore", ([], []))]
)
def test_the_programme_says_how_severe_a_check_is(haizhou_clerk, poor, severity, wanted):
    relax("BANK_LUHN", severity)
    row = with_problem(poor(), "BANK_LUHN", "account_no", "12345678", account_no="12345678")
    one = judged(haizhou_clerk, row)[0]
    assert (one.codes, one.warnings) == wanted


@pytest.mark.parametrize(
    "code", ["UNKNOWN_PERSON", "WRONG_DISTRICT", "DUPLICATE_IN_FILE", "ALREADY_PAID", "ID_CHECKSUM", "MISSING_REQUIRED"]
)
def test_no_programme_relaxes_what_makes_a_payment_impossible(haizhou_clerk, poor, code):
    relax(code, "ignore")
    one = judged(haizhou_clerk, with_problem(poor(), code, "id_number", ""))[0]
    assert one.codes == [code]


@pytest.mark.parametrize("severity", ["warning", "ignore"])
def test_a_relaxed_eligibility_check_does_not_switch_off_the_amount(haizhou_clerk, poor, severity):
    relax("INELIGIBLE_HOUSEHOLD", severity)
    person = poor(hardship="普通")
    assert verdict(haizhou_clerk, person, amount=Decimal("370.00")) == []
    assert verdict(haizhou_clerk, person, amount=Decimal("37000.00")) == ["AMOUNT_NOT_STANDARD"]


def test_a_relaxed_grade_check_judges_somebody_without_a_certificate(haizhou_clerk, poor, make_person):
    relax("INELIGIBLE_GRADE", "warning")
    assert verdict(haizhou_clerk, make_person(hardship="低保")) == ["AMOUNT_NOT_STANDARD"]


@pytest.mark.parametrize("amount", ["0", "0.001", "370.005", "100000000.00"])
def test_an_amount_that_nobody_can_be_paid_stays_an_error(haizhou_clerk, poor, amount):
    relax("AMOUNT_NOT_STANDARD", "warning")
    assert verdict(haizhou_clerk, poor("甲"), amount=Decimal("369.00")) == []
    assert verdict(haizhou_clerk, poor("乙"), amount=Decimal(amount)) == ["AMOUNT_NOT_STANDARD"]


def test_findings_come_in_the_order_of_the_rules(haizhou_clerk, poor, make_roll):
    person = poor(died_on=date(2018, 1, 1))
    make_roll(person)
    found = verdict(haizhou_clerk, person, name="别人", amount=Decimal(1), county="东海县")
    assert found == ["NAME_MISMATCH", "PERSON_DEAD", "WRONG_DISTRICT", "ALREADY_PAID", "AMOUNT_NOT_STANDARD"]


def test_records_without_dates_are_in_force_for_all_months():
    undated, ended = [None, None, "a"], [None, date(2019, 2, 28), "b"]
    assert in_force([undated, ended], MARCH) == [undated]
    assert in_force([undated], MARCH) == [undated] and in_force([], MARCH) == []
    assert in_force([[date(2020, 1, 1), None]], date(2019, 12, 1)) == []
