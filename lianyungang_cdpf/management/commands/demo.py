"""Demonstration data: an invented city as of 30 September 2019."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lianyungang_cdpf.management.demonstration.city import NotEmpty, make_city
from lianyungang_cdpf.management.demonstration.shares import WHOLE_CITY

SEED = 2019


class Command(BaseCommand):
    """Fills a prepared database that holds no people."""

    help = "生成演示数据（身份证号前缀 320701，数字均为虚构）。"

    def add_arguments(self, parser):
        parser.add_argument("--people", type=int, default=WHOLE_CITY, help=f"人数（默认 {WHOLE_CITY}）")
        parser.add_argument("--seed", type=int, default=SEED, help=f"随机种子（默认 {SEED}）")

    def handle(self, *args, **options):
        if not 1 <= options["people"] <= 300_000:
            raise CommandError("人数应在 1 到 300000 之间。")
        try:
            make_city(people=options["people"], seed=options["seed"])
        except NotEmpty:
            raise CommandError("数据库里已有人员档案，不能再生成演示数据：请换一个空的数据目录。") from None
        self.stdout.write(f"演示数据已生成：{options['people']} 人，截至 2019 年 9 月 30 日。")
        self.stdout.write(f"可以用来试导入的花名册在 {settings.DATA_DIR / 'samples'}。")
