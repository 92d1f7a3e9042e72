"""What personal data is held for and on what ground (个人信息保护法 arts. 6, 13, 28): the words that every app uses.

Each app says it beside its models, next to the classes of its fields: `USES` in personal_data.py or models.py. A ground
whose text was not seen (facts.md section 6) says so wherever it is shown: the data officer has to have it checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ground:
    """A provision. `is_seen` once its text, or a copy of it, was read by who wrote it down (facts.md)."""

    text: str
    is_seen: bool = False

    def __str__(self):
        return self.text if self.is_seen else f"{self.text}（待核实）"


DUTY = Ground("《个人信息保护法》第十三条第一款第三项、第三十四条、第三十七条：履行法定职责所必需")
SENSITIVE = Ground("《个人信息保护法》第二十八条：敏感个人信息，特定目的、充分必要、严格保护", is_seen=True)
CHILDREN = Ground("《个人信息保护法》第三十一条：不满十四周岁的未成年人")
DISABLED = Ground("《残疾人保障法》：残疾人联合会代表残疾人共同利益，为残疾人服务")
SECURITY = Ground("《个人信息保护法》第五十一条、《网络安全法》第二十三条第三项：安全管理和日志留存")


@dataclass(frozen=True)
class Purpose:
    """Why something is held, as a person understands it, and the grounds beside those that its class brings along."""

    words: str
    grounds: tuple[Ground, ...] = (DUTY, DISABLED)


# The classes of fields that say something about somebody.
ABOUT_SOMEBODY = {"personal", "sensitive", "secret"}
# What is no statement about the person has the same purpose wherever it stands.
TRACE = Purpose("记明记录属于谁、由谁在何时办理，供核对和追溯", (DUTY, SECURITY))
FIND = Purpose("不解密就能按号码查找、查重，并发现被调换的密文", (DUTY, SECURITY))
OF_CLASS = {"record": TRACE, "derived": FIND}


@dataclass(frozen=True)
class Uses:
    """What a model's fields are for. `kept` is a rule of fixtures/retention-rules.json, `why` names fields by purpose.

    `of_people` is False for records of places and staff, among whom there is no child.
    """

    kept: str
    why: Mapping[Purpose, str] = field(default_factory=dict)
    of_people: bool = True

    def purpose_of(self, name: str, kind: str) -> Purpose | None:
        """The purpose of a field of a class; None when nobody has given it one."""
        if kind in OF_CLASS:
            return OF_CLASS[kind]
        return next((purpose for purpose, names in self.why.items() if name in names.split()), None)

    def grounds_of(self, name: str, kind: str) -> tuple[Ground, ...]:
        """The grounds of a field; those of its class among them."""
        purpose = self.purpose_of(name, kind)
        if purpose is None:
            return ()
        by_class = (SENSITIVE,) if kind in {"sensitive", "secret"} else ()
        children = (CHILDREN,) if self.of_people and kind not in OF_CLASS else ()
        return (*purpose.grounds, *by_class, *children)
