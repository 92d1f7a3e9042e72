"""Imports made directly, in whatever state a page is to be seen in; the engine has its own tests."""

import json
from datetime import date
from itertools import count

from lianyungang_cdpf.intake.models import ImportJob, ImportRow, KeptRows

NUMBERS = count(1)
SUMMARY = {
    "data_rows": 5,
    "valid_rows": 3,
    "bad_rows": 2,
    "total_valid_amount": "1110.00",
    "declared_total": "1560.00",
    "sheets": [
        {"name": "伊山镇", "kind": "roll", "data_rows": 5, "first_row": 4, "last_row": 8, "reason": ""},
        {
            "name": "汇总",
            "kind": "summary",
            "data_rows": 0,
            "first_row": None,
            "last_row": None,
            "reason": "没有名册表头",
        },
    ],
    "file_warnings": [],
    "questions": [],
    "errors": {"ID_CHECKSUM": 1, "AMOUNT_NOT_STANDARD": 1},
    "warnings": {},
    "new": 0,
    "changed": 0,
    "unchanged": 0,
    "changed_since": [],
}


def made_import(staff, state="ready", kind="hardship_subsidy", file_name="海州区9月生活补贴.xlsx", **fields):
    """One import of the staff member's place; `summary` holds only what differs from SUMMARY."""
    fields["summary"] = {**SUMMARY, **fields.get("summary", {})}
    fields.setdefault("month", date(2019, 9, 1))
    return ImportJob.objects.create(
        kind=kind,
        staff=staff,
        area=staff.area or staff.zone.areas.order_by("code").first(),
        zone=staff.zone,
        file_name=file_name,
        sha256=f"{next(NUMBERS):064x}",
        size=2_200_000,
        state=state,
        **fields,
    )


def made_row(
    job, row, codes="", *, sheet="伊山镇", name="孙玉梅", id_number="320701199001011234", verdict=None, said=""
):
    """One row of the import; what stands in `said` is the sentence of the primary finding."""
    primary = codes.split(",")[0]
    verdict = verdict or ("bad" if primary and not primary.startswith("W_") else "warned" if primary else "valid")
    messages = [{"code": primary, "column": "身份证号", "sentence": said}] if said else []
    payload = {"name": name, "id_number": id_number, "amount": "370.00", "messages": messages}
    return ImportRow.objects.create(
        job=job, sheet=sheet, row=row, verdict=verdict, codes=codes, payload=json.dumps(payload, ensure_ascii=False)
    )


def made_preview(staff, **fields):
    """An import ready to be checked: two bad rows, one with a warning, two right."""
    job = made_import(staff, **fields)
    made_row(job, 4)
    made_row(job, 5)
    made_row(job, 6, "W_BANK_DIFFERS")
    made_row(job, 7, "ID_CHECKSUM,BANK_LUHN", said="末位应为 7，表中为 4")
    made_row(job, 8, "AMOUNT_NOT_STANDARD", said="应为 370.00 元")
    return job


def made_kept(job, *people, sheet="伊山镇"):
    """The rows of an import as they were read, from row 4: (name, ID number, amount) each."""
    rows = [(sheet, number, *person, []) for number, person in enumerate(people, start=4)]
    payload = json.dumps([["name", "id_number", "amount", "problems"], rows], ensure_ascii=False)
    return KeptRows.objects.create(job=job, position=0, payload=payload)
