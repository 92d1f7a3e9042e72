"""An invented city is the same city wherever it is invented."""

import io

from django.core.management import call_command
from django.db import transaction

from tests.management.test_demo import told


def test_the_same_seed_gives_the_same_figures(city):
    figures = []
    for _ in range(2):
        with transaction.atomic():
            call_command("demo", people=600, stdout=io.StringIO())
            figures.append(told())
            transaction.set_rollback(True)
    assert figures[0] == figures[1]
    assert figures[0]["health_check"]["value"] > 0
