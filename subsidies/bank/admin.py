"""Layouts to edit, and what the roll's own page says of its money and its files."""

from django.contrib import admin

from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin
from subsidies.bank.actions import why_no_file
from subsidies.bank.forms import LayoutForm
from subsidies.bank.models import BankLayout
from subsidies.bank.money import money_of, returned_of
from subsidies.models import Roll

# More stand on the bank's own page of the roll.
SHOWN = 20


@admin.register(BankLayout)
class BankLayoutAdmin(ScopedAdmin):
    """报盘格式: what another bank or office wants is a new layout, not a new program."""

    form = LayoutForm
    list_display = ("name", "code", "purpose", "form", "active")
    list_filter = ("purpose",)

    def get_readonly_fields(self, request, obj=None):
        """Files were made by it under its code."""
        return ("code",) if obj else ()


def money_told(roll: Roll, staff) -> dict:
    """For the roll's page: its money in three parts, its bank files, whose money came back, and what one may make."""
    files = roll.bank_files.select_related("layout", "added_by").order_by("number")
    returned = returned_of(roll, staff)[:SHOWN]
    return {
        "money": money_of(roll), "bank_files": files[:SHOWN], "came_back": returned,
        "may_make_bank_file": not why_no_file(roll, staff),
    }  # fmt: skip
