"""T1: every kind of event of the table leaves exactly one line, with who, as what, where, whence, when and on what."""

import pytest
from django.utils import timezone

from lianyungang_cdpf import arrival
from lianyungang_cdpf.audit import chain
from lianyungang_cdpf.audit.models import AuditLine
from tests.audit.stories import FEWEST, STORIES

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def from_somewhere():
    """As within a request from an address."""
    token = arrival.begin("10.1.2.3")
    yield arrival.current()
    arrival.end(token)


@pytest.fixture
def looked_through(monkeypatch):
    """Files are kept as they come: what a child makes of them is tried elsewhere."""
    monkeypatch.setattr("lianyungang_cdpf.intake.attaching.cleaned", lambda content, form: content)
    return lambda upload: upload


def wrong_with(line: AuditLine, step, begun) -> list[str]:
    """What of the line does not say what it has to."""
    by = step.by
    told = {
        "staff": line.staff == by,
        "username": line.username == (by.username if by else "system"),
        "role": line.role == (by.role.name if by else ""),
        "place": line.place == (by.area.path if by else ""),
        "address": line.address in ("10.1.2.3", "127.0.0.1"),
        "request": len(line.request_id) == 32,
        "when": begun <= line.at <= timezone.now(),
        "object": bool(line.object_type and line.object_id) == step.on,
        "result": line.result == step.result,
        "mac": chain.vouches(line.mac, chain.said_by(line)),
    }
    return [name for name, holds in told.items() if not holds]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_every_event_of_the_story_leaves_one_line_that_says_all(story, request, city, from_somewhere):
    wrong = {}
    for step in story(request.getfixturevalue):
        before, begun = AuditLine.objects.order_by("-pk").values_list("pk", flat=True).first() or 0, timezone.now()
        step.cause()
        new = list(AuditLine.objects.filter(pk__gt=before).select_related("staff__role", "staff__area"))
        lines = [line for line in new if line.deed == step.deed]
        if len(lines) != 1:
            wrong[step.deed] = [line.deed for line in new]
        elif problems := wrong_with(lines[0], step, begun):
            wrong[step.deed] = problems
    assert not wrong


def test_the_table_has_sixty_kinds_of_events():
    """Counted from the source, so that the test stands alone."""
    import re
    from pathlib import Path

    from tests.audit import stories

    named = set(re.findall(r'yield Step\(f?"([^"]+)"', Path(stories.__file__).read_text(encoding="utf-8")))
    assert len(named) >= FEWEST
