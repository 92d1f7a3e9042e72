from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "lianyungang_cdpf.targets"
    verbose_name = "目标"
