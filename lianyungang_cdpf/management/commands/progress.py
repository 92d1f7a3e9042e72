"""progress --year Y [--area CODE|ZONE [--board]] [--as-of DATE] --json: the targets of the year, done and due."""

import json
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError

from lianyungang_cdpf.targets import progress, scopes


class Command(BaseCommand):
    help = "年度目标进度"

    def add_arguments(self, parser):
        parser.add_argument("--year", metavar="年度", help="四位年份，如 2019；不写取最近一个有计划的年度")
        parser.add_argument("--area", metavar="代码", help="地区代码（含其全部下级）或功能板块代码；不写为全市")
        parser.add_argument("--board", action="store_true", help="县区按看板上的一行，不含划归功能板块的乡镇街道")
        parser.add_argument("--as-of", metavar="日期", help="截止日期，如 2019-09-30")
        parser.add_argument("--json", action="store_true", help="只输出 JSON")

    def handle(self, *args, **options):
        year = self._year(options["year"])
        as_of = (
            self._day(options["as_of"]) if options["as_of"] else progress.default_day(year, progress.demonstration())
        )
        scope = self._scope(options["area"], on_the_board=options["board"])
        rows = progress.progress(year=year, scopes=[scope], as_of=as_of)[scope.place]
        if options["json"]:
            self.stdout.write(json.dumps([row.as_dict() for row in rows], ensure_ascii=False, indent=1))
        else:
            self._tell(year, as_of, scope, rows)

    def _year(self, text):
        if text is None:
            year = progress.latest_year()
            if year is None:
                raise CommandError("还没有年度计划，请用 --year 指定年度，或先运行 prepare。")
            return year
        if len(text) == 4 and text.isascii() and text.isdigit() and text != "0000":
            return int(text)
        raise CommandError(f"--year 的值“{text}”不是年份，请写四位数字，如 2019。")

    def _day(self, text):
        try:
            return datetime.strptime(text, "%Y-%m-%d").date()
        except ValueError:
            raise CommandError(f"--as-of 的值“{text}”不是日期，请写成 2019-09-30 的样子。") from None

    def _scope(self, code, *, on_the_board):
        """The place: an area code means its whole subtree, which goals do not cover where towns belong to a zone."""
        named = scopes.on_the_board if on_the_board else scopes.named
        try:
            return named(code) if code else scopes.city()
        except scopes.UnknownPlace as error:
            raise CommandError(str(error)) from None

    def _tell(self, year, as_of, scope, rows):
        self.stdout.write(f"{scope.name} {year} 年目标，截至 {as_of}")
        if scopes.reaches_into_zones(scope):
            self.stdout.write("完成数含其中划归功能板块的乡镇街道，分解目标不含；与看板一致的数请加 --board。")
        for row in rows:
            done = "—" if row.value is None else f"{row.value:,}"
            goal = "—" if row.goal is None else f"{row.goal:,}"
            if row.is_rate:
                done = f"{row.rate.numerator:,}/{row.rate.denominator:,}"
            percent = f" {row.percent}%" if row.percent else ""
            word = row.light.word if row.light else "未分解"
            self.stdout.write(
                f"{row.target.number:>2} {row.target.name}：{done} / {goal} {row.target.unit}{percent} {word}"
            )
