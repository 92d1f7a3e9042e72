"""The people of the work lists, paid 370 yuan (grade one) or 300 (grade two) for March 2019."""

from tests.subsidies.owed.conftest import living, poor

__all__ = ["living", "poor"]
