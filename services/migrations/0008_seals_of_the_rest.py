from django.db import migrations

import lianyungang_cdpf.fields
from lianyungang_cdpf.fields import seal_rows


def seal(apps, schema_editor):
    """Seal what is there as it stands: from now on a change from outside is noticed."""
    seal_rows(apps.get_model('services', 'SchoolEnrolment').objects.all(), ('service_ptr_id',))


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0007_who_is_served_in_a_facility'),
    ]

    operations = [
        migrations.AddField(
            model_name='schoolenrolment',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
