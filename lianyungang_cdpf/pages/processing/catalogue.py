"""Every field that is classified, with its purpose, ground and period: composed here out of what the apps say."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Field, Model

from beneficiaries.models import PERSONAL_DATA as OF_PEOPLE
from beneficiaries.models import USES as USES_OF_PEOPLE
from facilities.personal_data import PERSONAL_DATA as OF_FACILITIES
from facilities.personal_data import USES as USES_OF_FACILITIES
from lianyungang_cdpf.accounts.personal_data import PERSONAL_DATA as OF_STAFF
from lianyungang_cdpf.accounts.personal_data import USES as USES_OF_STAFF
from lianyungang_cdpf.audit.models import PERSONAL_DATA as OF_AUDIT
from lianyungang_cdpf.audit.models import USES as USES_OF_AUDIT
from lianyungang_cdpf.audit.retention import Rule, rules
from lianyungang_cdpf.intake.models import PERSONAL_DATA as OF_IMPORTS
from lianyungang_cdpf.intake.models import USES as USES_OF_IMPORTS
from lianyungang_cdpf.purposes import OF_CLASS, Purpose, Uses
from lianyungang_cdpf.targets.supervision.models import PERSONAL_DATA as OF_SUPERVISION
from lianyungang_cdpf.targets.supervision.models import USES as USES_OF_SUPERVISION
from services.models import PERSONAL_DATA as OF_SERVICES
from services.models import USES as USES_OF_SERVICES
from subsidies.models import PERSONAL_DATA as OF_PAYMENTS
from subsidies.models import USES as USES_OF_PAYMENTS

CLASSES: dict[type[Model], dict[str, str]] = (
    OF_PEOPLE | OF_PAYMENTS | OF_SERVICES | OF_FACILITIES | OF_IMPORTS | OF_SUPERVISION | OF_STAFF | OF_AUDIT
)
USES: dict[type[Model], Uses] = (
    USES_OF_PEOPLE | USES_OF_PAYMENTS | USES_OF_SERVICES | USES_OF_FACILITIES | USES_OF_IMPORTS | USES_OF_SUPERVISION
    | USES_OF_STAFF | USES_OF_AUDIT
)  # fmt: skip
# What the office calls a class; a field that is no statement about a person is not sensitive.
KINDS = {
    "personal": "个人信息（不满十四周岁的为敏感个人信息）",
    "sensitive": "敏感个人信息",
    "secret": "敏感个人信息，加密保存",
    "derived": "由个人信息算出的摘要",
    "record": "记录本身的信息",
}
PLAIN = "个人信息"
# Columns that no form shows, and that the models give no Chinese name.
NAMES = {
    "id": "编号", "name_key": "姓名（比较用）", "pinyin": "姓名拼音", "initials": "姓名拼音首字母",
    "stored_name": "存放的文件名", "service_ptr": "所属服务",
}  # fmt: skip


def name_of(field: Field) -> str:
    """What the office calls a column."""
    return NAMES.get(field.name) or str(field.verbose_name)


@dataclass(frozen=True)
class Held:
    """One field of a ledger and everything that is said of it."""

    ledger: str
    name: str
    code: str
    kind: str
    purpose: Purpose
    grounds: tuple[str, ...]
    rule: Rule

    @property
    def is_about_somebody(self) -> bool:
        """Whether it says something about a person; the others are of the record."""
        return self.code not in OF_CLASS


def held_fields() -> Iterator[Held]:
    """Every classified field, ledger by ledger. Raises KeyError for a model without uses or with an unknown rule,
    ValueError for a field without a purpose."""
    for model, classes in CLASSES.items():
        uses = USES[model]
        rule = rules()[uses.kept]
        for name, kind in classes.items():
            purpose = uses.purpose_of(name, kind)
            if purpose is None:
                raise ValueError(f"{model._meta.label}.{name} has no purpose")
            words = PLAIN if kind == "personal" and not uses.of_people else KINDS[kind]
            grounds = tuple(str(ground) for ground in uses.grounds_of(name, kind))
            ledger = str(model._meta.verbose_name)
            yield Held(ledger, name_of(model._meta.get_field(name)), kind, words, purpose, grounds, rule)


@dataclass(frozen=True)
class Group:
    """Fields of one ledger that are held for the same, on the page."""

    names: str
    kind: str
    purpose: str
    grounds: tuple[str, ...]


@dataclass(frozen=True)
class Ledger:
    """A ledger on the page: its fields by purpose, and how long they are kept."""

    name: str
    rule: Rule
    groups: list[Group]


def ledgers() -> list[Ledger]:
    """What is held about people, for the page; columns of the same class and purpose in one line."""
    told: dict[str, tuple[Rule, dict[tuple, list[str]]]] = {}
    for one in held_fields():
        if one.is_about_somebody:
            _, lines = told.setdefault(one.ledger, (one.rule, {}))
            lines.setdefault((one.kind, one.purpose.words, one.grounds), []).append(one.name)
    return [
        Ledger(name, rule, [Group("、".join(names), *key) for key, names in lines.items()])
        for name, (rule, lines) in told.items()
    ]
