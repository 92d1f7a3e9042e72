"""Starting an import: the same file twice is one import, an old preview gives way to a new one."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

pytestmark = pytest.mark.django_db
ROLL = "姓名,身份证号,补贴金额\n张三,320701198001010031,300\n".encode()


def start(by, content: bytes = ROLL):
    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named

    upload = ContentFile(content, name="名册.csv")
    return start_import(by=by, kind=kind_named("hardship_subsidy"), upload=upload, month=date(2019, 3, 1), queue=False)


def ready(job, *, minutes_ago: int = 0):
    from lianyungang_cdpf.intake.models import ImportJob

    made = timezone.now() - timedelta(minutes=minutes_ago)
    ImportJob.objects.filter(pk=job.pk).update(state=ImportJob.State.READY, created_at=made)


def test_a_double_click_is_one_import(haizhou_clerk):
    first = start(haizhou_clerk)

    assert start(haizhou_clerk).pk == first.pk


def test_a_fresh_preview_is_shown_again(haizhou_clerk):
    first = start(haizhou_clerk)
    ready(first)

    assert start(haizhou_clerk).pk == first.pk


def test_an_old_preview_gives_way_to_the_same_file_sent_anew(haizhou_clerk):
    first = start(haizhou_clerk)
    ready(first, minutes_ago=5)

    second = start(haizhou_clerk)

    first.refresh_from_db()
    assert second.pk != first.pk
    assert (first.state, first.stored_name) == ("discarded", "")


def test_two_clerks_may_send_the_same_file(haizhou_clerk, donghai_clerk):
    assert start(haizhou_clerk).pk != start(donghai_clerk).pk
