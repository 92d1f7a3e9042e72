"""What was decided about rows is still told when the purge has emptied what the file and the clerk had written."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from lianyungang_cdpf.intake.correcting import accept_row, leave_row_out
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.views.decided import EMPTIED
from tests.intake.corrections.conftest import WRONG_ACCOUNT

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(roll, people, line, correct, reviewer, post):
    """A roll of which a row was corrected, one put right in name by a reviewer, and one left out; posted."""
    rows = [line(people[0], amount="1"), line(people[1], account=WRONG_ACCOUNT), line(people[2], amount="2")]
    job = roll(rows)
    correct(job, 2, amount="370")
    accept_row(job=job, sheet="", row=3, reason="存折账号，核对无误", version=0, by=reviewer)
    leave_row_out(job=job, sheet="", row=4, version=0, by=job.staff)
    job.refresh_from_db()
    return post(job)


def told(client, job) -> str:
    answer = client.get(reverse("intake:job", args=[job.uid]))
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_page_of_an_import_whose_rows_were_emptied_says_so(decided, sign_in, haizhou_clerk):
    client = sign_in(haizhou_clerk)
    counted = "改正 1 行，删去 1 行，审核接受 1 行"
    assert counted in told(client, decided) and EMPTIED not in told(client, decided)
    ImportJob.objects.filter(pk=decided.pk).update(finished_at=timezone.now() - timedelta(days=1096))
    call_command("purge")
    assert not any(one.original or one.values for one in decided.decisions.all())
    text = told(client, decided)
    assert counted in text and text.count(EMPTIED) == 3 and "理由：存折账号，核对无误" in text
    assert client.get(reverse("intake:grid", args=[decided.uid]) + "?what=decided").status_code == 200
