"""What others do: django-import-export on the same models, as its documentation recommends.

Both ways go as its admin does: the workbook is read with its own XLSX format and imported as a dry run whose rows
could be shown, then read again and imported for good. Neither judges a row: no name is compared, no standard, no
certificate, no account, nothing paid twice is explained; no outcome of a row is kept, no total is compared, and no
lines are written to the admin's log. Of the tables that the portal writes they fill one.
"""

from pathlib import Path

NAMES = ("default", "tuned", "unchecked")
VALID_ROWS = "valid.xlsx"
HEADINGS = ("行号", "身份证号码", "发放金额", "银行卡号", "户名")
FIELDS = ("id", "row", "person", "amount", "account_no", "account_holder")
BATCH = 1_000


def write_valid_rows(job, path: Path) -> None:
    """The rows that the portal posted, as a plain workbook with its header in the first row."""
    from xlsxwriter import Workbook

    from subsidies.models import Payment

    columns = ("row", "person__id_number", "amount", "account_no", "account_holder")
    with Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        paid = Payment.objects.filter(roll__job=job).order_by("pk").values_list(*columns)
        for line, (number, *values) in enumerate(paid.iterator(5000), start=1):
            sheet.write_number(line, 0, number)
            for column, value in enumerate(values, start=1):
                sheet.write_string(line, column, str(value))


def measure(files: dict, kept: str, name: str) -> dict:
    """Seconds of dry run and import by the resource of this name, rows written, peak memory in MiB."""
    from lianyungang_cdpf.management.benchmarks import legs
    from subsidies.models import Payment

    workbook, roll = Path(kept) / VALID_ROWS, _open_roll(files)
    resource = RESOURCES[name]()
    before = Payment.objects.count()
    _, dry = legs.measured(lambda: _import(resource, roll, workbook, dry_run=True))
    _, real = legs.measured(lambda: _import(resource, roll, workbook, dry_run=False))
    return {
        "seconds": round(dry["seconds"] + real["seconds"], 3),
        "cpu_seconds": round(dry["cpu_seconds"] + real["cpu_seconds"], 3),
        "dry_run_seconds": dry["seconds"],
        "import_seconds": real["seconds"],
        "payments": Payment.objects.count() - before,
        "peak_mb": legs.own_peak_mb(),
    }


def _open_roll(files: dict):
    """The roll that the payments belong to; the peers have no idea of one."""
    from datetime import date

    from lianyungang_cdpf.accounts.models import Staff
    from lianyungang_cdpf.management.benchmarks.intake import CLERK
    from subsidies.models import Programme
    from subsidies.posting import open_roll

    programme, month = Programme.objects.get(code=files["kind"]), date.fromisoformat(f"{files['month']}-01")
    return open_roll(by=Staff.objects.get(username=CLERK), programme=programme, month=month, reference="peer")


def _import(resource_class, roll, workbook: Path, *, dry_run: bool):
    from import_export.formats.base_formats import XLSX

    dataset = XLSX().create_dataset(workbook.read_bytes())
    # The admin makes a resource per request, keeps each row's instance when it imports, and rolls back on errors.
    told = {} if dry_run else {"retain_instance_in_row_result": True, "rollback_on_validation_errors": True}
    result = resource_class(roll=roll).import_data(dataset, dry_run=dry_run, file_name=workbook.name, **told)
    if result.has_errors() or result.has_validation_errors():
        first = next((error for _, errors in result.row_errors() for error in errors), None)
        raise AssertionError(f"{resource_class.__name__}: {dict(result.totals)}, {first and first.error!r}")
    return result


def _payments(person_widget, **options) -> type:
    """A ModelResource of payments; the file says who is paid how much, the roll says for what."""
    from import_export import fields
    from import_export.resources import ModelResource
    from import_export.widgets import CharWidget, DecimalWidget, IntegerWidget

    from beneficiaries.identity import account_digest
    from subsidies.models import Payment

    class PaymentResource(ModelResource):
        row = fields.Field("row", HEADINGS[0], IntegerWidget())
        person = fields.Field("person", HEADINGS[1], person_widget)
        amount = fields.Field("amount", HEADINGS[2], DecimalWidget())
        account_no = fields.Field("account_no", HEADINGS[3], CharWidget())
        account_holder = fields.Field("account_holder", HEADINGS[4], CharWidget())
        Meta = type("Meta", (), {"model": Payment, "fields": FIELDS, **options})

        def __init__(self, roll):
            super().__init__()
            self.roll = roll

        def get_queryset(self):
            return Payment.objects.live().filter(programme=self.roll.programme, month=self.roll.month)

        def before_save_instance(self, instance, row, **kwargs):
            instance.roll, instance.programme, instance.month = self.roll, self.roll.programme, self.roll.month
            instance.area_id = instance.person.area_id
            instance.account_digest = account_digest(instance.account_no)

    return PaymentResource


def default_resource() -> type:
    """As it comes: row by row the person is looked up, then the payment that may be there already, then the payment is
    saved; every row's difference is kept as HTML."""
    from import_export.widgets import ForeignKeyWidget

    from beneficiaries.identity import id_digest
    from beneficiaries.models import Person

    class PersonByIdNumber(ForeignKeyWidget):
        def __init__(self):
            super().__init__(Person, "id_digest")

        def get_lookup_kwargs(self, value, row, **kwargs):
            return {self.field: id_digest(value)}

    return _payments(PersonByIdNumber(), import_id_fields=("person",))


def tuned_resource() -> type:
    """Its documentation's advice for large files: bulk, instances and people cached, no differences."""
    from import_export.instance_loaders import CachedInstanceLoader

    return _bulk(import_id_fields=("person",), instance_loader_class=CachedInstanceLoader)


def unchecked_resource() -> type:
    """Tuned further by not asking whether a payment is there already: a second import would fail, not be skipped."""
    return _bulk(force_init_instance=True)


def _bulk(**options) -> type:
    from import_export.widgets import CachedForeignKeyWidget

    from beneficiaries.identity import id_digest
    from beneficiaries.models import Person

    class PersonByIdNumber(CachedForeignKeyWidget):
        def __init__(self):
            super().__init__(Person, "id_digest")

        def get_queryset(self, value, row, *args, **kwargs):
            return Person.objects.order_by().only("id_digest", "area_id")

        def get_lookup_kwargs(self, value, row, **kwargs):
            return {self.field: id_digest(value)}

    return _payments(
        PersonByIdNumber(), use_bulk=True, batch_size=BATCH, skip_diff=True, skip_html_diff=True, **options
    )


RESOURCES = {"default": default_resource, "tuned": tuned_resource, "unchecked": unchecked_resource}
