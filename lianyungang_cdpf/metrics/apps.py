from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "lianyungang_cdpf.metrics"
    verbose_name = "统计口径"
