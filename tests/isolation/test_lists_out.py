"""What leaves the lists: exports and suggestions hold the own county's records only (A5, A7)."""

import io
import re

import openpyxl
import pytest
from django.db.models import ForeignKey, ManyToManyField

from lianyungang_cdpf.accounts.models import Area
from tests.isolation.pages import ADMINS, address, may_see, seen_marks

# As in test_urls: what these answer with comes from querysets that run on both databases.
pytestmark = pytest.mark.one_database
EXPORTING = sorted(label for label, model_admin in ADMINS.items() if hasattr(model_admin, "export_action"))


@pytest.mark.parametrize("label", EXPORTING)
def test_export_holds_nothing_foreign(label, outsiders, haizhou, donghai):
    for staff, client in outsiders:
        offered = client.get(address(label, "export"))
        assert offered.status_code == (200 if may_see(staff, label) else 403)
        assert not seen_marks(offered, donghai)
        for position in range(len(ADMINS[label].get_export_formats())):
            sent = {"format": position, "resource": "", "export_items": [donghai.pk_of(label)]}
            response = client.post(address(label, "export"), sent)
            assert response.status_code == (200 if may_see(staff, label) else 403)
            texts = _texts(response)
            assert not {mark for mark in donghai.marks for text in texts if mark in text}


@pytest.mark.parametrize("label", sorted(set(EXPORTING)))
def test_export_holds_the_own_records(label, outsiders, haizhou, donghai):
    """The counterpart: the file is not merely empty."""
    staff, client = outsiders[0]
    if not may_see(staff, label):
        return
    rows = ADMINS[label].model.objects.visible_to(staff).count()
    response = client.post(address(label, "export"), {"format": 0, "resource": "", "export_items": []})
    book = openpyxl.load_workbook(io.BytesIO(response.getvalue()), read_only=True)
    assert len(list(book.active.iter_rows())) == rows + 1


def _texts(response) -> list[str]:
    """Every cell of an exported file."""
    body = response.getvalue()
    if body[:2] != b"PK":
        return re.split(r"[,\r\n]", body.decode("utf-8-sig"))
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    return [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    ]


def _relations() -> list[tuple[str, str]]:
    """Every field by which a registered model, or a row in its page, points at another record."""
    models = {model_admin.model for model_admin in ADMINS.values()}
    models |= {inline.model for model_admin in ADMINS.values() for inline in model_admin.inlines}
    pointing = (ForeignKey, ManyToManyField)
    return sorted(
        (model._meta.label, field.name)
        for model in models
        for field in model._meta.get_fields()
        if isinstance(field, pointing)
    )


@pytest.mark.parametrize(("label", "field"), _relations())
def test_autocomplete_suggests_nothing_foreign(label, field, outsiders, haizhou, donghai):
    app_label, model_name = label.lower().split(".")
    source = {"app_label": app_label, "model_name": model_name, "field_name": field}
    for position, (_, client) in enumerate(outsiders):
        # Who may ask differs by role, what is found does not: the other words are tried once.
        for term in ["", donghai.name, *([] if position else [*donghai.searches, "320722", "东海", "白塔埠"])]:
            response = client.get("/admin/autocomplete/", {**source, "term": term}, follow=True)
            assert response.status_code in (200, 403, 404)
            if response.status_code == 200:
                texts = [result["text"] for result in response.json()["results"]]
                assert not [text for text in texts if "东海" in text or "白塔埠" in text or donghai.letters in text]


def test_autocomplete_offers_the_areas_of_ones_own_place(outsiders):
    source = {"app_label": "beneficiaries", "model_name": "person", "field_name": "area", "term": "新海街道"}
    _, client = outsiders[0]
    results = client.get("/admin/autocomplete/", source).json()["results"]
    town = Area.objects.get(code="320706006")
    assert {"id": str(town.pk), "text": "海州区 / 新海街道"} in results


def test_autocomplete_offers_no_placeholders(outsiders, sign_in, city_clerk):
    virtual = Area.objects.filter(is_virtual=True).first()
    source = {"app_label": "beneficiaries", "model_name": "person", "field_name": "area", "term": virtual.code}
    assert sign_in(city_clerk).get("/admin/autocomplete/", source).json()["results"] == []
