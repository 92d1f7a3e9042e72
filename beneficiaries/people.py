"""Finding people: by name, pinyin, initials, whole ID or certificate number, or the ID's last four."""

import re

from django.db.models import Q

from beneficiaries.identity import certificate_digest, id_digest, id_tail_digest
from lianyungang_cdpf.accounts.scoping import ScopedQuerySet
from lianyungang_cdpf.intake.tables import name_key, normalise_id

CERTIFICATE = re.compile(r"[0-9]{17}[0-9X][1-7][1-4](B[1-9])?")
ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")


class PersonQuerySet(ScopedQuerySet):
    """People; `visible_to` by their area."""

    def matching(self, words: str):
        """People whom the typed words name; nobody for an empty text. Numbers are compared by digest only."""
        text = normalise_id(words)
        if ID_NUMBER.fullmatch(text):
            return self.filter(id_digest=id_digest(text))
        if CERTIFICATE.fullmatch(text):
            return self.filter(certificates__number_digest=certificate_digest(text)).distinct()
        if LAST_FOUR.fullmatch(text):
            return self.filter(id_tail_digest=id_tail_digest(text))
        return self._named(words)

    def _named(self, words: str):
        key = name_key(words)
        if not key or any(character.isdigit() for character in key):
            return self.none()
        if key.isascii():
            return self.filter(Q(pinyin__startswith=key.lower()) | Q(initials__startswith=key.lower()))
        return self.filter(name_key__contains=key)
