"""Whether the configured keys are those that the database knows; asked at every start, before anything is written.

registered  `prepare` and `rotate_keys` keep a check value of each key, the first time after trying it on what is there
asked       by every command that runs Django's system checks, and by the server before its first request
retired     a field key on which `rotate_keys` left nothing and which the audit log does not name (log_keys.py); only
            such a one may be missing
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from django.conf import settings
from django.core.checks import Error
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from lianyungang_cdpf.encryption.columns import first_values
from lianyungang_cdpf.encryption.models import KeyCheck
from lianyungang_cdpf.fields import UnreadableSecret, check_value, decrypt, digest_keys, key_id_of

FIELD, DIGEST = KeyCheck.Purpose.FIELD, KeyCheck.Purpose.DIGEST
WRONG = "编号 {} 的字段密钥不对：它不是写入这个数据库时用的那一个。请核对 PORTAL_FIELD_KEYS（或密钥文件）。"
MISSING = (
    "缺少编号 {} 的字段密钥：数据库里还有用它加密的内容，或要靠它核对的操作日志。"
    "请在 PORTAL_FIELD_KEYS（或密钥文件）中补上。"
)
WRONG_DIGEST = "摘要密钥不对：它不是写入这个数据库时用的那一个。请核对 PORTAL_DIGEST_KEY（或密钥文件）。"
UNKNOWN = "编号 {} 的字段密钥还没有在数据库登记：请先运行 bin/manage prepare。"
NOTHING_WRITTEN = "没有写入任何数据。"


class WrongKeys(CommandError):
    """The configured keys are not those of the database; the sentences say which."""

    def __init__(self, sentences: list[str]):
        super().__init__("".join(sentences) + NOTHING_WRITTEN)


def wrong_keys() -> list[str]:
    """A Chinese sentence for each key that is wrong or missing. Raises OperationalError without a database."""
    return list(_wrong(_known()))


def require_known_keys() -> None:
    """Before a process that serves or works begins: every key is right, and the one that writes is registered.

    A database in which no key was ever registered says nothing yet. Raises WrongKeys.
    """
    known = _known()
    problems = list(_wrong(known))
    current = known.get((FIELD, settings.FIELD_KEY_ID))
    if known and not problems and (current is None or current.retired_at):
        problems = [UNKNOWN.format(settings.FIELD_KEY_ID)]
    if problems:
        raise WrongKeys(problems)


def register_keys() -> None:
    """Keep a check value of each configured key that has none yet. Raises WrongKeys for a wrong one."""
    known = _known()
    problems = list(_wrong(known)) if known else list(_opening_nothing())
    if problems:
        raise WrongKeys(problems)
    new = [
        KeyCheck(purpose=FIELD, key_id=key_id, value=value)
        for key_id, value in _configured().items()
        if (FIELD, key_id) not in known
    ]
    KeyCheck.objects.bulk_create([*new, *_new_digest_keys(known)], ignore_conflicts=True)
    KeyCheck.objects.filter(purpose=FIELD, key_id=settings.FIELD_KEY_ID).update(retired_at=None)
    if problems := list(_wrong(_known())):
        # Another process was first, with another key.
        raise WrongKeys(problems)


def retire_keys(*, needed: Collection[int]) -> None:
    """Of every field key but the one that writes, write down that nothing is left on it; not of those still needed.

    One that was retired and is needed after all (a process with older settings wrote with it) may not go missing any
    more; one that is gone already stays retired, or the portal would not start.
    """
    others = KeyCheck.objects.filter(purpose=FIELD).exclude(key_id=settings.FIELD_KEY_ID)
    others.filter(retired_at=None).exclude(key_id__in=needed).update(retired_at=timezone.now())
    others.filter(key_id__in=settings.FIELD_KEYS.keys() & set(needed)).update(retired_at=None)


def check_keys(app_configs, **options) -> list[Error]:
    """Django's system check; says nothing where there is no database yet, as then the command finds out itself."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return []
    try:
        return [Error(sentence + NOTHING_WRITTEN, id="encryption.E001") for sentence in wrong_keys()]
    except DatabaseError:
        return []


def _configured() -> dict[int, str]:
    """Check values of the field keys, by id."""
    return {key_id: check_value(key) for key_id, key in settings.FIELD_KEYS.items()}


def _new_digest_keys(known: dict[tuple[str, int], KeyCheck]) -> list[KeyCheck]:
    """The digest keys that nobody has registered, numbered behind those that were."""
    of_digests = {key_id: one.value for (purpose, key_id), one in known.items() if purpose == DIGEST}
    values = [value for key in digest_keys() if (value := check_value(key)) not in of_digests.values()]
    first = max(of_digests, default=-1) + 1
    return [KeyCheck(purpose=DIGEST, key_id=at, value=value) for at, value in enumerate(values, first)]


def _known() -> dict[tuple[str, int], KeyCheck]:
    """What is registered; nothing in a database that has no such table yet."""
    if KeyCheck._meta.db_table not in connection.introspection.table_names():
        return {}
    return {(one.purpose, one.key_id): one for one in KeyCheck.objects.all()}


def _wrong(known: dict[tuple[str, int], KeyCheck]) -> Iterator[str]:
    configured = _configured()
    for (purpose, key_id), one in known.items():
        if purpose == DIGEST:
            continue
        value = configured.get(key_id)
        if value is None and not one.retired_at:
            yield MISSING.format(key_id)
        elif value is not None and value != one.value:
            yield WRONG.format(key_id)
    standing = [known[key].value for key in sorted(known) if key[0] == DIGEST and not known[key].retired_at]
    if standing and standing[0] not in map(check_value, digest_keys()):
        yield WRONG_DIGEST


def _opening_nothing() -> Iterator[str]:
    """Of a database that is older than its register of keys: the keys that open none of what is looked at. One value
    alone may be damaged."""
    opened: dict[int, bool] = {}
    for stored, place in first_values():
        if (key_id := key_id_of(stored)) is None:
            continue
        opened[key_id] = opened.get(key_id, False) or _opens(stored, place)
    for key_id in sorted(key_id for key_id, does in opened.items() if not does):
        yield (WRONG if key_id in settings.FIELD_KEYS else MISSING).format(key_id)


def _opens(stored: bytes, place: str) -> bool:
    try:
        return bool(decrypt(stored, place))
    except UnreadableSecret:
        return False
