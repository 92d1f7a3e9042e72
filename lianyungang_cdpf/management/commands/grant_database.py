"""Gives a PostgreSQL role what the portal needs, of the audit log only reading and adding (management/grants.py)."""

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction

from lianyungang_cdpf.management import grants


class Command(BaseCommand):
    """Run as the owner of the tables, after `prepare` and after every later migration."""

    help = (
        "按表授权 PostgreSQL 角色：门户的角色对操作日志只能查询和追加。"
        "以数据库所有者的身份运行；--archive 授权归档所用的角色；--check 只核对当前连接的角色。"
    )

    def add_arguments(self, parser):
        parser.add_argument("role", nargs="?", help="已建好的角色名，如 portal_app")
        parser.add_argument("--archive", action="store_true", help="归档操作日志的角色：另可删除已归档的日志")
        parser.add_argument("--sql", action="store_true", help="只打印语句，不执行")
        parser.add_argument("--check", action="store_true", help="核对当前角色：对操作日志能做的更多时以 1 退出")

    def handle(self, *args, role, archive, sql, check, **options):
        if connection.vendor != "postgresql":
            raise CommandError("只有 PostgreSQL 有角色和授权：SQLite 由文件权限保护。")
        if check:
            self._check()
            return
        if not role or not grants.NAME.fullmatch(role):
            raise CommandError("请写上角色名：小写字母、数字和下划线，如 portal_app。")
        statements = list(grants.of_role(role, archives=archive))
        if sql:
            self.stdout.write("".join(f"{statement};\n" for statement in statements))
            return
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        except DatabaseError as error:
            raise CommandError(f"授权没有成功：{str(error).splitlines()[0]}", returncode=1) from error
        self.stdout.write(f"已授权角色 {role}：对操作日志只能查询和追加{'，并可删除已归档的' if archive else ''}。")

    def _check(self):
        if found := grants.too_much():
            told = f"当前角色对操作日志的权限过大：{'，'.join(found)}。请改用门户的角色连接。"
            raise CommandError(told, returncode=1)
        self.stdout.write("当前角色对操作日志只能查询和追加。")
