"""Benchmarks: `bin/bench intake`, `bin/bench hostile`, `bin/bench workbook`. Figures in the docs come from here."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lianyungang_cdpf.management.benchmarks.ground import postgres, scratch_folder

PACKAGE = "lianyungang_cdpf.management.benchmarks"
NAMES = ("intake", "hostile", "workbook")


class Command(BaseCommand):
    """Runs a benchmark once per database, each in a process and a data folder of its own."""

    help = "性能测量：intake（36000 行花名册）、hostile（恶意文件的耗时和内存）、workbook（标注工作簿）。"

    def add_arguments(self, parser):
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--json", action="store_true", help="标准输出只有 JSON")

    def handle(self, *args, **options):
        corpus = settings.BASE_DIR / "tests" / "data"
        if not corpus.is_dir():
            raise CommandError("找不到 tests/data：请在完整的源码目录中运行。")
        with scratch_folder() as folder:
            data = self._unpacked(corpus, folder)
            results = [self._measure(options["name"], data, folder / "sqlite", None)]
            if options["name"] == "intake":
                with postgres(folder) as url:
                    if url:
                        results.append(self._measure("intake", data, folder / "postgres", url))
        self._say(results, options["json"])

    @staticmethod
    def _unpacked(corpus: Path, folder: Path) -> Path:
        data = folder / "corpus"
        shutil.copytree(corpus / "corpus", data)
        with gzip.open(data / "register_large.csv.gz") as packed, open(data / "register_large.csv", "wb") as plain:
            shutil.copyfileobj(packed, plain)
        shutil.unpack_archive(corpus / "hostile.tar.xz", data)
        return data

    @staticmethod
    def _measure(name: str, data: Path, folder: Path, url: str | None) -> dict:
        folder.mkdir(mode=0o700)
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environment |= {"DJANGO_SETTINGS_MODULE": "lianyungang_cdpf.settings", "PORTAL_DATA_DIR": str(folder)}
        environment |= {"DATABASE_URL": url} if url else {}
        words = [sys.executable, "-m", f"{PACKAGE}.{name}", str(data)]
        done = subprocess.run(words, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True)
        if done.returncode:
            raise CommandError(f"测量失败：{done.stderr[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def _say(self, results: list[dict], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(results, ensure_ascii=False))
            return
        for result in results:
            for key, value in result.items():
                self.stdout.write(f"{key}: {json.dumps(value, ensure_ascii=False)}")
            self.stdout.write("")
