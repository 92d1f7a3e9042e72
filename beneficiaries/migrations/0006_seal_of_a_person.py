from django.db import migrations

import lianyungang_cdpf.fields
from beneficiaries.identity import person_seal
from lianyungang_cdpf.intake.bulk import update_rows

ROWS_AT_ONCE = 5_000


def seal(apps, schema_editor):
    """Seal who is on file as they stand: from now on a change from outside is noticed."""
    people = apps.get_model('beneficiaries', 'Person').objects.order_by('pk')
    columns, last = ('pk', 'name_key', 'id_digest', 'phone_digest', 'account_digest'), 0
    while rows := list(people.filter(pk__gt=last).values_list(*columns)[:ROWS_AT_ONCE]):
        update_rows(people.model, 'id', ('seal',), [(pk, person_seal(*sealed)) for pk, *sealed in rows])
        last = rows[-1][0]


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0005_digests_and_names_indexed_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, db_default='', default='', editable=False, max_length=64, verbose_name='封签'),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
