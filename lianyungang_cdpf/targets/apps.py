from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "lianyungang_cdpf.targets"
    verbose_name = "目标"

    def ready(self):
        # Imported for its system check.
        from lianyungang_cdpf.targets import catalogue  # noqa: F401
