from django.db import migrations

from lianyungang_cdpf.targets import versions

TABLES = (
    "accounts_area", "accounts_zone", "targets_plan", "targets_target", "targets_allocation",
    "targets_allocationchange", "targets_plannedpoint", "targets_dayfigure",
    "targets_demonstration",
)  # fmt: skip


def note(apps, schema_editor):
    versions.create(schema_editor, TABLES)


def note_no_more(apps, schema_editor):
    versions.drop(schema_editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0008_money_by_month"),
        ("accounts", "0002_api_tokens"),
        ("metrics", "0001_first_records"),
    ]

    operations = [migrations.RunPython(note, note_no_more)]
