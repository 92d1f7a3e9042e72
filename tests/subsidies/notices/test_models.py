"""What the database itself refuses of notices."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from subsidies.models import Notice, NoticeLine


def refused(name, **values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Notice.objects.update(**values)


def test_a_notice_ends_no_earlier_than_it_begins(publish, submitted):
    publish(submitted)
    refused("notice_days_in_order", ends_on=date(2019, 1, 1))


def test_a_notice_taken_down_has_a_day_and_a_reason_and_no_lines(publish, submitted):
    publish(submitted)
    today = localdate()
    refused("notice_taken_down_has_day_and_reason", taken_down_on=today, lines_removed_on=today)
    refused("notice_taken_down_has_day_and_reason", taken_down_why="名单有误要重做")
    refused("notice_taken_down_keeps_no_lines", taken_down_on=today, taken_down_why="名单有误要重做")


def test_a_notice_names_whom_to_call(publish, submitted):
    publish(submitted)
    refused("notice_has_a_phone", phone="")


def test_a_round_of_a_roll_has_one_standing_notice(publish, submitted):
    notice = publish(submitted)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(
            roll=submitted, round=1, title="又一个", place="海州区", issuer="海州区", starts_on=notice.starts_on,
            ends_on=notice.ends_on, phone="1", names="masked", made_by=notice.made_by,
        )  # fmt: skip
    assert Notice.objects.count() == 1


def test_a_line_has_its_own_position_and_an_amount(publish, submitted):
    publish(submitted)
    for values in ({"position": 1}, {"amount": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoticeLine.objects.update(**values)
