from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lianyungang_cdpf.accounts"
    verbose_name = "账号与地区"
