"""The change stamp that says which tallies are stale."""

from collections.abc import Iterable

from django.db import models
from django.db.models import F

from lianyungang_cdpf.accounts.scoping import CityWideQuerySet


class Versions(dict):
    """How often the records of each (source, kind, year) have changed, as of one reading; 0 where never."""

    def __missing__(self, key) -> int:
        return 0

    def of_sources(self, sources: Iterable[str]) -> int:
        """How often anything of the sources has changed, whatever its kind and year."""
        return sum(version for (source, _, _), version in self.items() if source in sources)

    def of_kind(self, source: str, kind: str) -> int:
        """How often the records of the kind have changed, whatever their year."""
        return sum(version for key, version in self.items() if key[:2] == (source, kind))


class ChangeStampQuerySet(CityWideQuerySet):
    def touch(self, *, source: str, kind: str, year: int) -> None:
        """Say that records of this source, kind and year changed; call it in the transaction that changes them."""
        stamp, made = self.get_or_create(source=source, kind=kind, year=year)
        if not made:
            self.filter(pk=stamp.pk).update(version=F("version") + 1)

    def touch_all(self, *, source: str) -> None:
        """Say that records of this source changed, whatever their kind and year."""
        self.filter(source=source).update(version=F("version") + 1)

    def version_of(self, *, source: str, kind: str, year: int) -> int:
        """The version of the records; 0 when none were ever written."""
        return self.filter(source=source, kind=kind, year=year).values_list("version", flat=True).first() or 0

    def versions(self) -> Versions:
        """All versions; one statement, some hundred rows."""
        rows = self.order_by().values_list("source", "kind", "year", "version")
        return Versions({(source, kind, year): version for source, kind, year, version in rows})


class ChangeStamp(models.Model):
    """One counter per source of records, kind and year, raised in the same transaction as the records."""

    source = models.CharField("来源", max_length=60)
    kind = models.CharField("种类", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveBigIntegerField("版本", default=1)

    objects = ChangeStampQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "变更标记"
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "year"], name="one_stamp_per_source_kind_year")
        ]

    def __str__(self):
        return f"{self.source} {self.kind} {self.year}: {self.version}"
