from django.db import migrations

import lianyungang_cdpf.fields
from lianyungang_cdpf.fields import seal_rows


def seal(apps, schema_editor):
    """Seal what is there as it stands: from now on a change from outside is noticed."""
    seal_rows(apps.get_model('beneficiaries', 'Guardian').objects.all(), ('person_id', 'name'))
    seal_rows(apps.get_model('beneficiaries', 'FormerNumber').objects.all(), ('person_id',))
    seal_rows(apps.get_model('beneficiaries', 'Merge').objects.all(), ('gone_id',))
    seal_rows(apps.get_model('beneficiaries', 'Transfer').objects.all(), ('requested_by_id', 'name', 'receiving_unit'))


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0006_seal_of_a_person'),
    ]

    operations = [
        migrations.AddField(
            model_name='formernumber',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.AddField(
            model_name='guardian',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.AddField(
            model_name='merge',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
