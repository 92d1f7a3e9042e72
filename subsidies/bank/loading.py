"""Layouts as the portal ships them."""

import json

from django.conf import settings

from subsidies.bank.models import BankLayout

SOURCE = settings.BASE_DIR / "fixtures" / "bank-layouts.json"


def load_layouts() -> int:
    """Add what is missing of fixtures/bank-layouts.json; what is there may have been edited. Returns how many."""
    known = set(BankLayout.objects.values_list("code", flat=True))
    shipped = json.loads(SOURCE.read_text(encoding="utf-8"))
    return len(BankLayout.objects.bulk_create(BankLayout(**one) for one in shipped if one["code"] not in known))
