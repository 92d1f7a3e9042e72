"""Staff's pages: publishing from the roll's page, the ledger, taking down, printing."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import localdate

from lianyungang_cdpf.audit.models import AuditLine
from subsidies.models import Notice, NoticeLine, Objection, Roll


def text(response) -> str:
    return (response.getvalue() if response.streaming else response.content).decode()


def roll_page(roll) -> str:
    return reverse("admin:subsidies_roll_change", args=[roll.pk])


def of_notice(page, notice) -> str:
    return reverse(f"notice:{page}", args=[notice.pk])


def test_a_clerk_publishes_from_the_rolls_page_with_what_stands_in_the_form(submitted, sign_in, haizhou_clerk):
    client, path = sign_in(haizhou_clerk), reverse("notice:publish", args=[submitted.pk])
    assert path in text(client.get(roll_page(submitted)))
    form = client.get(path).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = client.post(path, {**sent, "phone": "0518-00000000"})
    assert answer.headers["Location"] == roll_page(submitted)
    notice = Notice.objects.get()
    assert (notice.starts_on, notice.ends_on) == (localdate(), localdate() + timedelta(days=6))
    shown = text(client.get(roll_page(submitted)))
    assert notice.title in shown and "公示中" in shown and path not in shown


def test_the_form_says_what_is_missing_and_keeps_what_was_typed(submitted, sign_in, haizhou_clerk):
    path = reverse("notice:publish", args=[submitted.pk])
    answer = sign_in(haizhou_clerk).post(path, {"title": "海州公示", "starts_on": "2019-01-01"})
    assert answer.status_code == 422
    shown = text(answer)
    assert "请填写监督电话" in shown and "海州公示" in shown and not Notice.objects.exists()


def test_a_past_day_is_refused_at_its_box(submitted, sign_in, haizhou_clerk, told):
    path = reverse("notice:publish", args=[submitted.pk])
    past = {**told, "starts_on": "2019-01-01", "at": submitted.stands_at}
    answer = sign_in(haizhou_clerk).post(path, past)
    assert answer.status_code == 422 and "不能从过去的日期开始" in text(answer)
    assert not Notice.objects.exists()


def test_a_roll_that_moved_meanwhile_is_not_published(submitted, sign_in, haizhou_clerk, told):
    path = reverse("notice:publish", args=[submitted.pk])
    answer = sign_in(haizhou_clerk).post(path, {**told, "at": "posted.0.0"})
    assert answer.status_code == 422 and "与您打开页面时不同" in text(answer)


def test_who_may_not_publish_sees_no_button(submitted, sign_in, make_staff, make_roll, make_person, haizhou_clerk):
    reviewer, path = make_staff("reviewer", role="district_reviewer"), reverse("notice:publish", args=[submitted.pk])
    assert path not in text(sign_in(reviewer).get(roll_page(submitted)))
    assert sign_in(reviewer).get(path).status_code == 403
    posted = make_roll(make_person("王五"), reference="R-9", month=submitted.month.replace(month=5))
    assert reverse("notice:publish", args=[posted.pk]) not in text(sign_in(haizhou_clerk).get(roll_page(posted)))


def test_a_clerk_takes_a_notice_down(publish, submitted, sign_in, haizhou_clerk):
    notice, client = publish(submitted), sign_in(haizhou_clerk)
    record = reverse("admin:subsidies_notice_change", args=[notice.pk])
    assert of_notice("take_down", notice) in text(client.get(record))
    assert "请填写原因" in text(client.post(of_notice("take_down", notice), {"reason": ""}))
    assert client.post(of_notice("take_down", notice), {"reason": "联系电话写错了"}).headers["Location"] == record
    shown = text(client.get(record))
    assert "已撤下" in shown and of_notice("take_down", notice) not in shown and not NoticeLine.objects.exists()


def test_a_clerk_records_an_objection_and_its_result(publish, submitted, sign_in, haizhou_clerk):
    notice, client = publish(submitted), sign_in(haizhou_clerk)
    record = reverse("admin:subsidies_notice_change", args=[notice.pk])
    sent = {
        "phone": "0518-11111111", "contact": "", "posted_at": "", "objections-TOTAL_FORMS": 1,
        "objections-INITIAL_FORMS": 0, "objections-0-received_on": f"{localdate():%Y-%m-%d}",
        "objections-0-content": "有人已经去世", "objections-0-result": "已核实停发", "title": "改了标题",
    }  # fmt: skip
    late = {**sent, "objections-0-received_on": f"{localdate() + timedelta(days=1):%Y-%m-%d}"}
    assert "日期不能晚于今天" in text(client.post(record, late)) and not Objection.objects.exists()
    assert client.post(record, sent).status_code == 302
    assert (Objection.objects.get().content, Notice.objects.get().phone) == ("有人已经去世", "0518-11111111")
    assert Notice.objects.get().title == notice.title


def test_the_print_has_a_sheet_for_each_village_or_town(publish, make_roll, make_person, walk, sign_in, haizhou_clerk):
    people = [make_person(name, village=village) for name, village in (("张建国", "新东村"), ("李梅", "南城村"))]
    notice, client = publish(walk(make_roll(*people), to="submitted")), sign_in(haizhou_clerk)
    by_village = text(client.get(of_notice("print", notice)))
    assert by_village.count('class="sheet"') == 2
    for word in ("新东村", "南城村", "张*国", "李*", "0518-00000000", notice.period, notice.issuer):
        assert word in by_village
    assert "张建国" not in by_village
    assert text(client.get(of_notice("print", notice), {"by": "town"})).count('class="sheet"') == 1
    assert AuditLine.objects.filter(deed="打印公示").count() == 2


def test_an_ended_notice_is_not_printed(publish, submitted, sign_in, haizhou_clerk):
    from subsidies.notices.ending import remove_ended

    notice = publish(submitted)
    remove_ended(notice.ends_on + timedelta(days=1))
    shown = text(sign_in(haizhou_clerk).get(of_notice("print", notice)))
    assert "名单已删除" in shown and "sheet" not in shown.split("<main")[1].replace("sheets", "")


def test_the_ledger_filters_what_runs(publish, submitted, sign_in, haizhou_clerk):
    notice, client = publish(submitted), sign_in(haizhou_clerk)
    path = reverse("admin:subsidies_notice_changelist")
    assert notice.title in text(client.get(path, {"running": "yes"}))
    Roll.objects.update(round=2)
    assert notice.title not in text(client.get(path, {"running": "yes"}))


def test_the_pages_are_sound(publish, submitted, see, sound, live_portal, haizhou_clerk):
    see(haizhou_clerk)
    sound(live_portal.url + reverse("notice:publish", args=[submitted.pk]), "R-1")
    notice = publish(submitted)
    sound(live_portal.url + roll_page(submitted), "R-1", "prepare_320706", "poster")
    sound(live_portal.url + of_notice("take_down", notice))
    sound(live_portal.url + of_notice("print", notice))
