from django.db import migrations

import lianyungang_cdpf.fields
from lianyungang_cdpf.fields import seal_rows
from subsidies.approval import triggers


def seal(apps, schema_editor):
    """Seal what is there as it stands: from now on a change from outside is noticed."""
    seal_rows(apps.get_model('subsidies', 'EducationGrant').objects.all(), ('payment_id', 'school_year'))
    payments = apps.get_model('subsidies', 'Payment').objects.all()
    seal_rows(payments, ('roll_id', 'programme_id', 'month', 'person_id'))


class Migration(migrations.Migration):

    dependencies = [
        ('subsidies', '0012_seals_of_rows_with_secrets'),
    ]

    operations = [
        migrations.RunPython(triggers.drop, triggers.create),
        migrations.AddField(
            model_name='educationgrant',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.AddField(
            model_name='payment',
            name='seal',
            field=lianyungang_cdpf.fields.SealField(blank=True, default=None, editable=False, max_length=64, null=True, verbose_name='封签'),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RunPython(triggers.create, triggers.drop),
    ]
