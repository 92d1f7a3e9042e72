"""Each breach of what must hold for notices is told, and a sound database has none."""

from datetime import timedelta

from django.utils.timezone import localdate

from subsidies.invariants import breaches
from subsidies.models import Notice, NoticeLine, Roll


def test_a_running_and_an_ended_notice_break_nothing(publish, submitted):
    from subsidies.notices.ending import remove_ended

    notice = publish(submitted)
    assert list(breaches()) == []
    remove_ended(notice.ends_on + timedelta(days=1))
    assert list(breaches()) == []


def test_a_list_that_outlasts_its_period_by_a_day_is_told(publish, submitted):
    publish(submitted)
    yesterday = localdate() - timedelta(days=1)
    Notice.objects.update(starts_on=yesterday, ends_on=yesterday)
    assert list(breaches()) == []
    Notice.objects.update(starts_on=yesterday - timedelta(days=1), ends_on=yesterday - timedelta(days=1))
    (told,) = breaches()
    assert "名单却还没有删除" in told


def test_a_list_of_a_roll_that_came_back_is_told(publish, submitted):
    publish(submitted)
    Roll.objects.update(round=2)
    assert [told for told in breaches() if "花名册已退回" in told]


def test_lines_that_are_too_few_or_should_be_gone_are_told(publish, submitted):
    publish(submitted)
    NoticeLine.objects.filter(position=1).delete()
    assert [told for told in breaches() if "与登记的人数不符" in told]
    Notice.objects.update(lines_removed_on=localdate())
    assert [told for told in breaches() if "却还有名单" in told]
