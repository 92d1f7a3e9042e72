"""Names of places as files write them: counties and zones, and the towns within them; and the headings over them."""

from lianyungang_cdpf.accounts.models import Area, Level, Zone
from lianyungang_cdpf.intake.tables import name_key

# Headings (header_aliases.csv and what counties write), blanks between them.
COUNTY = "县区 区县 县(区) 区(县) 县/区 区/县 所属县区 所属区县 户籍区县 户籍县区 所属区"
TOWN = """
    乡镇 街道 镇街 街镇 乡镇街道 镇(街道) 乡镇(街道) 乡镇/街道 街道/乡镇 镇/街道 街道/镇 乡(镇)
    所属乡镇 所属街道 户籍街道
"""
VILLAGE = "村居 村(居) 村(社区) 村/社区 社区/村 社区(村) 社区 行政村 居委会 居委 村名 村委会 村居委会 村社区"


class CountyNames:
    """Names of counties and zones, with and without 区 or 县, each with the codes it stands for."""

    def __init__(self):
        self._codes: dict[str, set[str]] = {}
        for code, name, zone_key in Area.objects.filter(level=Level.COUNTY).values_list("code", "name", "zone__key"):
            for form in (name, code):
                self._add(form, {code, zone_key or code})
        for key, *names in Zone.objects.values_list("key", "name", "short_name"):
            for form in (key, *names):
                self._add(form, {key})
        self._cache: dict[str, frozenset[str]] = {}

    def _add(self, name: str, codes: set[str]) -> None:
        for form in {name, name.rstrip("区县"), name.removeprefix("连云港"), name.removeprefix("市")}:
            if len(form) >= 2:
                self._codes.setdefault(name_key(form), set()).update(codes)

    def named_by(self, text: str | None) -> frozenset[str]:
        """Codes of the county-level unit that the text names; empty when it names none that is known."""
        if not text:
            return frozenset()
        if text not in self._cache:
            folded = name_key(text).removeprefix("江苏省").removeprefix("连云港市")
            self._cache[text] = frozenset(self._codes.get(folded, ()))
        return self._cache[text]


class TownNames:
    """Towns by county-level unit and name; never guessed: an unknown or ambiguous name gives nothing."""

    def __init__(self):
        self._areas: dict[tuple[str, str], int | None] = {}
        self.units: dict[str, int] = {}
        self.paths: dict[int, tuple[str, int | None]] = {}
        # The county-level unit, zone included, that each area belongs to.
        self.unit_keys: dict[int, str] = {}
        fields = ("pk", "code", "common_name", "name", "level", "path", "zone_id", "unit_key", "statutory_county__code")
        for row in Area.objects.values_list(*fields):
            self._take(*row)

    def _take(self, pk, code, common_name, name, level, path, zone_id, unit_key, statutory) -> None:
        self.paths[pk], self.unit_keys[pk] = (path, zone_id), unit_key
        if level == Level.COUNTY:
            self.units[code] = pk
        if level != Level.TOWN:
            return
        for unit in {path.split("/")[1], unit_key, statutory} - {None, ""}:
            for form in {common_name, name, _without_ending(common_name)}:
                key = (unit, name_key(form))
                known = self._areas.get(key, pk)
                self._areas[key] = pk if known == pk else None

    def find(self, units, town: str | None) -> int | None:
        """The area of a town within any of the county-level units (codes or zone keys), or None."""
        if not town:
            return None
        folded = name_key(town).replace("郁州", "郁洲")
        found = {self._areas.get((unit, form)) for unit in units for form in (folded, name_key(town))}
        found.discard(None)
        return found.pop() if len(found) == 1 else None


def _without_ending(name: str) -> str:
    for ending in ("街道", "镇", "乡"):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name
