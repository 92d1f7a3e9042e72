from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('encryption', '0002_digests_on_their_way_to_another_key'),
    ]

    operations = [
        # What was staged before counts for no key: key 0 is the first that was in force, to which nothing goes over.
        migrations.AddField(
            model_name='stageddigest',
            name='key_id',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='目标密钥编号'),
            preserve_default=False,
        ),
    ]
