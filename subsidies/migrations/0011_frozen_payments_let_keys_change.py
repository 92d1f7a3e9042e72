from django.db import migrations

from subsidies.approval import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('subsidies', '0010_approvals_copy_the_true_preparer'),
    ]

    operations = [
        # All are made anew: that of changed payments lets an account through that is sealed by another key.
        migrations.RunPython(triggers.drop, triggers.create),
        migrations.RunPython(triggers.create, triggers.drop),
    ]
