"""Who looks, and when, written faintly over every page that shows persons: a photo of the screen says whose it was.

个人信息保护 of GB/T 22239 (facts.md 6.2). The figures of the board and public pages carry none.
"""

from functools import cache

from django.utils.timezone import localtime

from beneficiaries.personal_data import PERSONAL_DATA as OF_PEOPLE
from facilities.personal_data import PERSONAL_DATA as OF_FACILITIES
from lianyungang_cdpf.intake.models import PERSONAL_DATA as OF_IMPORTS
from lianyungang_cdpf.pages.processing.catalogue import CLASSES
from lianyungang_cdpf.purposes import ABOUT_SOMEBODY
from services.personal_data import PERSONAL_DATA as OF_SERVICES
from subsidies.models import PERSONAL_DATA as OF_PAYMENTS

# Pages outside the model admin that show persons, by the name of their app; without those that show none.
APPS = {
    "people", "services", "subsidies", "bank", "comparison", "monthly", "recovery", "roll", "notice", "facility",
    "intake",
}  # fmt: skip
WITHOUT = {"facility:index", "intake:front", "roll:waiting"}
# Ledgers whose own columns tell nobody, with persons below them on their pages.
ABOVE_PERSONS = {"subsidies_roll", "intake_importjob"}
PAGES = {
    "one_person", "board:people", "board:records", "processing:copy", "processing:erase", "reveal", "report:difference",
}  # fmt: skip


def watermark(request) -> str:
    """The line for the page that answers this request; empty for a page without persons."""
    match = request.resolver_match
    if match is None or not _shows_persons(match) or not request.user.is_authenticated:
        return ""
    return f"{request.user} {request.user.username} {localtime():%Y-%m-%d %H:%M}"


def _shows_persons(match) -> bool:
    if match.app_name == "admin":
        return (match.url_name or "").rpartition("_")[0] in _ledgers()
    return match.view_name in PAGES or (match.app_name in APPS and match.view_name not in WITHOUT)


def is_about_somebody(model) -> bool:
    """Whether the model has a field that says something about somebody, staff among them, or has persons below it."""
    is_ledger = f"{model._meta.app_label}_{model._meta.model_name}" in _ledgers()
    return is_ledger or bool(ABOUT_SOMEBODY & set(CLASSES.get(model, {}).values()))


@cache
def _ledgers() -> set[str]:
    """The models with something about somebody in them, as the admin names their pages."""
    classes = OF_PEOPLE | OF_FACILITIES | OF_IMPORTS | OF_SERVICES | OF_PAYMENTS
    return ABOVE_PERSONS | frozenset(
        f"{model._meta.app_label}_{model._meta.model_name}"
        for model, fields in classes.items()
        if ABOUT_SOMEBODY & set(fields.values())
    )
