from django.db import migrations

import lianyungang_cdpf.fields
from lianyungang_cdpf.fields import seal_rows


def seal(apps, schema_editor):
    """Seal what is there as it stands: from now on a change from outside is noticed."""
    seal_rows(apps.get_model('intake', 'RowDecision').objects.all(), ('job_id', 'sheet', 'row'))
    seal_rows(apps.get_model('intake', 'ImportRow').objects.all(), ('job_id', 'sheet', 'row', 'verdict'))
    for runs in ('KeptRows', 'ImportTrace'):
        seal_rows(apps.get_model('intake', runs).objects.all(), ('job_id', 'position'))


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0006_what_an_import_wrote'),
    ]

    operations = [
        migrations.AddField(
            model_name='importrow',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.AddField(
            model_name='importtrace',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.AddField(
            model_name='keptrows',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.AddField(
            model_name='rowdecision',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
