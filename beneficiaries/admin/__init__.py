"""The register's ledgers, in the order in which the side bar lists them."""

from beneficiaries.admin import people  # noqa: I001 - the order of registration is the order of the side bar
from beneficiaries.admin import households, changes
from beneficiaries.admin.people import SEARCH_HELP, WHOLE_ACCOUNT

__all__ = ["SEARCH_HELP", "WHOLE_ACCOUNT", "changes", "households", "people"]
