from django.apps import AppConfig
from django.core.checks import register


class EncryptionConfig(AppConfig):
    name = "lianyungang_cdpf.encryption"
    verbose_name = "加密"

    def ready(self):
        """Every command that looks at the system before it runs, looks at the keys too."""
        from lianyungang_cdpf.encryption.checking import check_keys

        register(check_keys)
