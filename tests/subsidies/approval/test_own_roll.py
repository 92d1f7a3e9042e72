"""Who prepared a roll gets no approval of it through, whichever way they try (test-cases.md C5; races: test_races.py).

The preparer here is a clerk who posted the roll and has been given the reviewer's role since.
"""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import NoReverseMatch, reverse

from lianyungang_cdpf.accounts.models import Role, Staff
from lianyungang_cdpf.intake.correcting import RowRefused, accept_row, correct_row
from subsidies.approval.actions import approve_roll, return_roll, submit_roll
from subsidies.approval.chain import waiting_for
from subsidies.invariants import breaches
from subsidies.models import Approval, ApprovalStep, Roll

NOT_YOU, REASON = "不能再由您办理“审核”，请由其他人员办理。", "第三行金额不对"
ACCOUNT = "6299999630040357070"


def as_reviewer(staff) -> Staff:
    """The account with another role, as the next request loads it."""
    Staff.objects.filter(pk=staff.pk).update(role=Role.objects.get(code="district_reviewer"))
    return Staff.objects.get(pk=staff.pk)


@pytest.fixture
def roll(make_roll, make_person, haizhou_clerk, walk):
    posted = make_roll(make_person("甲"), make_person("乙"))
    Roll.objects.filter(pk=posted.pk).update(posted_by=haizhou_clerk)
    return walk(Roll.objects.get(pk=posted.pk), to="submitted")


@pytest.fixture
def preparer(roll, haizhou_clerk):
    return as_reviewer(haizhou_clerk)


@pytest.fixture(autouse=True)
def nothing_was_taken(request, db):
    """However it was tried: the roll waits for the step for which it waited, and nobody who made it took one."""
    yield
    if "roll" in request.fixturenames:
        roll = Roll.objects.select_related("next_step").get(reference="R-1")
        assert (roll.state, roll.next_step.code) == ("submitted", "review")
        assert not roll.approvals.filter(taken_by=roll.posted_by).exists()
        assert list(breaches()) == []


def refused(deed, **given) -> str:
    with pytest.raises(ValidationError) as error:
        deed(**given)
    return error.value.messages[0]


def at(deed, roll) -> str:
    return reverse(f"roll:{deed}", args=[roll.pk])


def test_by_the_deeds(roll, preparer):
    assert preparer.has_perm("subsidies.review_roll"), "the role alone would do"
    assert refused(approve_roll, roll=roll, by=preparer).endswith(NOT_YOU)
    assert refused(return_roll, roll=roll, by=preparer, reason=REASON).endswith(NOT_YOU)
    assert not waiting_for(preparer)


def test_by_a_second_account_of_the_same_person(roll, haizhou_clerk, make_staff):
    """test-cases.md A12. The first account is out of force, or the second would not have got its role."""
    Staff.objects.filter(pk=haizhou_clerk.pk).update(employee_no="0717", is_active=False)
    second = make_staff("second", role="district_reviewer", employee_no="0717")
    assert refused(approve_roll, roll=roll, by=second).endswith(NOT_YOU)
    assert roll not in waiting_for(second)
    assert roll in waiting_for(make_staff("other", role="district_reviewer", employee_no="0718"))


def test_with_every_right_there_is(roll, haizhou_clerk):
    Staff.objects.filter(pk=haizhou_clerk.pk).update(is_superuser=True)
    assert refused(approve_roll, roll=roll, by=Staff.objects.get(pk=haizhou_clerk.pk)).endswith(NOT_YOU)


def test_by_the_pages(roll, preparer, sign_in):
    client = sign_in(preparer)
    assert (
        at("approve", roll) not in client.get(reverse("admin:subsidies_roll_change", args=[roll.pk])).content.decode()
    )
    for deed, fields in (("approve", {}), ("return", {"reason": REASON})):
        answer = client.post(at(deed, roll), {"at": roll.stands_at, **fields})
        assert answer.status_code == 422 and NOT_YOU in answer.content.decode()


def test_by_a_page_opened_before_the_role_changed(roll, haizhou_clerk, sign_in):
    """The session of the old role ends; in a new one the form that is open counts for nothing more."""
    client = sign_in(haizhou_clerk)
    seen = client.get(at("approve", roll)).context["form"]["at"].value()
    assert seen == roll.stands_at
    assert client.post(at("approve", roll), {"at": seen}).status_code == 422, "not yet"
    reviewer = as_reviewer(haizhou_clerk)
    answer = client.post(at("approve", roll), {"at": seen})
    assert answer.status_code == 302 and answer.url.startswith(reverse("admin:login"))
    assert Roll.objects.get(pk=roll.pk).stands_at == seen
    answer = sign_in(reviewer).post(at("approve", roll), {"at": seen})
    assert answer.status_code == 422 and NOT_YOU in answer.content.decode()


def test_by_two_tabs(roll, preparer, sign_in, taker):
    """Both are open before the roll comes back and is handed in again; sent off after, each as it was opened."""
    client = sign_in(preparer)
    tabs = {deed: client.get(at(deed, roll)).context["form"]["at"].value() for deed in ("approve", "return")}
    submit_roll(roll=return_roll(roll=roll, by=taker("review"), reason=REASON), by=taker("prepare"))
    for deed, seen in tabs.items():
        answer = client.post(at(deed, roll), {"at": seen, "reason": REASON})
        assert answer.status_code == 422 and "与您打开页面时不同" in answer.content.decode()
        answer = client.post(at(deed, roll), {"at": Roll.objects.get(pk=roll.pk).stands_at, "reason": REASON})
        assert answer.status_code == 422 and NOT_YOU in answer.content.decode()


def test_by_the_admin(roll, preparer, sign_in):
    client = sign_in(preparer)
    page = reverse("admin:subsidies_roll_change", args=[roll.pk])
    assert client.post(page, {"state": "approved", "next_step": "", "digest": "0" * 64}).status_code == 403
    with pytest.raises(NoReverseMatch):
        reverse("admin:subsidies_approval_add")


def test_by_the_admins_action_of_finance(make_roll, make_person, haizhou_clerk, walk, sign_in):
    posted = make_roll(make_person("甲"), reference="R-2")
    Roll.objects.filter(pk=posted.pk).update(posted_by=haizhou_clerk)
    roll = walk(Roll.objects.get(pk=posted.pk), to="approved")
    Staff.objects.filter(pk=haizhou_clerk.pk).update(role=Role.objects.get(code="finance"))
    chosen = {"action": "mark_paid", "_selected_action": [roll.pk], "confirmed": "1", "paid_on": "2019-03-28"}
    finance = Staff.objects.get(pk=haizhou_clerk.pk)
    answer = sign_in(finance).post(reverse("admin:subsidies_roll_changelist"), chosen, follow=True)
    assert "不能再由您办理“发放”" in answer.content.decode()
    assert Roll.objects.get(pk=roll.pk).state == "approved"


def test_by_the_api(roll, preparer, sign_in):
    """Programs read rolls; there is no address that approves one."""
    client = sign_in(preparer)
    assert client.get(f"/api/v1/rolls/{roll.pk}").json()["next_step"] == "审核"
    for method in ("post", "put", "patch", "delete"):
        for path in (f"rolls/{roll.pk}", "rolls"):
            given = {"data": {"state": "approved"}, "content_type": "application/json"}
            assert getattr(client, method)(f"/api/v1/{path}", **given).status_code == 405
        for deed in ("approve", "return", "pay", "approvals"):
            assert getattr(client, method)(f"/api/v1/rolls/{roll.pk}/{deed}").status_code == 404


def test_by_the_shell(roll, preparer):
    step = ApprovalStep.objects.get(code="review")
    true = {"prepared_by": roll.posted_by, "uploaded_by": roll.posted_by}
    other = Staff.objects.exclude(pk=preparer.pk).first()
    given = {"roll": roll, "step": step, "deed": "approve", "round": roll.round, "taken_by": preparer}
    for copied, said in (
        (true, "roll_approved_by_another_than_prepared_it"),
        (dict.fromkeys(true, other), "与花名册的编制人不符"),
    ):
        for write in (Approval.objects.create, lambda **fields: Approval.objects.bulk_create([Approval(**fields)])):
            with pytest.raises(IntegrityError, match=said), transaction.atomic():
                write(**given, **copied)
    with pytest.raises(ValidationError, match="编制花名册的人不能审批它"):
        Approval(**given, **true).full_clean()


def test_a_state_written_by_hand_is_found(roll):
    with transaction.atomic():
        Roll.objects.filter(pk=roll.pk).update(state="approved", digest="0" * 64)
        found = list(breaches())
        transaction.set_rollback(True)
    assert f"I4：花名册 {roll.reference} 没有审批通过的记录，却已是待发放或已发放。" in found


# -- who corrected a row prepared the roll too -------------------------------------------------------------------


@pytest.fixture
def odd(standards, send, run_import, make_person, haizhou_clerk):
    """An import of two rows, the first with an amount that is not the standard's."""
    people = [make_person(name, category=4, grade=1, hardship="低保") for name in ("甲一", "乙二")]
    rows = [[one.name, one.id_number, amount, ACCOUNT] for one, amount in zip(people, ("369", "370"), strict=True)]
    return run_import(send(haizhou_clerk, "hardship_subsidy", [["姓名", "身份证号", "金额", "银行账号"], *rows]))


def corrected(job, by, version, **texts):
    correct_row(job=job, sheet="", row=2, texts=texts, version=version, by=by)


def test_by_who_corrected_a_row_that_somebody_else_corrected_after_them(odd, make_staff, post, walk):
    """A decision names the last who touched its row; the amount was typed by the one before."""
    first, last = make_staff("first"), make_staff("last")
    corrected(odd, first, 0, amount="370")
    corrected(odd, last, 1, account_no="6299999630040357070", name="甲一")
    assert post(odd).state == "posted"
    roll = walk(Roll.objects.get(), to="submitted")
    for staff in map(as_reviewer, (first, last)):
        assert refused(approve_roll, roll=roll, by=staff).endswith(NOT_YOU)
        assert not waiting_for(staff)
    step = ApprovalStep.objects.get(code="review")
    Approval.objects.create(
        roll=roll, step=step, deed="approve", round=1, taken_by=first, prepared_by=roll.posted_by,
        uploaded_by=roll.job.staff,
    )  # fmt: skip
    assert "I4：花名册 " + roll.reference + " 的“审核”由编制它的人自己办理。" in list(breaches())


def test_who_corrected_a_row_before_somebody_else_accepts_none_of_the_import(odd, make_staff):
    first, last = make_staff("first"), make_staff("last")
    corrected(odd, first, 0, amount="368")
    corrected(odd, last, 1, amount="367")
    with pytest.raises(RowRefused, match="您改正过的行"):
        accept_row(job=odd, sheet="", row=2, reason="发放标准有误", version=2, by=as_reviewer(first))
