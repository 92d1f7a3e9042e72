"""prepare [--empty]: brings the database to where the portal can serve; can be run again at any time.

The demonstration comes with accounts whose password is printed in the open, so the production profile never loads it
by itself; there it takes the command demo.
"""

from contextlib import suppress
from importlib import import_module

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from beneficiaries.identity import id_digest
from beneficiaries.models import Person
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.encryption.checking import WRONG_DIGEST, WrongKeys, register_keys, wrong_keys
from lianyungang_cdpf.encryption.models import KeyCheck
from lianyungang_cdpf.fields import UnreadableSecret
from lianyungang_cdpf.targets.models import Demonstration

# What is loaded, in this order, under the name that the person at the screen reads.
STEPS = (
    ("lianyungang_cdpf.accounts.loading", "load_areas", "地区和功能板块"),
    ("lianyungang_cdpf.accounts.loading", "load_roles", "角色"),
    ("subsidies.loading", "load_programmes", "补贴项目"),
    ("subsidies.approval.loading", "load_steps", "审批环节"),
    ("subsidies.comparison.loading", "load_list_types", "比对名单种类"),
    ("subsidies.bank.loading", "load_layouts", "报盘格式"),
    ("services.loading", "load_kinds", "服务种类"),
    ("facilities.loading", "load_kinds", "设施种类"),
    ("lianyungang_cdpf.targets.loading", "load_plan", "年度目标"),
)


class Command(BaseCommand):
    """Migrate, load the reference data and, on a new database, the demonstration data."""

    help = "准备数据库：迁移、地区、角色、种类、补贴项目、2019年目标；新库另载入演示数据（--empty 不载入）"
    # The check of the migrations is what this command is for.
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("--empty", action="store_true", help="不载入演示数据")

    def handle(self, *, empty, verbosity, **options):
        self.verbosity = verbosity
        self._say("数据库结构：正在更新……")
        if wrong := wrong_keys():
            raise WrongKeys(wrong)
        call_command("migrate", interactive=False, verbosity=0)
        self._register_keys()
        for module, function, name in STEPS:
            getattr(import_module(module), function)()
            self._say(f"{name}：已就绪")
        if not empty and not settings.PRODUCTION and self._is_new():
            self._say("演示数据：正在生成，约需一两分钟……")
            call_command("demo", verbosity=verbosity, stdout=self.stdout, stderr=self.stderr)
        self._say("准备完成。")

    def _register_keys(self):
        """The digest key is first tried on what is there: a database may be older than its register of keys."""
        people = Person._base_manager.exclude(id_digest="").order_by("pk").values_list("id_number", "id_digest")
        # A wrong field key has its own sentence.
        with suppress(UnreadableSecret):
            if not KeyCheck.objects.exists() and any(id_digest(number) != kept for number, kept in people[:1]):
                raise WrongKeys([WRONG_DIGEST])
        register_keys()

    def _say(self, line: str):
        if self.verbosity:
            self.stdout.write(line)
            self.stdout.flush()

    def _is_new(self) -> bool:
        """Whether nobody is in the register, nobody has an account and no demonstration was ever made here.

        An account means that the database was begun with --empty for real work: a later start without the word
        must not mix invented people into it.
        """
        return not any(model._base_manager.exists() for model in (Person, Staff, Demonstration))
