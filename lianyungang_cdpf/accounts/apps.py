from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lianyungang_cdpf.accounts"
    verbose_name = "账号与地区"

    def ready(self):
        from django.contrib.auth.signals import user_logged_in

        from lianyungang_cdpf.accounts import checks  # noqa: F401 - registers itself
        from lianyungang_cdpf.accounts.duties import checks as duties_checks  # noqa: F401 - registers itself
        from lianyungang_cdpf.accounts.signin.sessions import begin

        user_logged_in.connect(begin, dispatch_uid="accounts.signin.begin")
