"""Benchmarks: `bin/bench NAME`, with the names of NAMES."""

import gzip
import json
import shutil
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lianyungang_cdpf.management.benchmarks import Options, document, legs, machine
from lianyungang_cdpf.management.benchmarks.bars import bars_of
from lianyungang_cdpf.management.benchmarks.ground import grounds, scratch_folder

DATABASES = ("sqlite", "postgresql")
# By benchmark, the databases that it runs on.
NAMES = {"intake": DATABASES, "register": DATABASES, "lists": DATABASES, "comparison": DATABASES,
         "rehearsal": DATABASES, "audit": DATABASES, "board": ("postgresql",),
         "hostile": ("sqlite",), "fuzz": ("sqlite",), "workbook": ("sqlite",), "bulletin": ("sqlite",)}  # fmt: skip
DOCUMENT = "docs/benchmarks.md"


class Command(BaseCommand):
    """Runs a benchmark once per database; every leg has a process and a copy of the database of its own."""

    help = (
        "性能测量：intake（36000 行花名册，与 django-import-export 和下限比较）、"
        "register（30 万人与 3 万人的档案）、lists（10 万条记录的列表与 1 千条的）、"
        "comparison（每月 36000 笔与 10 万人的名单、与档案、与上月比对）、rehearsal（一年发放的演练）、"
        "board（十年发放记录下的驾驶舱）、"
        "audit（一千人同时写操作日志）、"
        "hostile（恶意文件的耗时和内存）、fuzz（十万个改坏的文件）、workbook（标注工作簿）、"
        "bulletin（通报的各种文件，装有 LibreOffice 时转换）。"
    )

    def add_arguments(self, parser):
        parser.add_argument("name", choices=sorted(NAMES))
        parser.add_argument("--json", action="store_true", help="标准输出只有 JSON")
        parser.add_argument("--repeats", type=int, default=3, help="取中位数的次数，默认 3")
        parser.add_argument("--database", choices=DATABASES, help="只用一种数据库")
        parser.add_argument("--skip-peers", action="store_true", help="不测 django-import-export（它需要几分钟）")
        parser.add_argument("--small", action="store_true", help="只试跑：数据很少，数字没有意义")
        parser.add_argument("--write", action="store_true", help=f"把结果写入 {DOCUMENT}")
        parser.add_argument("--check", action="store_true", help="有一项不达标时以 1 退出")

    def handle(self, *args, name: str, **options):
        if options["write"] and (name not in document.TITLES or options["small"]):
            raise CommandError(f"只有 {'、'.join(document.TITLES)} 的完整数据可以写入 {DOCUMENT}，试跑的不写。")
        if options["repeats"] < 1:
            raise CommandError("--repeats 至少是 1。")
        ran_on = machine.facts(settings.BASE_DIR)
        results = [{"machine": ran_on} | result for result in self._results(name, options)]
        if options["write"]:
            document.write(settings.BASE_DIR / DOCUMENT, name, results)
        bars = bars_of(name, results)
        self._say(results, bars, options["json"])
        if options["check"] and not all(bar.is_held for bar in bars):
            raise CommandError("有指标未达标。", returncode=1)

    def _results(self, name: str, options: dict) -> list[dict]:
        corpus = settings.BASE_DIR / "tests" / "data"
        if not corpus.is_dir():
            raise CommandError("找不到 tests/data：请在完整的源码目录中运行。")
        benchmark = import_module(f"{legs.PACKAGE}.{name}")
        chosen = Options(options["repeats"], options["small"], not options["skip_peers"])
        wanted = (options["database"],) if options["database"] else NAMES[name]
        with scratch_folder() as folder:
            data = self._unpacked(corpus, folder)
            try:
                return [
                    benchmark.run(ground, place, data, chosen, self._tell) for ground, place in grounds(folder, wanted)
                ]
            except legs.LegFailed as error:
                raise CommandError(f"测量失败：{error}") from error

    @staticmethod
    def _unpacked(corpus: Path, folder: Path) -> Path:
        data = folder / "corpus"
        shutil.copytree(corpus / "corpus", data)
        with gzip.open(data / "register_large.csv.gz") as packed, open(data / "register_large.csv", "wb") as plain:
            shutil.copyfileobj(packed, plain)
        shutil.unpack_archive(corpus / "hostile.tar.xz", data)
        return data

    def _tell(self, words: str) -> None:
        self.stderr.write(words)
        self.stderr.flush()

    def _say(self, results: list[dict], bars: list, as_json: bool) -> None:
        if as_json:
            told = [{"database": bar.database, "name": bar.name, "figure": round(bar.figure, 3), "bar": bar.wanted,
                     "held": bar.is_held} for bar in bars]  # fmt: skip
            self.stdout.write(json.dumps({"results": results, "bars": told}, ensure_ascii=False))
            return
        for result in results:
            for key, value in result.items():
                self.stdout.write(f"{key}: {json.dumps(value, ensure_ascii=False)}")
            self.stdout.write("")
        for bar in bars:
            verdict = "达标" if bar.is_held else "未达标"
            self.stdout.write(f"{bar.database}  {bar.name}: {bar.shown}（要求 {bar.wanted}）{verdict}")
