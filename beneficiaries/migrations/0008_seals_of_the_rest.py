from django.db import migrations

import lianyungang_cdpf.fields
from lianyungang_cdpf.fields import seal_rows


def seal(apps, schema_editor):
    """Seal what is there as it stands: from now on a change from outside is noticed."""
    seal_rows(apps.get_model('beneficiaries', 'Certificate').objects.all(), ('person_id', 'category', 'grade'))


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0007_seals_of_rows_with_secrets'),
    ]

    operations = [
        migrations.AddField(
            model_name='certificate',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
