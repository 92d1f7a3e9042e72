"""Verifies the chain of the audit log and keeps what came of it. Exit 1 on any breach."""

import time
from itertools import chain, count

from django.core.management.base import BaseCommand, CommandError

from lianyungang_cdpf.audit.archiving import breaches_of_file
from lianyungang_cdpf.audit.damaged import archives as readable
from lianyungang_cdpf.audit.verifying import verify
from lianyungang_cdpf.intake.sealing import unsealed


class Command(BaseCommand):
    """Prints the breaches, a hundred at most, and how many there were."""

    help = "核对操作日志：找出被删除、改动、调换、插入或截去的日志，以及没有封印的日志。有不符时以 1 退出。"
    most_said = 100

    def add_arguments(self, parser):
        parser.add_argument("--archives", action="store_true", help="连同各个归档文件一起核对")

    def handle(self, *args, archives: bool, **options):
        begun, said = time.monotonic(), count()

        def say(sentence: str) -> None:
            if next(said) < self.most_said:
                self.stdout.write(sentence)

        # Of a record that can't be read the walk along the chain tells.
        months = readable()[0] if archives else ()
        check = verify(say, more=chain.from_iterable(breaches_of_file(month, unsealed) for month in months))
        seconds = max(time.monotonic() - begun, 0.001)
        rate = check.line_count / seconds
        self.stdout.write(f"核对 {check.line_count:,} 条日志，用时 {seconds:.1f} 秒，每秒 {rate:,.0f} 条。")
        if check.breach_count:
            raise CommandError(f"操作日志有 {check.breach_count:,} 处不符，请保留现场并报告。", returncode=1)
        self.stdout.write("操作日志完整。")
