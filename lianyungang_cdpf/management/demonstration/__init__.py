"""An invented city as of 30 September 2019: ID prefix 320701 (never issued), amounts that are nobody's."""

from lianyungang_cdpf.management.demonstration.city import make_city

__all__ = ["make_city"]
