"""Claims about the pages of bulletins: one click, who sees and does what, files, and their look."""

import io
from datetime import date

from django.urls import reverse
from docx import Document

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.targets.bulletin import pdf
from lianyungang_cdpf.targets.bulletin.models import BulletinSection
from lianyungang_cdpf.targets.models import Bulletin

INDEX = reverse("bulletin:index")


def address(page, bulletin):
    return reverse(f"bulletin:{page}", args=[bulletin.pk])


def test_one_click_writes_the_month_as_a_page(seeded, sign_in):
    page = sign_in(seeded)
    assert "2019年9月" in page.get(INDEX).content.decode()
    answer = page.post(INDEX, {"month": "2019-9"}, follow=True)
    assert "截至9月底，全市已为3名残疾人发放困难生活补贴，完成年度目标的75.0%" in answer.content.decode()
    assert '<option value="2019-9">' not in page.get(INDEX).content.decode()


def test_one_click_writes_the_month_as_a_word_file(seeded, sign_in):
    answer = sign_in(seeded).post(INDEX, {"month": "2019-9", "word": "1"})
    texts = [one.text for one in Document(io.BytesIO(answer.content)).paragraphs]
    assert any("已为3名残疾人发放困难生活补贴" in text for text in texts)
    assert answer["Content-Disposition"] == 'attachment; filename="bulletin-2019-09-1.docx"'
    assert AuditLine.objects.filter(deed="下载通报").count() == 1


def test_a_month_that_can_not_be_told_gets_a_sentence(seeded, sign_in):
    answer = sign_in(seeded).post(INDEX, {"month": "2019-12"})
    assert answer.status_code == 422
    assert "这个月还不能起草通报，或者已有通报，请重新选择。" in answer.content.decode()


def test_the_editor_saves_a_section_and_hears_of_a_wrong_number(draft, sign_in):
    page = sign_in(draft.drafted_by)
    form = page.get(address("edit", draft)).context["form"]
    data = {name: form[name].value() for name in form.fields}
    group = draft.sections.get(kind="group", heading="生活保障")
    data[f"text-{group.position}"] = group.text.replace("75.0%", "99.0%")
    assert page.post(address("edit", draft), data).status_code == 302
    answer = page.get(address("page", draft)).content.decode()
    assert "有 1 处与台账不一致" in answer and "中的99.0%" in answer
    stale = page.post(address("edit", draft), data)
    assert stale.status_code == 422 and "被别人改过" in stale.content.decode()
    page.post(address("redraft", draft), {"seen": 1})
    assert "75.0%" in BulletinSection.objects.get(bulletin=draft, position=group.position).text


def test_the_leader_issues_and_the_drafter_can_not(draft, leader, sign_in):
    told = {"seen": draft.revision, "issued_on": "2019-10-09"}
    assert sign_in(draft.drafted_by).post(address("issue", draft), told).status_code == 403
    assert sign_in(leader).post(address("issue", draft), told).status_code == 302
    assert Bulletin.objects.get(pk=draft.pk).reference == "2019年第1期"
    assert sign_in(draft.drafted_by).get(address("edit", draft)).status_code == 404
    made = sign_in(draft.drafted_by).post(address("correct", draft), {"seen": draft.revision})
    assert made.url == address("edit", Bulletin.objects.get(version=2))


def test_a_district_reads_what_is_issued_and_finds_no_draft(draft, leader, haizhou_clerk, sign_in):
    page = sign_in(haizhou_clerk)
    for name in ("page", "docx", "xlsx", "pdf"):
        assert page.get(address(name, draft)).status_code == 404
    assert draft.title not in page.get(INDEX).content.decode()
    sign_in(leader).post(address("issue", draft), {"seen": draft.revision, "issued_on": "2019-10-09"})
    answer = page.get(address("page", draft)).content.decode()
    assert "2019年第1期" in answer and ">更正<" not in answer
    assert page.get(address("docx", draft)).status_code == 200
    assert page.post(INDEX, {"month": "2019-8"}).status_code == 403


def test_town_clerks_have_no_bulletins(make_staff, sign_in):
    town = sign_in(make_staff("town", area="320706006", role="town_clerk"))
    assert town.get(INDEX).status_code == 403


def test_where_no_pdf_can_be_made_the_page_says_what_to_install(draft, sign_in, monkeypatch):
    def lacking(paper):
        raise pdf.NotPrinted(pdf.NO_PANGO)

    monkeypatch.setattr(pdf, "printed", lacking)
    answer = sign_in(draft.drafted_by).get(address("pdf", draft))
    assert answer.status_code == 503
    assert "apt-get install libpango-1.0-0" in answer.content.decode()


def test_a_bulletin_takes_few_statements(issued, haizhou_clerk, sign_in, django_assert_max_num_queries):
    page = sign_in(haizhou_clerk)
    with django_assert_max_num_queries(14):
        page.get(address("page", issued))


def test_the_pages_are_sound(issued, leader, see, sound, make_person, pay):
    from lianyungang_cdpf.targets.bulletin.actions import correct_bulletin, issue_bulletin

    pay(make_person(area="320722101"), 8)
    later = correct_bulletin(bulletin=issued, by=issued.drafted_by)
    see(issued.drafted_by)
    for path in (INDEX, address("page", issued), address("edit", later)):
        sound(path)
    BulletinSection.objects.filter(bulletin=later, kind="overview").update(text="完成12项。")
    see(leader)
    sound(address("issue", later))
    issue_bulletin(
        bulletin=later, by=leader, seen=later.revision, issued_on=date(2019, 10, 20), accepts_differences=True
    )
    sound(address("page", issued))
