"""Where the portal's secrets come from: a key file made on first use, or the environment in production.

There each is a variable, a file (the name with _FILE) or what a command prints (_COMMAND: an HSM's, a key service's).

Four secrets: Django's signing key, the field encryption keys (each with a key id, so that they can be rotated),
the id of the key in use, and the key from which the search digests are derived (two while it is changed).
"""

import base64
import json
import os
import secrets
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

COMMAND_SECONDS = 30


@dataclass(frozen=True)
class Secrets:
    """The secrets of one installation; field_keys maps key id (1-255) to 32 bytes."""

    secret_key: str
    field_keys: dict[int, bytes]
    current_field_key: int
    digest_key: bytes
    next_digest_key: bytes | None = None


def load_secrets(profile: str, data_dir: Path) -> Secrets:
    """Secrets of this installation. Raises ImproperlyConfigured, naming the missing secret."""
    key_file = data_dir / "keys" / "portal.json"
    if profile == "production":
        if key_file.exists():
            raise ImproperlyConfigured(f"生产环境不得把密钥文件放在数据目录中: 请移走 {key_file}, 改用环境变量。")
        return _from_environment()
    return _parse(_key_file_contents(key_file))


def _key_file_contents(path: Path) -> dict[str, str]:
    """Made on first use; O_EXCL lets only one of two starting processes write it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = {
        "secret_key": secrets.token_urlsafe(50),
        "field_keys": f"1:{_random()}",
        "digest_key": _random(),
    }
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    if not path.exists():
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(fresh, stream)
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return json.loads(path.read_text(encoding="utf-8"))


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _from_environment() -> Secrets:
    names = {"secret_key": "PORTAL_SECRET_KEY", "field_keys": "PORTAL_FIELD_KEYS", "digest_key": "PORTAL_DIGEST_KEY"}
    values = {field: _told(name) for field, name in names.items()}
    missing = [names[field] for field, value in values.items() if not value]
    if missing:
        raise ImproperlyConfigured(
            "生产环境缺少密钥: 请设置 " + "、".join(missing) + " (或同名加 _FILE 的文件路径、加 _COMMAND 的命令)。"
        )
    return _parse(values)


def _told(name: str) -> str:
    path, command = os.environ.get(f"{name}_FILE"), os.environ.get(f"{name}_COMMAND")
    if path and command:
        raise ImproperlyConfigured(f"{name}_FILE 和 {name}_COMMAND 只能设置一个: 请去掉另一个。")
    if command:
        return _printed_by(f"{name}_COMMAND", command)
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"读不到 {name}_FILE 指向的密钥文件 {path}: {error.strerror}。") from error
    return os.environ.get(name, "")


def _printed_by(name: str, command: str) -> str:
    """What a command prints; no shell reads it. Errors tell nothing of what it printed."""
    try:
        answer = subprocess.run(
            shlex.split(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=COMMAND_SECONDS, check=True
        )
        return answer.stdout.decode().strip()
    except subprocess.TimeoutExpired:
        why = f"{COMMAND_SECONDS} 秒内没有结束"
    except subprocess.CalledProcessError as error:
        why = f"以代码 {error.returncode} 退出"
    except OSError as error:
        why = f"无法运行, {error.strerror}"
    except (ValueError, IndexError):
        why = "命令的引号不成对或为空, 或输出不是 UTF-8 文本"
    raise ImproperlyConfigured(f"{name} 的命令没有给出密钥: {why}。请在本机手工运行该命令核对。")


def _parse(values: dict[str, str]) -> Secrets:
    """The last key of field_keys ("1:base64,2:base64") is the one that writes; all of them read."""
    try:
        pairs = [entry.split(":", 1) for entry in values["field_keys"].split(",")]
        keys = {int(key_id): base64.b64decode(key, validate=True) for key_id, key in pairs}
        digest_keys = [base64.b64decode(key, validate=True) for key in values["digest_key"].split(",")]
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            "密钥格式不对: PORTAL_FIELD_KEYS 应为 编号:Base64, PORTAL_DIGEST_KEY 应为 Base64 (各 32 字节)。"
        ) from error
    if any(len(key) != 32 for key in digest_keys) or any(
        len(key) != 32 or not 1 <= key_id <= 255 for key_id, key in keys.items()
    ):
        raise ImproperlyConfigured("密钥长度不对: PORTAL_FIELD_KEYS 与 PORTAL_DIGEST_KEY 的每个密钥都应为 32 字节。")
    if len(values["secret_key"]) < 40:
        raise ImproperlyConfigured("PORTAL_SECRET_KEY 太短: 至少 40 个字符。")
    if len(digest_keys) > 2 or len(set(digest_keys)) < len(digest_keys):
        raise ImproperlyConfigured("PORTAL_DIGEST_KEY 最多两个不同的密钥: 更换摘要密钥时写成 旧密钥,新密钥。")
    return Secrets(values["secret_key"], keys, list(keys)[-1], *digest_keys)
