"""Everything that the database holds, and taking an import back.

snapshot(*leaving)   every row of every table that imports about people and payments write, decrypted, by table and key
take_back(job, by=)  撤销导入 as the page does it; gives the import as it then stands
"""

import pytest

# When something was changed last is no value of it; an import and its runs are there to stay.
NOT_COMPARED = {"updated_at"}


def written_tables():
    from django.apps import apps

    return [
        model
        for label in ("beneficiaries", "subsidies", "services")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]


@pytest.fixture
def snapshot(db):
    def taken(*, without=()):
        held = {}
        for model in written_tables():
            names = [field.attname for field in model._meta.concrete_fields if field.attname not in NOT_COMPARED]
            rows = model._base_manager.order_by("pk").values_list(*names) if model not in without else ()
            held[model._meta.label] = [dict(zip(names, row, strict=True)) for row in rows]
        return held

    return taken


@pytest.fixture
def take_back():
    from lianyungang_cdpf.intake.undoing import undo_import

    def taken(job, by=None, reason="传错了文件"):
        undo_import(by=by or job.staff, job=job, reason=reason)
        job.refresh_from_db()
        return job

    return taken
