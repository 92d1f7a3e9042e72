"""The pages of role changes: who opens them, what they say, and that they do what they say."""

import pytest

from lianyungang_cdpf.accounts.duties.models import RoleChange
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.audit.models import AuditLine
from tests.accounts.duties.conftest import REASON

LIST = "/admin/duties/"


def page(change, deed=""):
    return f"{LIST}{change.pk}/{deed}"


def test_one_proposes_and_another_approves(security_admin, system_admin, haizhou_clerk, sign_in):
    proposer, decider = sign_in(security_admin), sign_in(system_admin)
    sent = {"staff": haizhou_clerk.pk, "role": "district_clerk", "place": "320722", "reason": REASON}
    answer = proposer.post(f"{LIST}propose/", sent)
    change = RoleChange.objects.get()
    assert (answer.status_code, answer.url) == (302, page(change))
    own = proposer.get(page(change)).content.decode()
    assert "请由另一人批准或驳回" in own and ">批准</a>" not in own and ">撤回</a>" in own
    theirs = decider.get(page(change)).content.decode()
    assert "县区经办，海州区" in theirs and "县区经办，东海县" in theirs and ">批准</a>" in theirs
    assert decider.post(page(change, "approve/"), {"answer": ""}).status_code == 302
    haizhou_clerk.refresh_from_db()
    assert haizhou_clerk.place_name == "东海县"
    assert "已批准" in decider.get(LIST).content.decode()


def test_who_approves_reads_before_and_after_that_the_owner_begins_anew(
    propose, security_admin, system_admin, haizhou_clerk, sign_in
):
    decider = sign_in(system_admin)
    newcomer = Staff.objects.create(username="new", area=security_admin.area, is_staff=True)
    change, usual = propose(newcomer, "security_admin"), propose(haizhou_clerk)
    told = "bin/manage changepassword new"
    assert told in decider.get(page(change, "approve/")).content.decode()
    assert "changepassword" not in decider.get(page(usual, "approve/")).content.decode()
    assert told not in decider.get(page(change, "refuse/")).content.decode()
    after = decider.post(page(change, "approve/"), {"answer": ""}, follow=True).content.decode()
    assert "已作废" in after and told in after


def test_an_own_proposal_approved_by_its_author_is_refused_and_written_down(
    propose, security_admin, haizhou_clerk, sign_in
):
    change = propose(haizhou_clerk)
    answer = sign_in(security_admin).post(page(change, "approve/"), {"answer": ""})
    assert answer.status_code == 409 and "请由另一人批准或驳回" in answer.content.decode()
    line = AuditLine.objects.get(result="refused")
    assert (line.deed, line.username) == ("拒绝操作：不合规则或当前状态", "security")
    assert line.summary == f"409 POST duties:approve（编号 {change.pk}）"
    haizhou_clerk.refresh_from_db()
    assert haizhou_clerk.role.code == "district_clerk"


def test_the_system_administrator_proposes_nothing(system_admin, propose, haizhou_clerk, sign_in):
    client, change = sign_in(system_admin), propose(haizhou_clerk)
    assert client.get(f"{LIST}propose/").status_code == 403
    assert client.post(page(change, "withdraw/")).status_code == 403
    assert "propose/" not in client.get(LIST).content.decode()


def test_nobody_else_opens_these_pages(propose, haizhou_clerk, donghai_clerk, sign_in):
    client, change = sign_in(donghai_clerk), propose(haizhou_clerk)
    for address in (
        LIST,
        f"{LIST}propose/",
        *(page(change, deed) for deed in ("", "approve/", "refuse/", "withdraw/")),
    ):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"staff": ""}, "请选择账号。"),
        ({"role": ""}, "请选择新角色。"),
        ({"place": "320799"}, "没有代码为“320799”的地区或功能板块"),
        ({"reason": "调岗"}, "请写明理由，至少五个字。"),
        ({"role": "leader"}, "角色“领导”只适用于市一级"),
    ],
)
def test_the_page_says_what_is_wrong(security_admin, haizhou_clerk, sign_in, wrong, sentence):
    sent = {"staff": haizhou_clerk.pk, "role": "finance", "place": "", "reason": REASON, **wrong}
    answer = sign_in(security_admin).post(f"{LIST}propose/", sent)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not RoleChange.objects.exists()


def test_the_list_asks_no_more_for_more_changes(
    propose, security_admin, haizhou_clerk, donghai_clerk, sign_in, django_assert_max_num_queries
):
    client = sign_in(security_admin)
    for staff in (haizhou_clerk, donghai_clerk):
        propose(staff, "finance")
    client.get(LIST)
    with django_assert_max_num_queries(8):
        assert client.get(LIST).content.decode().count("待批准</td>") == 2


def test_the_pages_are_sound(propose, security_admin, system_admin, haizhou_clerk, donghai_clerk, see, sound):
    propose(donghai_clerk, "finance")
    change = propose(haizhou_clerk)
    newcomer = Staff.objects.create(username="new", area=haizhou_clerk.area, is_staff=True)
    assert newcomer.role is None
    see(system_admin)
    for address in (LIST, page(change), page(change, "approve/"), page(change, "refuse/")):
        sound(address, "haizhou", "clerk", "donghai")
    see(security_admin)
    sound(f"{LIST}propose/", "haizhou", "donghai", "clerk", "system", "xuwei", "new", "keeper")
