"""Traces from before rows had seals: rotated, and taken back with the seals that the rows should have."""

import json
import secrets

from beneficiaries.models import Certificate
from lianyungang_cdpf.encryption.checking import register_keys
from lianyungang_cdpf.intake.models import ImportTrace
from lianyungang_cdpf.intake.tracing import written_out
from lianyungang_cdpf.management.rotation import Rotation
from lianyungang_cdpf.management.seals import Looked, breaches
from tests.fixtures_city import make_id


def without_seals(label) -> int:
    """Take the seals of a model's rows out of every trace; of how many rows."""
    count = 0
    for trace in ImportTrace.objects.all():
        content = json.loads(trace.payload)
        for one in content.get("tables", ()):
            if one["model"] != label:
                continue
            for row in one["removed"]:
                row.pop()
                count += 1
            if "seal" in one["columns"]:
                at = one["columns"].index("seal")
                one["columns"].pop(at)
                for line in one["changed"]:
                    line[3].pop(at)
                    count += 1
        trace.payload = written_out(content)
        trace.save()
    return count


def test_a_changed_row_comes_back_with_its_seal(take_in, take_back, db):
    row = {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区", "残疾证号": f"{make_id(300)}43"}
    take_in("register", row)
    job = take_in("register", {**row, "残疾证号": f"{make_id(300)}42"}, name="改.csv")
    assert without_seals("beneficiaries.Certificate")
    take_back(job)
    assert list(breaches(Looked())) == []


def test_a_removed_row_is_rotated_in_its_trace_and_comes_back_with_its_seal(take_in, take_back, make_person, settings):
    kept, gone = (make_person("甲", category=4, grade=1) for _ in range(2))
    one, two = (Certificate.objects.get(person=person) for person in (kept, gone))
    two.number, two.number_digest = one.number, one.number_digest
    two.save()
    row = {"姓名": "甲", "保留身份证号": kept.id_number, "停用身份证号": gone.id_number, "原因": "同一人重复建档"}
    job = take_in("merges", row)
    assert without_seals("beneficiaries.Certificate")
    register_keys()
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = settings.FIELD_KEYS | {9: secrets.token_bytes(32)}, 9
    run = Rotation()
    assert not run.run().on_old_keys and not run.unreadable
    take_back(job)
    assert list(breaches(Looked())) == [] and Certificate.objects.get(person_id=gone.pk).seal
