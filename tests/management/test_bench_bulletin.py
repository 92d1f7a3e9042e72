"""The benchmark of the bulletin works on a small demonstration, with LibreOffice or without."""

from lianyungang_cdpf.management.benchmarks import bulletin
from lianyungang_cdpf.management.benchmarks.bulletin import NO_OFFICE, measure, prepare


def test_the_demonstrations_month_is_written_and_agrees_with_its_records(db, monkeypatch):
    monkeypatch.setattr(bulletin.shutil, "which", lambda name: None)
    prepare(people=60)
    figures = measure()
    assert figures["checked"]["differing"] == 0
    assert figures["libreoffice"] == NO_OFFICE
    assert figures["pdf"]["pages"] >= 2
    assert figures["docx"]["kb"] > 20 and figures["xlsx"]["kb"] > 5


def test_pages_are_counted_in_plain_and_in_packed_objects():
    import zlib

    packed = zlib.compress(b"<</Type /Page>> <</Type/Pages>>")
    plain = b"%PDF <</Type /Page /Parent 1>> <</Type /Pages>>\nstream\n" + packed + b"\nendstream"
    assert bulletin.pages_of(plain) == 2
