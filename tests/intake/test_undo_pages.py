"""撤销导入 on its page: every kind has one, who may opens it, and what stands in the way is named there."""

import re

from django.urls import resolve, reverse

from beneficiaries.models import Person
from lianyungang_cdpf.intake.kinds import Kind, all_kinds, kind_named
from lianyungang_cdpf.intake.models import ImportJob
from subsidies.models import Roll
from tests.fixtures_city import DONGHAI_TOWN, make_id
from tests.intake.made_imports import made_import

NEW = make_id(300)
COMMON = "intake:undo"
# Kinds whose undoing is a page of their app; their tests are with those.
OWN = {"services:undo", "services:undo_stays", "facility:undo", "split:undo"}


def page_of(job) -> str:
    return reverse("intake:undo", args=[job.uid])


def row(number=NEW, name="张三", **more):
    return {"姓名": name, "身份证号": number, "县区": "海州区", **more}


def test_every_kind_of_import_has_its_undoing(standards, make_staff, sign_in):
    """The table kind -> page; a kind that comes without one fails here."""
    root = make_staff("root", area="320700", role="city_operator")
    root.is_superuser = True
    root.save()
    client, table = sign_in(root), {kind.code: kind.undo_page for kind in all_kinds()}
    assert {"register", "households", "merges", "payment_history", "pension_premium", "hardship_subsidy"} <= set(table)
    assert {code for code, page in table.items() if not page} == set()
    assert set(table.values()) - {COMMON} <= OWN
    for code, page in table.items():
        job = made_import(root, "posted", kind=code)
        assert resolve(reverse(page, args=[job.uid])).func is not None
        if page == COMMON:
            assert type(kind_named(code)).undo is not Kind.undo, code
            assert client.get(page_of(job)).status_code == 200, code


def test_the_result_and_the_list_lead_to_the_page(take_in, haizhou_clerk, sign_in):
    job, client = take_in("register", row()), sign_in(haizhou_clerk)
    for address in (reverse("intake:job", args=[job.uid]), reverse("intake:front")):
        assert f'href="{page_of(job)}"' in client.get(address).content.decode()


def test_the_list_offers_to_undo_only_what_is_posted(take_in, take_back, haizhou_clerk, sign_in):
    job = take_back(take_in("register", row()))
    front = sign_in(haizhou_clerk).get(reverse("intake:front")).content.decode()
    assert page_of(job) not in front and "已撤销" in front


def test_with_a_reason_the_import_is_undone_and_its_page_says_so(take_in, haizhou_clerk, sign_in):
    job, client = take_in("register", row()), sign_in(haizhou_clerk)
    answer = client.post(page_of(job), {"reason": "传错了文件"}, follow=True)
    page = answer.content.decode()
    assert "本次导入已撤销" in page and "传错了文件" in page and "新建的 1 份档案" in page
    assert not Person.objects.exists()
    assert "现在没有需要您办理的事项" in client.get(page_of(job)).content.decode()
    assert client.post(page_of(job), {"reason": "再来一次"}).status_code == 409


def test_without_a_reason_nothing_is_undone(take_in, haizhou_clerk, sign_in):
    job = take_in("register", row())
    assert sign_in(haizhou_clerk).post(page_of(job), {"reason": "  "}).status_code == 422
    assert Person.objects.count() == 1


def test_who_may_not_post_may_not_undo(take_in, make_staff, sign_in, donghai_clerk):
    job = take_in("register", row())
    reviewer = make_staff("reviewer", role="district_reviewer")
    assert sign_in(reviewer).post(page_of(job), {"reason": "传错了文件"}).status_code == 403
    assert sign_in(donghai_clerk).post(page_of(job), {"reason": "传错了文件"}).status_code == 404
    assert Person.objects.count() == 1


def test_who_stands_in_the_way_is_named_masked_and_linked(
    take_in, haizhou_clerk, sign_in, make_roll, standards, snapshot
):
    numbers = [make_id(number) for number in range(300, 322)]
    job = take_in("register", *(row(number, f"张三{chr(0x4E00 + at)}") for at, number in enumerate(numbers)))
    paid = [Person.objects.numbered(number).get() for number in numbers]
    for at, person in enumerate(paid):
        make_roll(person, reference=f"R-{at}")
    before = snapshot()
    answer = sign_in(haizhou_clerk).post(page_of(job), {"reason": "传错了文件"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "其中 22 人的记录有了后续变动" in page
    linked = re.findall(r'<a href="(/admin/people/\d+/)"><bdi>', page)
    assert linked == [reverse("one_person", args=[person.pk]) for person in paid[:20]]
    assert "另有 2 人没有列出" in page and "补贴发放 1 条" in page
    assert "320701********" in page and not any(number in page for number in numbers)
    assert snapshot() == before and ImportJob.objects.get(pk=job.pk).state == "posted"


def test_of_somebody_who_is_elsewhere_by_now_only_the_number_is_told(take_in, haizhou_clerk, sign_in):
    from lianyungang_cdpf.accounts.models import Area

    job = take_in("register", row(name="欧阳慧敏"))
    Person.objects.update(area=Area.objects.get(code=DONGHAI_TOWN))
    page = sign_in(haizhou_clerk).post(page_of(job), {"reason": "传错了文件"}).content.decode()
    assert "欧阳慧敏" not in page and "涉及的 1 人现在不在本辖区" in page


def test_a_roll_is_undone_from_its_import_as_long_as_it_is_not_under_approval(
    send, run_import, post, standards, make_person, haizhou_clerk, sign_in, walk
):
    person = make_person("甲", category=4, grade=1, hardship="低保")
    lines = [["姓名", "身份证号", "金额"], ["甲", person.id_number, "370"]]
    client = sign_in(haizhou_clerk)

    def posted():
        return post(run_import(send(haizhou_clerk, "hardship_subsidy", lines)))

    job = posted()
    assert job.state == "posted"
    assert client.post(page_of(job), {"reason": "金额有误"}).status_code == 302
    assert Roll.objects.get().state == "undone" and ImportJob.objects.get(pk=job.pk).state == "undone"
    again = posted()
    assert again.state == "posted" and again.same_as is None
    walk(Roll.objects.get(job=again), to="submitted")
    answer = client.post(page_of(again), {"reason": "金额有误"})
    assert answer.status_code == 409 and "没有提交审批的花名册可以撤销" in answer.content.decode()


def test_the_page_is_sound_at_both_widths(transactional_db, take_in, haizhou_clerk, see, sound, make_roll, standards):
    job = take_in("register", row(), row(make_id(301), "李四"))
    for at, person in enumerate(Person.objects.all()):
        make_roll(person, reference=f"R-{at}")
    page = see(haizhou_clerk)
    sound(page_of(job))
    page.goto(page_of(job))
    page.fill("[name=reason]", "传错了文件")
    page.get_by_role("button", name="撤销这次导入").click()
    page.get_by_text("妨碍撤销的记录").wait_for()
    sound.here()
    sound(reverse("intake:front"))
