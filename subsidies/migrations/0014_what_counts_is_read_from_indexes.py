from django.db import migrations

# For the board after a posting. Read from the table, a year's payments push out what the posting has just left in the
# server's memory, ever more of it with the years on file, and it is the reader who waits until that is on the disk.
# SQLite has no such columns of an index, and its file is small.
INDEXES = {
    "payment_counted_by_month": "(programme_id, month) INCLUDE (area_id, person_id, roll_id) "
                                "WHERE live AND returned_on IS NULL AND policy_id IS NULL",
    "payment_counted_by_roll": "(roll_id) INCLUDE (programme_id, area_id, amount) "
                               "WHERE live AND returned_on IS NULL",
}
# An index alone answers for pages that the server has swept, which it does of itself with a fifth of the table new.
SWEPT = "autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000"


def create(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, columns in INDEXES.items():
        schema_editor.execute(f"CREATE INDEX {name} ON subsidies_payment {columns}")
    schema_editor.execute(f"ALTER TABLE subsidies_payment SET ({SWEPT})")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX {name}")
    schema_editor.execute(
        "ALTER TABLE subsidies_payment RESET "
        "(autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold)"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('subsidies', '0013_seals_of_the_rest'),
    ]

    operations = [migrations.RunPython(create, drop)]
