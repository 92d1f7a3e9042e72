"""Education grants: a disabled student by their own certificate, a child by the parent's, once per school year."""

import json
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from beneficiaries.models import Basis, Person
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.models import ImportJob
from subsidies.actions import undo_roll
from subsidies.models import EducationGrant
from tests.fixtures_city import make_id
from tests.subsidies.yearly.conftest import ACCOUNT, GRANT, student

KIND = "education_grant"
DONGHAI_TOWN = "320722101"
CHILD = make_id(3, date(2003, 3, 3))


@pytest.fixture
def parent(make_person):
    return make_person("王建国", category=4, grade=3, area="320706006")


def test_a_child_who_is_not_disabled_is_put_on_file_with_the_parent(posted, parent, no_breach):
    roll = posted(KIND, student("王小明", CHILD, parent))
    child = Person.objects.get(basis=Basis.FAMILY_MEMBER)
    assert (child.name, child.id_number, child.area, child.pinyin) == ("王小明", CHILD, parent.area, "wangxiaoming")
    assert not child.certificates.exists()
    payment = roll.payments.get()
    assert (payment.person, payment.month, payment.amount, payment.account_no) == (
        child, date(2019, 9, 1), 1000, ACCOUNT
    )  # fmt: skip
    grant = payment.grant
    assert (grant.school_year, grant.stage, grant.school, grant.student_no) == (2019, "高中", "海州中学", f"G{CHILD}")
    assert (grant.kind, grant.parent) == ("child_of_disabled", parent)
    assert AuditLine.objects.filter(deed="登记残疾人家庭成员", summary="1 人").exists()
    no_breach()


def test_the_student_number_is_encrypted_in_the_database(posted, parent):
    posted(KIND, student("王小明", CHILD, parent))
    with connection.cursor() as cursor:
        cursor.execute("SELECT student_no FROM subsidies_educationgrant")
        assert CHILD.encode() not in bytes(cursor.fetchone()[0])


def test_a_disabled_student_is_judged_by_their_own_certificate(posted, judged, make_person, parent):
    holder = make_person("李同学", category=2, grade=2)
    roll = posted(KIND, student("李同学", holder.id_number, certificate=""))
    grant = EducationGrant.objects.get(payment__roll=roll)
    assert (grant.kind, grant.parent, grant.payment.person) == ("disabled_student", None, holder)
    lapsed = make_person("赵同学", category=2, grade=2)
    lapsed.certificates.update(status="expired")
    assert judged(KIND, student("赵同学", lapsed.id_number, parent)) == ["CERT_EXPIRED"]


@pytest.mark.parametrize(
    ("stage", "amount", "codes"),
    [
        ("高一", "1000", ""), ("中专", "1000", ""), ("大学本科", "1500", ""), ("高职", "1500", ""),
        ("五年制大专二年级", "1000", ""), ("五年制大专四年级", "1500", ""), ("八年级", "600", ""), ("小学", "500", ""),
        ("高一", "1500", "AMOUNT_NOT_STANDARD"), ("本科", "1000", "AMOUNT_NOT_STANDARD"),
        ("在读", "1000", "STAGE_UNKNOWN"),
    ],
)  # fmt: skip
def test_the_standard_is_that_of_the_stage(judged, parent, stage, amount, codes):
    assert judged(KIND, student("王小明", CHILD, parent, stage=stage, amount=amount)) == [codes]


def test_a_parent_is_looked_for_in_the_register(judged, parent, make_person):
    certificate = parent.certificates.get().number
    regraded = certificate[:-1] + "1"
    unknown = f"{make_id(499, date(1970, 1, 1))}41"
    rows = [
        student("王小明", CHILD, certificate=""),
        student("王小红", make_id(4, date(2003, 3, 4)), certificate=unknown),
        student("王小强", make_id(5, date(2003, 3, 5)), parent, parent_name="王建军"),
        student("王小丽", make_id(6, date(2003, 3, 6)), parent, certificate=regraded),
    ]
    assert judged(KIND, *rows) == ["PARENT_MISSING", "PARENT_UNKNOWN", "PARENT_NAME_MISMATCH", "PARENT_CERT_INVALID"]
    parent.certificates.update(status="cancelled")
    assert judged(KIND, student("王小明", CHILD, parent)) == ["PARENT_CERT_INVALID"]


def test_of_a_parent_of_another_county_nothing_is_told(judged, posted, make_person, office, send, run_import):
    foreign = make_person("朱外人", area=DONGHAI_TOWN, category=4, grade=1, died_on=date(2018, 1, 1))
    foreign.certificates.update(status="cancelled")
    row = student("朱小明", CHILD, foreign, parent_name="朱某某", amount="9")
    assert judged(KIND, row, row) == ["WRONG_DISTRICT", "WRONG_DISTRICT"]
    job = ImportJob.objects.latest("id")
    messages = json.loads(job.rows.first().payload)["messages"]
    assert [one["code"] for one in messages] == ["WRONG_DISTRICT"]
    assert not Person.objects.filter(basis=Basis.FAMILY_MEMBER).exists()


def test_a_child_on_file_elsewhere_is_not_ones_own(judged, parent, make_person):
    make_person("王小明", id_number=CHILD, area=DONGHAI_TOWN, basis=Basis.FAMILY_MEMBER)
    assert judged(KIND, student("王小明", CHILD, parent)) == ["WRONG_DISTRICT"]


def test_a_student_is_paid_once_per_school_year(posted, judged, parent):
    row = student("王小明", CHILD, parent)
    assert judged(KIND, row, row) == ["", "DUPLICATE_IN_FILE"]
    posted(KIND, row)
    row = student("王小明", CHILD, parent, amount="1000.00")
    assert judged(KIND, row) == ["ALREADY_PAID"]
    assert judged(KIND, row, month=date(2018, 9, 1)) == [""]


def test_the_database_refuses_a_second_grant_of_the_school_year(posted, parent):
    payment = posted(KIND, student("王小明", CHILD, parent)).payments.get()
    payment.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        payment.save(force_insert=True)


def test_the_database_refuses_a_childs_grant_without_the_parent(posted, parent):
    posted(KIND, student("王小明", CHILD, parent))
    with pytest.raises(IntegrityError), transaction.atomic():
        EducationGrant.objects.update(parent=None)


def test_undoing_keeps_the_child_on_file_and_frees_the_school_year(posted, parent, haizhou_clerk, no_breach):
    undo_roll(roll=posted(KIND, student("王小明", CHILD, parent)), by=haizhou_clerk)
    assert EducationGrant.objects.live().count() == 0
    again = posted(KIND, student("王小明", CHILD, parent), name="again.csv")
    assert again.payments.get().person == Person.objects.get(basis=Basis.FAMILY_MEMBER)
    no_breach()


def test_a_list_is_judged_and_posted_in_a_few_statements(send, run_import, office, make_person, post):
    def statements(count, born):
        parents = [make_person(f"家长{born}{n}", category=4, grade=1) for n in range(count)]
        children = [make_id(n, date(born, 5, 5)) for n in range(count)]
        rows = [student("孩子", child, one) for child, one in zip(children, parents, strict=True)]
        job = send(office, KIND, [GRANT, *rows], month=date(2019, 9, 1), name=f"{born}.csv")
        with CaptureQueriesContext(connection) as queries:
            assert post(run_import(job)).applied_rows == count
        return len(queries)

    assert statements(2, 2004) == statements(40, 2005) <= 120
