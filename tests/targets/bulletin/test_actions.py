"""Claims about the life of a bulletin: drafted from the records, edited, issued by another, replaced by a later one."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.bulletin import sources
from lianyungang_cdpf.targets.bulletin.actions import (
    correct_bulletin,
    draft_bulletin,
    edit_bulletin,
    issue_bulletin,
    redraft_bulletin,
)
from lianyungang_cdpf.targets.bulletin.checking import Checked
from lianyungang_cdpf.targets.models import Bulletin, Target

ISSUED_ON = date(2019, 10, 9)
HARDSHIP = "已为3名残疾人发放困难生活补贴，完成年度目标的75.0%，距目标还差1人，进度滞后"


def text_of(bulletin, kind, heading=""):
    return bulletin.sections.get(kind=kind, heading=heading).text


def edit(bulletin, by, seen=None, **texts):
    """Put the texts of sections, by kind."""
    positions = {section.position: texts[section.kind] for section in bulletin.sections.all() if section.kind in texts}
    told = {name: getattr(bulletin, name) for name in ("title", "recipients", "unit")}
    seen = bulletin.revision if seen is None else seen
    return edit_bulletin(bulletin=bulletin, by=by, seen=seen, texts=positions, **told)


def issue(bulletin, by, **more):
    return issue_bulletin(bulletin=bulletin, by=by, **{"seen": bulletin.revision, "issued_on": ISSUED_ON, **more})


def test_a_draft_tells_the_month_by_its_last_day(draft):
    assert draft.as_of == date(2019, 9, 30)
    assert text_of(draft, "group", "生活保障").startswith(f"截至9月底，全市{HARDSHIP}；尚未为残疾人发放护理补贴，")
    assert text_of(draft, "laggards").startswith("重度残疾人护理补贴：全市尚无完成数，还差1.7万人；任务未分解到各地。")
    assert text_of(draft, "laggards").splitlines()[-1] == (
        "困难残疾人生活补贴：全市完成75.0%，还差1人；进度落后的有赣榆区（尚无完成数，差2人），东海县（50.0%，差1人）。"
    )
    assert "排在前列的是海州区（到期1项，达到序时1项）" in text_of(draft, "ranking")
    assert [(one.rank, one.place_name, one.good, one.lagging) for one in draft.standings.all()] == [
        (1, "海州区", 1, 0), (2, "东海县", 0, 1), (3, "赣榆区", 0, 1),
    ]  # fmt: skip
    line = AuditLine.objects.get(deed="起草通报")
    assert (line.staff, line.summary) == (draft.drafted_by, "2019年9月")


def test_a_month_has_one_bulletin_and_must_have_begun(draft):
    with pytest.raises(ValidationError, match="2019年9月已有通报"):
        draft_bulletin(year=2019, month=9, by=draft.drafted_by)
    for year, month in ((2019, 10), (2018, 12)):
        with pytest.raises(ValidationError, match="还没有开始"):
            draft_bulletin(year=year, month=month, by=draft.drafted_by)


def test_districts_and_supervision_speak_through_the_sources(seeded, monkeypatch):
    def reported(year, month):
        donghai = next(unit for unit in scopes.units() if unit.code == "320722")
        return [(donghai, Target.objects.get(key="hardship_subsidy"), f"{year}年{month}月新增对象待审定。")]

    monkeypatch.setattr(sources, "SOURCES", (reported, lambda year, month: []))
    draft = draft_bulletin(year=2019, month=9, by=seeded)
    assert text_of(draft, "reasons") == "东海县反映，困难残疾人生活补贴：2019年9月新增对象待审定。"


def test_an_edited_number_and_a_moved_record_are_pointed_out(draft, make_person, pay):
    assert Checked(draft).count == 0
    text = text_of(draft, "group", "生活保障").replace("3名", "4名", 1)
    positions = {draft.sections.get(kind="group", heading="生活保障").position: text}
    edit_bulletin(
        bulletin=draft, by=draft.drafted_by, seen=0, title=draft.title, recipients=draft.recipients, unit=draft.unit,
        texts=positions,
    )  # fmt: skip
    wrong = HARDSHIP.replace("3名", "4名")
    assert [one.words for one in Checked(draft).strangers] == [f"“截至9月底，全市{wrong}”中的4"]
    pay(make_person(area="320722101"), 8)
    assert [one.sentence for one in Checked(draft).moved] == [
        "困难残疾人生活补贴：通报为3人（目标4，滞后），台账现为4人（目标4，提前完成）",
        "困难残疾人生活补贴（东海县）：通报为1人（目标2，滞后），台账现为2人（目标2，提前完成）",
    ]


def test_rewriting_puts_the_records_of_now_and_keeps_what_people_wrote(draft, make_person, pay):
    edit(draft, draft.drafted_by, next_steps="请各地加快进度。", overview="总的看，进展顺利。")
    pay(make_person(area="320722101"), 8)
    draft.refresh_from_db()
    redraft_bulletin(bulletin=draft, by=draft.drafted_by, seen=draft.revision)
    assert text_of(draft, "group", "生活保障").startswith("截至9月底，全市已为4名残疾人发放困难生活补贴")
    assert text_of(draft, "next_steps") == "请各地加快进度。"
    assert text_of(draft, "overview").startswith("截至9月底")
    assert Checked(draft).count == 0


def test_who_opened_an_older_page_does_not_overrun(draft):
    edit(draft, draft.drafted_by, closing="特此通报！")
    with pytest.raises(ValidationError, match="被别人改过"):
        edit(draft, draft.drafted_by, seen=0, closing="以上通报。")
    assert text_of(draft, "closing") == "特此通报！"


def test_issuing_gives_number_day_and_issuer(issued, leader):
    issued.refresh_from_db()
    assert (issued.reference, issued.issued_on, issued.issued_by) == ("2019年第1期", ISSUED_ON, leader)
    assert issued.standing == "已签发"
    assert AuditLine.objects.get(deed="签发通报").summary == "2019年第1期"


def test_who_drafted_or_last_edited_can_not_issue(draft, make_staff):
    both = make_staff("both", area="320700", role="district_reviewer")
    for bulletin, by in ((draft, both), (draft, draft.drafted_by)):
        Bulletin.objects.filter(pk=draft.pk).update(edited_by=both)
        draft.refresh_from_db()
        with pytest.raises(ValidationError):
            issue(bulletin, by)
    now = timezone.now()
    for field in ("drafted_by", "edited_by"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Bulletin.objects.filter(pk=draft.pk).update(
                number=9, issued_on=ISSUED_ON, issued_at=now, issued_by=getattr(draft, field)
            )


def test_by_no_second_account_of_theirs_either(draft, make_staff):
    Staff.objects.filter(pk=draft.drafted_by_id).update(employee_no="0717")
    with pytest.raises(ValidationError, match="请由另一人签发"):
        issue(draft, make_staff("second", area="320700", role="leader", employee_no="0717"))
    assert issue(draft, make_staff("other", area="320700", role="leader", employee_no="0718")).is_issued


@pytest.mark.parametrize(("role", "place"), [("district_reviewer", "320706"), ("finance", "320700")])
def test_only_the_citys_reviewers_and_leaders_issue(role, place, draft, make_staff):
    with pytest.raises(ValidationError, match="只有市级审核人员和领导"):
        issue(draft, make_staff("other", area=place, role=role))


def test_a_day_before_the_figures_or_in_the_future_is_refused(draft, leader):
    for day in (date(2019, 9, 29), date(2999, 1, 1)):
        with pytest.raises(ValidationError, match="成文日期不能"):
            issue(draft, leader, issued_on=day)


def test_what_differs_from_the_records_is_issued_knowingly_only(draft, leader, make_person, pay):
    pay(make_person(area="320722101"), 8)
    with pytest.raises(ValidationError, match="处与台账不一致"):
        issue(draft, leader)
    issued = issue(draft, leader, accepts_differences=True)
    assert "与台账不一致，已确认" in AuditLine.objects.get(deed="签发通报").summary
    assert issued.is_issued


def test_an_issued_bulletin_is_not_edited(issued):
    with pytest.raises(ValidationError, match="已签发，不能再改"):
        edit(issued, issued.drafted_by, closing="改")
    with pytest.raises(ValidationError, match="已签发，不能再改"):
        redraft_bulletin(bulletin=issued, by=issued.drafted_by, seen=issued.revision)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE targets_bulletin SET title = '改'",
        "DELETE FROM targets_bulletin",
        "UPDATE targets_bulletinsection SET text = '改'",
        "DELETE FROM targets_bulletinsection WHERE position = 1",
        "UPDATE targets_bulletinsection SET position = position + 100",
        "UPDATE targets_bulletinfigure SET value = 9",
        "DELETE FROM targets_bulletinfigure",
        "DELETE FROM targets_bulletinstanding",
        "INSERT INTO targets_bulletinstanding (bulletin_id, position, \"rank\", place_name, assessed, good, behind, "
        "lagging) SELECT id, 99, 1, '甲', 1, 1, 0, 0 FROM targets_bulletin",
    ],
)  # fmt: skip
def test_the_database_keeps_an_issued_bulletin_as_it_is(statement, issued):
    with pytest.raises(IntegrityError, match="通报已签发"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_draft_is_open_to_the_same_statements(draft):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE targets_bulletinsection SET text = '改'")
        cursor.execute("DELETE FROM targets_bulletinstanding")
    assert text_of(draft, "closing") == "改"


def test_a_corrected_bulletin_is_a_version_that_says_what_it_replaces(issued, leader, make_person, pay):
    pay(make_person(area="320722101"), 8)
    before = {section.position: section.text for section in issued.sections.all()}
    later = correct_bulletin(bulletin=issued, by=issued.drafted_by)
    assert (later.version, later.replaces, later.is_issued) == (2, issued, False)
    assert later.title == f"{issued.title}（更正）"
    assert "已为4名残疾人发放困难生活补贴" in text_of(later, "group", "生活保障")
    assert text_of(later, "closing") == "本通报替代2019年第1期通报，原通报同时作废。特此通报。"
    assert Bulletin.objects.get(pk=issued.pk).standing == "已签发"
    issue(later, leader)
    assert Bulletin.objects.get(pk=later.pk).reference == "2019年第2期"
    assert Bulletin.objects.get(pk=issued.pk).standing == "已被替代"
    assert {section.position: section.text for section in issued.sections.all()} == before
    with pytest.raises(ValidationError, match="已有更正的一版"):
        correct_bulletin(bulletin=issued, by=issued.drafted_by)


def test_districts_see_what_is_issued_and_no_draft(draft, leader, haizhou_clerk):
    assert not Bulletin.objects.visible_to(haizhou_clerk).exists()
    issue(draft, leader)
    assert list(Bulletin.objects.visible_to(haizhou_clerk)) == [draft]
    haizhou_clerk.is_active = False
    assert not Bulletin.objects.visible_to(haizhou_clerk).exists()
