"""Digests and search keys of a person's numbers and name, in one place so that every writer makes the same."""

from collections.abc import Iterable
from functools import lru_cache

from lianyungang_cdpf.fields import digest, digest_all
from lianyungang_cdpf.intake.tables import name_key

# A surname is read otherwise than the same character in a word; source: 姓氏读音 as in 现代汉语词典.
SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "任": "ren", "朴": "piao", "盖": "ge",
    "区": "ou", "尉": "wei", "乐": "yue", "华": "hua", "宁": "ning", "缪": "miao", "种": "chong", "秘": "bi",
    "繁": "po", "员": "yun", "燕": "yan", "葛": "ge", "翟": "zhai", "卜": "bu", "应": "ying", "召": "shao",
    "覃": "qin", "洗": "xian", "冼": "xian", "折": "she", "黑": "he", "宓": "fu", "逄": "pang", "晁": "chao",
}  # fmt: skip
SURNAMES_OF_TWO = {"尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "单于": "chan yu"}
PINYIN_CHARACTERS, INITIALS_CHARACTERS = 120, 40


def id_digest(id_number: str) -> str:
    """Digest of a normalised 18-character ID number."""
    return digest(id_number, "id_number")


def id_digests(id_numbers: Iterable[str]) -> list[str]:
    """Digests of many ID numbers, in their order."""
    return digest_all(id_numbers, "id_number")


def id_tail_digest(id_number: str) -> str:
    """Digest of the last four characters of an ID number, for searching by them."""
    return digest(id_number[-4:], "id_tail")


def certificate_base(number: str) -> str:
    """A certificate number without its reissue suffix B1-B9: the part that names the certificate."""
    return number[:20]


def certificate_digest(number: str) -> str:
    """Digest of a certificate number, reissues alike."""
    return digest(certificate_base(number), "certificate_no")


def certificate_digests(numbers: Iterable[str | None]) -> list[str]:
    """Digests of many certificate numbers, in their order; "" for none."""
    return digest_all([certificate_base(number) if number else "" for number in numbers], "certificate_no")


def account_digest(account_no: str) -> str:
    """Digest of an account number's digits."""
    return digest(account_no, "account_no")


def account_digests(accounts: Iterable[str | None]) -> list[str]:
    """Digests of many account numbers, in their order; "" for none."""
    return digest_all(accounts, "account_no")


def phone_digest(phone: str) -> str:
    """Digest of a phone number's digits."""
    return digest(phone, "phone")


def person_seal(name_key: str, id_digest: str, phone_digest: str, account_digest: str) -> str:
    """Binds the secrets of a person to one another and to the name: of a row in which one of them is another's, even
    with its digest, the seal no longer fits."""
    return digest("\x1f".join((name_key, id_digest, phone_digest, account_digest)), "seal of a person")


def pinyin_of(name: str) -> tuple[str, str]:
    """Pinyin and initials of a name, lower case without blanks: 单小云 -> ("shanxiaoyun", "sxy")."""
    folded = name_key(name)
    head, rest = _surname(folded)
    syllables = [*head, *_syllables(rest)]
    initials = "".join(syllable[:1] for syllable in syllables)
    return "".join(syllables).lower()[:PINYIN_CHARACTERS], initials.lower()[:INITIALS_CHARACTERS]


def _surname(name: str) -> tuple[list[str], str]:
    """Syllables of the surname, some of which are read in their own way, and the rest of the name."""
    for length, table in ((2, SURNAMES_OF_TWO), (1, SURNAMES)):
        if len(name) > length and name[:length] in table:
            return table[name[:length]].split(), name[length:]
    split = 0 if name.isascii() else 1
    return [*_syllables(name[:split])], name[split:]


# Surnames and given names recur, and spelling is slow.
@lru_cache(maxsize=65536)
def _syllables(text: str) -> tuple[str, ...]:
    # Its dictionary fills 59 MB, which a process that spells nobody's name need not hold.
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(text, style=Style.NORMAL))
