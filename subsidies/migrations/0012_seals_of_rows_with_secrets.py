from django.db import migrations

import lianyungang_cdpf.fields
from lianyungang_cdpf.fields import seal_rows


def seal(apps, schema_editor):
    """Seal what is there as it stands: from now on a change from outside is noticed."""
    seal_rows(apps.get_model('subsidies', 'BankLine').objects.all(), ('file_id', 'payment_id'))
    seal_rows(apps.get_model('subsidies', 'ComparisonEntry').objects.all(), ('listed_in_id', 'row', 'name'))


class Migration(migrations.Migration):

    dependencies = [
        ('subsidies', '0011_frozen_payments_let_keys_change'),
    ]

    operations = [
        migrations.AddField(
            model_name='bankline',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.AddField(
            model_name='comparisonentry',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
