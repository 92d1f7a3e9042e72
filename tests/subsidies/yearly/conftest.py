"""A county's office with invented standards, and lists sent in, judged and posted.

premiums(*rows)  insured(*rows)  grants(*rows)   a list of the kind, judged: its outcomes by row from 2 on
posted(kind, rows, month=)                        the roll that the valid rows of a list made
"""

import io
import json
from datetime import date

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

PREMIUM = ["姓名", "身份证号", "残疾证号", "缴费年度", "代缴档次", "代缴金额", "参保地", "缴费日期"]
INSURED = ["被保险人姓名", "证件号码", "险种名称", "保单号", "保险起期", "保险止期", "保费"]
GRANT = ["学生姓名", "身份证号", "学校", "学段", "学籍号", "家长姓名", "家长残疾证号", "补贴金额", "监护人账号"]
HEADERS = {"pension_premium": PREMIUM, "commercial_insurance": INSURED, "education_grant": GRANT}
MONTHS = {"pension_premium": date(2019, 1, 1), "commercial_insurance": None, "education_grant": date(2019, 9, 1)}
ACCOUNT = "6299999630040357070"


@pytest.fixture
def office(city, haizhou_clerk):
    from subsidies.loading import load_standards

    source = settings.BASE_DIR / "fixtures" / "demonstration-standards.json"
    load_standards(json.loads(source.read_text(encoding="utf-8")))
    return haizhou_clerk


@pytest.fixture
def judged(office, send, run_import):
    """judged(kind, rows, month=, staff=) -> {row: the codes told of it}; rows are from 2 on."""

    def make(kind, *rows, month=None, staff=None):
        job = run_import(send(staff or office, kind, [HEADERS[kind], *rows], month=month or MONTHS[kind]))
        assert job.state == "ready", (job.state, job.sentence)
        told = dict(job.rows.values_list("row", "codes"))
        return [told[number] for number in range(2, len(rows) + 2)]

    return make


@pytest.fixture
def posted(office, send, run_import, post):
    def make(kind, *rows, month=None, staff=None, **options):
        from subsidies.models import Roll

        sent = send(staff or office, kind, [HEADERS[kind], *rows], month=month or MONTHS[kind], **options)
        job = post(run_import(sent))
        assert job.state == "posted", (job.state, job.sentence, job.summary)
        return Roll.objects.get(job=job)

    return make


@pytest.fixture
def no_breach():
    """no_breach(): check_invariants finds nothing."""

    def check():
        said = io.StringIO()
        try:
            call_command("check_invariants", stdout=said)
        except CommandError as error:
            pytest.fail(f"{said.getvalue()}{error}")

    return check


def premium(person, year="2019", amount="100", certificate="", confirmed="", name=None) -> list:
    return [name or person.name, person.id_number, certificate, year, "100元", amount, "新海街道", confirmed]


def entry(person, policy="P1", first="2019-05-01", last="2020-04-30", amount="60", product="意外险") -> list:
    return [person.name, person.id_number, product, policy, first, last, amount]


def student(name, id_number, parent=None, stage="高二", amount="1000", parent_name=None, certificate=None) -> list:
    certificate = certificate if certificate is not None else parent.certificates.get().number if parent else ""
    return [
        name, id_number, "海州中学", stage, f"G{id_number}", parent_name or (parent.name if parent else ""),
        certificate, amount, ACCOUNT,
    ]  # fmt: skip
