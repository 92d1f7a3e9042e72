from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "lianyungang_cdpf.intake"
    verbose_name = "导入"
