"""What programs are told of facilities is what their pages show."""

import hashlib
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from facilities.documents import add_document
from facilities.exports import FacilitiesFile
from facilities.models import FacilityDocument, Funding, Inspection
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.attaching import remove_file

PHONE = "19012345678"


@pytest.fixture
def home(make_facility):
    return make_facility(
        "青口之家", approved_on=date(2018, 3, 1), accepted_on=date(2019, 5, 20), phone=PHONE, responsible="张三",
        longitude="119.123456", latitude="34.5", run_mode="public_private", has_ramp=True, capacity=20,
    )  # fmt: skip


def test_a_facility_is_told_as_the_pages_and_files_show_it(ask, haizhou_clerk, home):
    shown = {
        "name": "名称", "kind_name": "设施种类", "stage_name": "阶段", "run_mode_name": "运行方式",
        "responsible": "负责人", "phone": "联系电话", "capacity": "可服务人数", "rooms": "功能室数",
    }  # fmt: skip
    told = ask(haizhou_clerk)(f"facilities/{home.pk}")
    for name, column in shown.items():
        assert told[name] == FacilitiesFile.columns[column](home), name
    assert (told["accepted_on"], told["longitude"], told["has_ramp"]) == ("2019-05-20", "119.123456", True)
    listed = ask(haizhou_clerk)("facilities")["results"][0]
    assert {name: told[name] for name in listed} == listed and "responsible" not in listed


def test_no_whole_phone_leaves_for_anybody(sign_in, city_clerk, home):
    answer = sign_in(city_clerk).get(f"/api/v1/facilities/{home.pk}").content.decode()
    assert "190****5678" in answer and PHONE not in answer
    assert "190****5678" not in sign_in(city_clerk).get("/api/v1/facilities").content.decode()


def test_the_history_says_which_stage_by_which_document_and_what_was_taken_back(ask, haizhou_clerk, city_clerk, home):
    entry = home.history.get(stage="accepted")
    home.history.filter(pk=entry.pk).update(
        taken_back_at=entry.recorded_at, taken_back_by=city_clerk, taken_back_why="日期登记错了"
    )
    first, last = ask(haizhou_clerk)(f"facilities/{home.pk}")["history"]
    assert (first["stage_name"], first["on"], first["document_title"]) == ("立项", "2018-03-01", "批复")
    assert (first["taken_back_at"], first["taken_back_by"], first["imported"]) == (None, None, False)
    assert (last["stage"], last["taken_back_why"]) == ("accepted", "日期登记错了")
    assert last["taken_back_by"] == city_clerk.get_short_name()


def test_money_is_told_by_line_and_as_sums(ask, haizhou_clerk, home):
    assert ask(haizhou_clerk)(f"facilities/{home.pk}")["funding_sums"] == {
        "planned": "0.00", "granted": "0.00", "spent": "0.00",
    }  # fmt: skip
    Funding.objects.create(facility=home, source="city", year=2019, planned="100.10", granted="90", spent="80.05")
    Funding.objects.create(facility=home, source="levy", year=2018, planned="50", granted="60.50", spent="0")
    told = ask(haizhou_clerk)(f"facilities/{home.pk}")
    lines = [(one["year"], one["source_name"]) for one in told["funding"]]
    assert lines == [(2018, "残疾人就业保障金"), (2019, "市级资金")]
    assert told["funding_sums"] == {"planned": "150.10", "granted": "150.50", "spent": "80.05"}


def test_inspections_say_what_became_of_their_follow_up(ask, haizhou_clerk, home):
    late = {"follow_up": "补装扶手", "due_on": date(2019, 7, 1)}
    Inspection.objects.create(facility=home, inspected_on=date(2019, 6, 1), inspector="李四", score="88.5", **late)
    Inspection.objects.create(facility=home, inspected_on=date(2019, 8, 1), inspector="王五")
    told = ask(haizhou_clerk)(f"facilities/{home.pk}")["inspections"]
    assert [(one["inspector"], one["score"], one["follow_up_state"]) for one in told] == [
        ("王五", None, "没有整改要求"), ("李四", "88.5", "已过期限，没有完成"),
    ]  # fmt: skip


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def paper(home, haizhou_clerk, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    told = FacilityDocument(kind="approval", title="立项批复", number="海残〔2019〕3号", dated=date(2019, 2, 1))
    return add_document(by=haizhou_clerk, facility=home, document=told, upload=ContentFile(PDF, name="批复.pdf"))


def test_documents_are_told_and_downloaded_with_the_line_that_the_page_writes(
    ask, sign_in, haizhou_clerk, home, paper
):  # fmt: skip
    later = FacilityDocument(kind="other", title="协议", dated=date(2019, 3, 1))
    add_document(by=haizhou_clerk, facility=home, document=later)
    first, last = ask(haizhou_clerk)(f"facilities/{home.pk}")["documents"]
    assert (first["title"], first["has_file"], first["size"]) == ("协议", False, 0)
    assert (last["id"], last["kind_name"], last["number"]) == (paper.pk, "申报、立项材料", "海残〔2019〕3号")
    assert (last["has_file"], last["size"], last["added_by"]) == (True, len(PDF), haizhou_clerk.get_short_name())
    assert not AuditLine.objects.filter(deed="下载设施材料").exists()
    answer = sign_in(haizhou_clerk).get(f"/api/v1/facilities/{home.pk}/documents/{paper.pk}/file")
    assert answer["Content-Type"] == "application/pdf" and b"".join(answer.streaming_content) == PDF
    assert hashlib.sha256(PDF).hexdigest() == last["sha256"]
    line = AuditLine.objects.get(deed="下载设施材料")
    assert (line.staff, line.object_id) == (haizhou_clerk, str(home.pk))
    missing = sign_in(haizhou_clerk).get(f"/api/v1/facilities/{home.pk}/documents/{first['id']}/file")
    assert missing.status_code == 404


def test_a_file_is_found_below_its_own_facility_alone_and_not_after_its_removal(
    sign_in, haizhou_clerk, donghai_clerk, make_staff, home, paper, make_facility
):  # fmt: skip
    other, client = make_facility("新坝之家"), sign_in(haizhou_clerk)
    own = f"/api/v1/facilities/{home.pk}/documents/{paper.pk}/file"
    assert client.get(f"/api/v1/facilities/{other.pk}/documents/{paper.pk}/file").status_code == 404
    assert sign_in(donghai_clerk).get(own).json()["code"] == "not_found"
    approver = make_staff("approver", role="civil_affairs_approver")
    assert sign_in(approver).get(own).status_code == 403
    remove_file(by=haizhou_clerk, attached=paper, why="传错了")
    assert client.get(own).status_code == 404
    assert client.get(f"/api/v1/facilities/{home.pk}").json()["documents"] == []
    assert not AuditLine.objects.filter(deed="下载设施材料").exists()


def test_filters_find_by_kind_stage_and_day(ask, haizhou_clerk, home, make_facility):
    make_facility("新坝之家", approved_on=date(2019, 2, 1))
    make_facility("辅具站", kind="device_station", approved_on=date(2017, 2, 1), revoked_on=date(2019, 3, 1))

    def names(**asked):
        return [one["name"] for one in ask(haizhou_clerk)("facilities", ordering="approved_on", **asked)["results"]]

    assert names() == ["辅具站", "青口之家", "新坝之家"]
    assert names(kind="device_station") == names(stage="revoked") == ["辅具站"]
    assert names(stage="accepted") == names(accepted_from="2019-05-20", accepted_to="2019-05-20") == ["青口之家"]
    assert names(accepted_from="2019-05-21") == names(accepted_to="2019-05-19") == []
    assert names(approved_from="2018-03-01") == ["青口之家", "新坝之家"]
    assert names(approved_to="2018-03-01") == ["辅具站", "青口之家"]


def test_a_role_without_facilities_is_refused(refused, make_staff, home):
    approver = make_staff("approver", role="civil_affairs_approver")
    for path in ("facilities", f"facilities/{home.pk}"):
        assert refused(approver, path)[0] == 403


def test_one_facility_is_read_in_as_many_statements_whatever_hangs_off_it(sign_in, haizhou_clerk, home):
    client = sign_in(haizhou_clerk)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/api/v1/facilities/{home.pk}").status_code == 200
        return len(asked)

    few = statements()
    for year in range(2010, 2020):
        Funding.objects.create(facility=home, source="city", year=year)
        Inspection.objects.create(facility=home, inspected_on=date(year, 6, 1), inspector="李四")
        home.history.create(stage="rectifying", on=date(year, 7, 1), recorded_by=haizhou_clerk)
        told = FacilityDocument(kind="other", title="协议", dated=date(year, 3, 1))
        add_document(by=haizhou_clerk, facility=home, document=told)
    assert statements() == few
