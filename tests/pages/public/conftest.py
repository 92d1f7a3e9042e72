"""Payments and facilities as the apps' own tests make them."""

from tests.facilities.conftest import make_facility
from tests.targets.conftest import make_roll, pay

__all__ = ["make_facility", "make_roll", "pay"]
