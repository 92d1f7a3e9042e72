"""设施名册 as offices write them, with the truth of every row put there by hand.

`python -m tests.facilities.samples` writes the files and their truths to tests/data/samples. The clerk is 赣榆区's.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.beneficiaries.samples import gbk, workbook

FOLDER = Path(__file__).parents[1] / "data" / "samples"


@dataclass(frozen=True)
class Sample:
    """A file, the kind it is of, and for each data row, from `first` on, the findings that it must get."""

    file: str
    kind: str
    first: int
    content: bytes
    expected: list[list[str]]

    def truth(self) -> dict:
        """What the portal must say of the file."""
        rows = dict(enumerate(self.expected, start=self.first))
        bad = {row: [code for code in codes if not code.startswith("W_")] for row, codes in rows.items()}
        return {
            "file": self.file,
            "kind": self.kind,
            "data_rows": len(rows),
            "bad_rows": sum(bool(codes) for codes in bad.values()),
            "findings": {str(row): codes for row, codes in rows.items() if codes},
        }


HOME_HEADER = [
    ("", ["残疾人之家名称"]), ("所在地", ["乡镇（街道）", "村（社区）", "详细地址"]),
    ("运营情况", ["运行方式", "运营单位", "统一社会信用代码", "负责人", "联系电话"]),
    ("规模", ["建筑面积(㎡)", "功能室（间）", "可服务人数"]),
    ("建设进度", ["立项日期", "批复文号", "开工日期", "竣工日期", "验收日期", "验收文号", "当前阶段"]), ("", ["备注"]),
]  # fmt: skip
CODE = "52320707MJ00000011"


def home(name, town="青口镇", village="", **more) -> list:
    told = {
        "address": "示例路1号", "mode": "公建民营", "operator": "赣榆区示例助残服务中心", "code": "", "who": "张三",
        "phone": "19000000001", "area": 260.5, "rooms": 5, "capacity": 20, "approved": "2019.1.15",
        "number": "赣残〔2019〕5号", "started": "2019年2月20日", "completed": "2019/5/10", "accepted": "",
        "accepted_no": "", "stage": "竣工", "note": "",
    } | more  # fmt: skip
    return [name, town, village, *told.values()]


DONE = {"accepted": "2019-05-28", "accepted_no": "赣残验〔2019〕1号", "stage": "验收合格"}
HOME_ROWS = [
    (home("青口镇第一残疾人之家", village="黄海社区", code=CODE, **DONE), []),
    (home("海头镇残疾人之家", "海头", completed="", stage="在建"), []),
    (home("清口镇残疾人之家", "清口镇", **DONE), ["AREA_UNKNOWN"]),
    (home("青口镇第一 残疾人之家", **DONE), ["FACILITY_DUPLICATE"]),
    (home("柘汪镇残疾人之家", "柘汪镇", **DONE | {"accepted": "2019-05-09"}), ["FACILITY_DATES"]),
    (home("石桥镇残疾人之家", "石桥镇", stage="装修中"), ["FACILITY_STAGE"]),
    (home("金山镇残疾人之家", "金山镇", **DONE | {"accepted": "2099-01-01"}), ["FACILITY_FUTURE"]),
    (home("黑林镇残疾人之家", "黑林镇", area=150, **DONE), ["FACILITY_MINIMUM"]),
    (home("厉庄镇残疾人之家", "厉庄镇", code="52320707MJ00000020", **DONE), ["FACILITY_CODE"]),
    (home("无乡镇的残疾人之家", ""), ["MISSING_REQUIRED"]),
    (home("塔山镇残疾人之家", "塔山镇", stage="已验收"), ["FACILITY_STAGE_DAY"]),
    (home("赣马镇残疾人之家", "赣马镇", "没有的村", phone="无", **DONE), ["W_VILLAGE_UNKNOWN", "W_PHONE_FORMAT"]),
    (home("班庄镇残疾人之家", "班庄镇", stage="整改中", **{"accepted": "2019-05-28"}), ["FACILITY_STAGE"]),
    (home("城头镇残疾人之家", "城头镇", stage="立项"), ["FACILITY_STAGE"]),
]
HOMES = Sample(
    "07_赣榆区2019年残疾人之家建设台账.xlsx", "disabled_persons_home", 5,
    workbook(
        "赣榆区2019年“残疾人之家”建设台账", HOME_HEADER, [row for row, _ in HOME_ROWS], total="合计：14 个",
        unit="赣榆区",
    ),
    [codes for _, codes in HOME_ROWS],
)  # fmt: skip

STATION_HEADER = [
    "序号", "所属县区", "镇街", "站（点）名称", "地址", "联系人", "联系方式", "面积", "工作人员", "验收时间",
    "投入使用日期",
]  # fmt: skip


def station(order, town, name, county="赣榆区", **more) -> list:
    told = {"address": "", "who": "李四", "phone": f"1900000000{order}", "area": "50", "staff": "1",
            "accepted": "2019-06-14", "opened": ""} | more  # fmt: skip
    return [str(order), county, town, name, *told.values()]


STATION_ROWS = [
    (
        station(1, "青口镇", "青口镇辅具服务站", address="文化路9号", phone="0518-86200000", area="60平方米",
                accepted="2019年6月3日", opened="2019年6月10日"),
        [],
    ),
    (station(2, "宋庄", "宋庄镇辅具服务点", "赣榆", area="45", accepted="20190611"), []),
    (station(3, "牛山街道", "牛山辅具服务站", "东海县"), ["WRONG_DISTRICT"]),
    (station(4, "沙河镇", "沙河镇辅具服务站", area="约五十"), ["MEASURE_FORMAT"]),
    (station(5, "墩尚镇", "墩尚镇辅具服务站", accepted="去年底"), ["DATE_FORMAT"]),
    (station(6, "城西镇", "城西镇辅具服务站", accepted=""), ["FACILITY_STAGE"]),
    (station(7, "塔山镇", "塔山镇辅具服务点", opened="2019-06-01"), ["FACILITY_DATES"]),
    (station(8, "金山镇", "金山镇辅具服务点", staff="一个"), ["NUMBER_FORMAT"]),
]  # fmt: skip
STATIONS = Sample(
    "08_辅具服务站点登记表.csv", "device_station", 3,
    gbk("2019年基层残疾人辅具服务站（点）登记表", STATION_HEADER, [row for row, _ in STATION_ROWS]),
    [codes for _, codes in STATION_ROWS],
)  # fmt: skip
SAMPLES = (HOMES, STATIONS)


def write(sample: Sample) -> None:
    """Write the file and its truth."""
    (FOLDER / sample.file).write_bytes(sample.content)
    truth = json.dumps(sample.truth(), ensure_ascii=False, indent=1)
    (FOLDER / f"{sample.file}.truth.json").write_text(truth + "\n", encoding="utf-8")


if __name__ == "__main__":
    for one in SAMPLES:
        write(one)
