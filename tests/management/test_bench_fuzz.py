"""What a mutated file leaves behind when it is uploaded: a sentence, a name and a fingerprint."""

from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.management.benchmarks import document
from lianyungang_cdpf.management.benchmarks.bars import bars_of
from lianyungang_cdpf.management.benchmarks.fuzz import left_behind, seeds_of
from lianyungang_cdpf.management.benchmarks.mutations import mutated

RESULT = {
    "database": {"vendor": "sqlite"}, "inputs": 100_000, "uploaded": 300, "ended": {"read": 1, "refused": 2, "died": 3},
    "left_behind": 0, "slowest_seconds": 1, "reader_peak_mb": 90,
}  # fmt: skip


def test_refused_uploads_leave_no_row_and_no_file(corpus, db, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    seeds = {name: content for name, content in seeds_of(corpus.path()).items() if name.startswith(("06", "19"))}
    earlier = set(ImportJob.objects.values_list("stored_name", flat=True))
    assert sum(left_behind(corpus.staff("320706"), name, content) for name, content in mutated(seeds, 3, 8)) == 0
    refused = ImportJob.objects.filter(state=ImportJob.State.REFUSED)
    assert refused.count() >= 3
    kept = {path.name for path in settings.UPLOAD_ROOT.iterdir()}
    assert kept == set(ImportJob.objects.exclude(stored_name="").values_list("stored_name", flat=True)) - earlier


def test_what_a_refusal_should_not_leave_is_counted(corpus, db, settings, tmp_path, monkeypatch):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    monkeypatch.setattr("lianyungang_cdpf.intake.work.run", lambda pk: ImportJob.objects.update(state="failed"))
    ((name, content),) = ((n, c) for n, c in seeds_of(corpus.path()).items() if n.startswith("06"))
    assert left_behind(corpus.staff("320706"), name, content) == 1


def test_a_death_of_the_child_is_no_failure_a_fault_of_the_gate_is():
    assert all(bar.is_held for bar in bars_of("fuzz", [RESULT]))
    for change in ({"ended": {"gate": 1}}, {"ended": {"hung": 1}}, {"left_behind": 1}, {"inputs": 99_999}):
        assert not all(bar.is_held for bar in bars_of("fuzz", [RESULT | change])), change


def test_the_document_tells_how_the_files_ended():
    machine = {"cores": 2, "cpu": "x", "memory_gb": 8, "load_before": 0, "python": "3", "libraries": {}, "commit": "c"}
    told = {"database": {"vendor": "sqlite", "version": "3"}, "machine": machine, "seed": 7, "seconds": 9.5}
    text = document.document({"fuzz": [RESULT | told | {"portal_peak_mb": 200}]})
    assert "| refused | 2 |" in text and "100,000 files of seed 7, 300 uploads in 9.50 s" in text
    assert "| sqlite | files that ended: hung | 0 | ≤ 0 | held |" in text
