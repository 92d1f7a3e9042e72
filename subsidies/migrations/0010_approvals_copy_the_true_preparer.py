from django.db import migrations

from subsidies.approval import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('subsidies', '0009_public_notices'),
    ]

    operations = [
        # All are made anew, with the one that is new.
        migrations.RunPython(triggers.drop, triggers.create),
        migrations.RunPython(triggers.create, triggers.drop),
    ]
