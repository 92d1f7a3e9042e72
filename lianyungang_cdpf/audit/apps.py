from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "lianyungang_cdpf.audit"
    verbose_name = "操作日志"

    def ready(self):
        from lianyungang_cdpf.audit import checks  # noqa: F401 - registers itself
        from lianyungang_cdpf.audit.signs import listen

        listen()
