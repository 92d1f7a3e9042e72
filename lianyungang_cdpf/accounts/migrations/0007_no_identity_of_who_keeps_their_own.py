from django.db import migrations


def end_given_identities(apps, schema_editor):
    """Who keeps the accounts gave them: by its identity nobody signs in as whoever gives the roles, or reads the log."""
    Staff = apps.get_model('accounts', 'Staff')
    Staff.objects.filter(role__code__in=('security_admin', 'audit_admin')).update(identity=None)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_seals_of_rows_with_secrets'),
    ]

    operations = [
        migrations.RunPython(end_given_identities, migrations.RunPython.noop),
    ]
