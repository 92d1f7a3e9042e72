"""Brings everything encrypted to the field key that writes now, and the digests to the digest key that was added.

The portal may serve meanwhile. --check only looks. At the end it says which old field keys may go: those under which
nothing lies and which the operation log does not name.
"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.encryption.checking import register_keys, retire_keys
from lianyungang_cdpf.encryption.digest_keys import becoming
from lianyungang_cdpf.management import grants
from lianyungang_cdpf.management.digests import DigestRotation, left_to_do, tokens_on_the_old_key
from lianyungang_cdpf.management.log_keys import NamedByLog, named_by_log
from lianyungang_cdpf.management.rotation import Remaining, Rotation, remaining
from subsidies.models import Payment

MOST_NAMED = 20


class Command(BaseCommand):
    """Says how far it is, at the end what lies under which key; exit 1 while anything is under an old one."""

    help = (
        "更换密钥：把所有加密内容和上传文件换到当前字段密钥，把所有摘要换到新的摘要密钥；系统可以同时使用，"
        "中断后可再运行；最后说明哪些旧密钥可以撤下、哪些因操作日志仍须保留；"
        "--check 只核对，旧密钥上有内容时退出码为 1。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="只核对各密钥上还有多少内容，不改动")

    def handle(self, *, check, **options):
        if check:
            self._refuse_old(self._told(remaining()), named_by_log())
            self._refuse_old_digests()
            return
        self._require_owner()
        register_keys()
        self._digests()
        rotation = Rotation(self._say)
        left, named = rotation.run(), named_by_log()
        with transaction.atomic():
            if not left.on_old_keys:
                retire_keys(needed=named.key_ids)
            if rotation.moved:
                told = f"换到编号 {settings.FIELD_KEY_ID}：{rotation.moved} 项；仍在旧密钥上：{left.on_old_keys} 项"
                record(by=None, deed="更换加密密钥", summary=told)
        self._say(f"已换 {rotation.moved:,} 项。")
        for sentence in sorted(rotation.unreadable)[:MOST_NAMED]:
            self.stderr.write(sentence)
        self._refuse_old(self._told(left), named)

    def _require_owner(self) -> None:
        """Before anything is written: the switch of digests opens a trigger, and only the owner may (triggers.py)."""
        if settings.DIGEST_KEY_NEXT is not None and not grants.owns(Payment):
            raise CommandError(
                "更换摘要密钥要由数据表的所有者运行，当前连接的数据库角色不是：请把 DATABASE_URL 换成所有者的连接"
                "（见 docs/database-roles.md），再运行 bin/manage rotate_keys。没有改动任何数据。",
                returncode=1,
            )

    def _digests(self) -> None:
        """Before the field keys: what can't be opened stops both, and is named once."""
        digests = DigestRotation(self._say)
        digests.run()
        if digests.staged or digests.switched or digests.mended:
            told = f"新摘要 {digests.staged} 项；{'已' if digests.switched else '未'}切换；补正 {digests.mended} 项"
            with transaction.atomic():
                record(by=None, deed="更换摘要密钥", summary=told)
            self._say(told + "。")
        if digests.cleared:
            self._say(f"已清除备用摘要 {digests.cleared:,} 项。")
        for sentence in (*sorted(digests.unfit)[:MOST_NAMED], *sorted(digests.lost)[:MOST_NAMED]):
            self.stderr.write(sentence)
        if digests.unfit:
            outcome = "没有切换摘要密钥" if becoming() else "摘要密钥已经切换，这几处没有补正"
            raise CommandError(
                f"有 {len(digests.unfit):,} 处摘要与内容不符或打不开，{outcome}：请用 bin/manage verify_seals 核对，"
                "更正后再运行 bin/manage rotate_keys。",
                returncode=1,
            )
        self._refuse_old_digests()

    def _refuse_old_digests(self) -> None:
        if settings.DIGEST_KEY_NEXT is None:
            return
        if becoming() or left_to_do():
            raise CommandError("摘要还没有全部换到新密钥：请再运行 bin/manage rotate_keys。", returncode=1)
        for token in tokens_on_the_old_key():
            self._say(f"接口令牌“{token.name}”（{token.staff.username}）切换后还没有用过：撤下旧密钥后须重新签发。")
        self._say(
            "全部摘要都在新密钥上：请从 PORTAL_DIGEST_KEY 中撤下旧密钥，重新启动，再运行一次 bin/manage rotate_keys。"
        )

    def _told(self, left: Remaining) -> Remaining:
        for key_id in left.key_ids or [settings.FIELD_KEY_ID]:
            which = "当前密钥" if key_id == settings.FIELD_KEY_ID else "旧密钥"
            self._say(f"编号 {key_id}（{which}）：加密内容 {left.values[key_id]:,} 项，文件 {left.files[key_id]:,} 个")
        return left

    def _refuse_old(self, left: Remaining, named: NamedByLog) -> None:
        if left.on_old_keys:
            raise CommandError(
                f"还有 {left.on_old_keys:,} 项在旧密钥上：请保留旧密钥，再运行 bin/manage rotate_keys。", returncode=1
            )
        self._say("全部内容都在当前密钥上。")
        self._say_what_may_go(named)

    def _say_what_may_go(self, named: NamedByLog) -> None:
        """Of the old keys, which the log still needs. Raises CommandError for one that is needed and not there."""
        needed = sorted(named.key_ids - {settings.FIELD_KEY_ID})
        for key_id in needed:
            self._say(
                f"编号 {key_id} 的旧密钥须继续保留：操作日志 {named.lines[key_id]:,} 条、"
                f"封印 {named.seals[key_id]:,} 个、归档 {named.months[key_id]:,} 个月要靠它核对。"
            )
        if named.unread:
            self._say(f"{'、'.join(named.unread)} 的归档文件读不出，不知道它靠哪些密钥核对：旧密钥都须保留。")
        if gone := [key_id for key_id in needed if key_id not in settings.FIELD_KEYS]:
            raise CommandError(
                f"缺少编号 {_numbers(gone)} 的字段密钥，操作日志无法核对：请在 PORTAL_FIELD_KEYS 中补上。", returncode=1
            )
        if free := sorted(settings.FIELD_KEYS.keys() - {settings.FIELD_KEY_ID, *needed}):
            self._say(f"编号 {_numbers(free)} 的旧密钥可以撤下。")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _numbers(key_ids: list[int]) -> str:
    return "、".join(map(str, key_ids))
