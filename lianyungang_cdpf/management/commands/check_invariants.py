"""Looks for what must never be false: I1-I6, I8, multiple disabilities, services, roles. Exit 1 on any breach."""

from itertools import chain

from django.core.management.base import BaseCommand, CommandError

from beneficiaries import disability_parts
from lianyungang_cdpf.accounts.duties import invariants as duties
from lianyungang_cdpf.audit import invariants as audit
from lianyungang_cdpf.intake import invariants as intake
from lianyungang_cdpf.targets import planned_points, recount
from services import invariants as services
from subsidies import invariants as subsidies


class Command(BaseCommand):
    """Prints each breach; says how many there were."""

    help = (
        "核对不变量：花名册与发放、重复发放、花名册审批、银行报盘、追缴、公示、进度与台账、计划节点、上传文件、多重残疾明细、"
        "服务记录、账号与角色、操作日志。"
    )

    def handle(self, *args, **options):
        count = 0
        board = (f"I3：{sentence}" for sentence in recount.breaches())
        others = (
            planned_points.breaches(), intake.breaches(), disability_parts.breaches(), services.breaches(),
            duties.breaches(), audit.breaches(),
        )  # fmt: skip
        for sentence in chain(subsidies.breaches(), board, *others):
            count += 1
            self.stdout.write(sentence)
        if count:
            raise CommandError(f"有 {count} 处不符。", returncode=1)
        self.stdout.write("全部相符。")
