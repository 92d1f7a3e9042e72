"""Pages that compose several apps borrow the makers of the apps' own tests."""

from tests.services.conftest import cancelled, make_service

__all__ = ["cancelled", "make_service"]
