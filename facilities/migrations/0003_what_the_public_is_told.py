from django.db import migrations, models

# The plan's kinds but 居家康复点, which may be somebody's home; kinds that a city added are for it to tick.
NOBODYS_HOME = [
    "disabled_persons_home", "rehab_station", "device_station", "spinal_hope_home", "rehab_education_pilot",
    "training_base",
]  # fmt: skip


def tell(apps, schema_editor):
    apps.get_model("facilities", "FacilityKind").objects.filter(code__in=NOBODYS_HOME).update(is_public=True)


class Migration(migrations.Migration):
    dependencies = [("facilities", "0002_stages_money_and_inspections")]

    operations = [
        migrations.AddField(
            model_name="facility",
            name="public_phone",
            field=models.CharField(
                blank=True,
                help_text="对外公布，只填单位的服务电话，不填个人电话。",
                max_length=40,
                verbose_name="对外电话",
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="services_offered",
            field=models.CharField(
                blank=True, help_text="对外公布，写明能办什么。", max_length=200, verbose_name="服务内容"
            ),
        ),
        migrations.AddField(
            model_name="facilitykind",
            name="is_public",
            field=models.BooleanField(
                default=False,
                help_text="勾选的，运行中的设施列在公众网站上；设在残疾人家中的种类不要勾选。",
                verbose_name="对外公布",
            ),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
