"""How much one upload may cost. The defaults are those of the rolls (standards.json `limits`)."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
SMALL_FILE_ROWS = 5_000  # standards.json `limits_hold_for`: 20 s up to here, 60 s above


@dataclass(frozen=True)
class Limits:
    """Bytes, counts, seconds and MiB; rows, columns and cells count only those that hold something."""

    max_upload_bytes: int = 20 * MEBIBYTE
    max_uncompressed_bytes: int = 300 * MEBIBYTE
    max_compression_ratio: int = 200
    max_zip_entries: int = 2_000
    max_rows: int = 60_000
    max_columns: int = 256
    max_cell_chars: int = 32_767
    max_sheets: int = 200
    allowed_extensions: tuple[str, ...] = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt")
    max_seconds: float = 60
    max_rss_mb: int = 600
    max_seconds_small: float = 20


ROLL_LIMITS = Limits()

# The register of people and the payment history hold for the whole city and ten years (`limits_hold_for`).
REGISTER_LIMITS = Limits(
    max_upload_bytes=100 * MEBIBYTE,
    max_uncompressed_bytes=2_048 * MEBIBYTE,
    max_rows=1_000_000,
    max_seconds=600,
    max_rss_mb=3_000,
    max_seconds_small=60,
)
