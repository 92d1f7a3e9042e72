"""Lists are deleted when their time is over, whatever else was forgotten."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.management.commands.worker import Command as Worker
from subsidies.models import Notice, NoticeLine, Roll
from subsidies.notices.ending import remove_ended


def test_the_list_stays_through_the_last_day_and_goes_the_day_after(publish, submitted):
    notice = publish(submitted)
    assert remove_ended(notice.ends_on) == 0
    assert NoticeLine.objects.count() == 2
    after = notice.ends_on + timedelta(days=1)
    assert remove_ended(after) == 1
    kept = Notice.objects.get()
    assert (kept.lines.count(), kept.line_count, kept.lines_removed_on) == (0, 2, after)
    assert AuditLine.objects.filter(deed="公示期满删除名单", username="system").count() == 1
    assert remove_ended(after) == 0


def test_a_notice_whose_roll_came_back_unnoticed_is_taken_down(publish, submitted):
    publish(submitted)
    Roll.objects.update(state="posted", frozen_at=None, next_step=None)
    assert remove_ended() == 1
    kept = Notice.objects.get()
    assert kept.taken_down_on == localdate() and not NoticeLine.objects.exists()


@pytest.mark.parametrize("start", ["purge", "worker"])
def test_the_purge_and_the_worker_delete_lists(publish, submitted, start):
    publish(submitted)
    yesterday = localdate() - timedelta(days=1)
    Notice.objects.update(starts_on=yesterday, ends_on=yesterday)
    if start == "worker":
        Worker()._purge_daily()
    else:
        said = StringIO()
        call_command("purge", stdout=said)
        assert "公示名单（公示期满即删除）：已清理 1 条" in said.getvalue()
    assert not NoticeLine.objects.exists()
