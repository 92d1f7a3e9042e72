"""The same people written tidily and as offices write them give the same rows."""

import random
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from lianyungang_cdpf.intake.reading import BadCell, Refused
from lianyungang_cdpf.intake.tables import name_key

from .tables_for_tests import codes, people, read, sheet

FIELDS = ["name", "id_number", "certificate_no", "account_no", "amount", "month", "town"]
HEADINGS = {
    "name": ["姓名", "姓  名", "残疾人姓名", "姓\n名", "殘疾人姓名", "本人姓名"],
    "id_number": [
        "身份证号",
        "身份证号码",
        "公民身份号码",
        "身分證號碼",
        "本人身份证号（18位）",
        "残疾人身份证号码",
        "证件号码",
    ],
    "certificate_no": ["残疾证号", "残疾人证号", "殘疾證號", "残疾证编号"],
    "account_no": ["银行卡号", "一卡通账号", "银行帐号", "社保卡银行账号", "賬號", "银行账户"],
    "amount": ["发放金额", "补贴金额（元）", "金额", "实发金额", "生活补贴(元)", "本月补贴金额", "補貼金額"],
    "month": ["发放月份", "发放年月", "补贴月份", "年月"],
    "town": ["乡镇", "街道", "乡镇（街道）", "鎮街"],
}
DECOYS = [
    "序号",
    "监护人姓名",
    "监护人身份证号",
    "补贴标准",
    "户主姓名",
    "备注",
    "残疾等级",
    "代领人",
    "开户人身份证号",
    "性别",
]
AMOUNTS = ["300", "110.00", "1020", "370.01"]


class Office:
    """One clerk's habits, drawn from a seed."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        chance = self.random.random
        self.fields = self.random.sample(FIELDS, len(FIELDS))
        self.decoys = self.random.sample(DECOYS, self.random.randint(0, 5))
        self.columns = [*self.fields, *self.decoys]
        self.random.shuffle(self.columns)
        self.left = self.random.choice([0, 0, 1, 2])
        self.grouped, self.paged, self.numbered, self.ditto, self.merged = (chance() < 0.4 for _ in range(5))
        self.headings = {field: self.random.choice(HEADINGS[field]) for field in FIELDS}
        self.rows: list[list] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self.last_town_row = 0

    def pick(self, *ways):
        return self.random.choice(ways)

    def put(self, cells: list) -> int:
        self.rows.append(["" for _ in range(self.left)] + cells if cells else [])
        return len(self.rows)

    def heading(self) -> None:
        texts = [self.headings.get(column, column) for column in self.columns]
        if self.grouped:
            self._two_rows(texts)
        else:
            self.put(texts)
        if self.numbered:
            self.put([self.pick(f"（{place}）", f"({place})") for place, _ in enumerate(texts, 1)])

    def _two_rows(self, texts: list[str]) -> None:
        """Single columns above, a group of neighbours below a common heading."""
        start = self.random.randrange(len(texts) - 1)
        upper = [text if not start <= place < start + 2 else "" for place, text in enumerate(texts)]
        upper[start] = self.pick("基本情况", "登记内容")
        lower = [text if start <= place < start + 2 else "" for place, text in enumerate(texts)]
        row = self.put(upper)
        self.put(lower)
        if self.merged:
            self.merges.append((row, self.left + start + 1, row, self.left + start + 2))

    def number(self, text: str) -> str:
        return self.pick(
            text,
            f"'{text}",
            f" {text} ",
            f'="{text}"',
            wide(text),
            f"{text[:6]} {text[6:14]} {text[14:]}",
            f"\ufeff{text}",
        )

    def amount(self, text: str, above: str | None):
        if self.ditto and above == text:
            return self.pick("同上", "〃", " 同上 ")
        value = Decimal(text)
        return self.pick(text, float(text), f"￥{value:,}", f"{text}元", wide(text), f"人民币{text}元", f" {text} ")

    def name(self, text: str) -> str:
        spaced = "　".join(text) if len(text) < 4 else text
        return self.pick(text, f" {text} ", spaced, text.replace("·", "•"), f"{text}\u200b", text.replace("·", "．"))

    def month(self) -> object:
        return self.pick("2022年3月", "2022.3", "2022.03", "202203", 202203, "2022-03", "2022/3", 44621, 2022.03)

    def person(self, number: int, person: dict, above: dict | None) -> None:
        other = people()[-1 - number]
        cells = {
            "name": self.name(person["name"]),
            "id_number": self.number(person["id_number"]),
            "certificate_no": self.pick(
                person["certificate_no"], wide(person["certificate_no"]), f"{person['certificate_no']} "
            ),
            "account_no": self.number(person["account_no"]),
            "amount": self.amount(person["amount"], above and above["amount"]),
            "month": self.month(),
            "town": person["town"],
            "序号": number,
            "监护人姓名": other["name"],
            "监护人身份证号": other["id_number"],
            "补贴标准": 9999,
            "户主姓名": other["name"],
            "开户人身份证号": other["id_number"],
            "残疾等级": self.pick("二级", "2"),
            "代领人": other["name"],
        }
        row = self.put([cells.get(column, "") for column in self.columns])
        self._merge_town(row, above is not None and above["town"] == person["town"])

    def _merge_town(self, row: int, same: bool) -> None:
        """The town of neighbours who share it is written once, over merged cells."""
        place = self.left + self.columns.index("town")
        if same and self.merged and self.last_town_row == row - 1:
            self.rows[row - 1][place] = ""
            first = (
                self.merges.pop()[0]
                if self.merges and self.merges[-1][2] == row - 1 and self.merges[-1][1] == place + 1
                else row - 1
            )
            self.merges.append((first, place + 1, row, place + 1))
        self.last_town_row = row

    def sum_row(self, label: str, amount: Decimal) -> None:
        cells = ["" for _ in self.columns]
        place = self.columns.index("amount")
        cells[place] = float(amount)
        cells[0 if place else 1] = label
        self.put(cells)

    def roll(self, listed: list[dict]) -> None:
        self.put(["赣榆区2022年3月困难残疾人生活补贴发放花名册"])
        if self.pick(True, False):
            self.put([self.pick("单位（盖章）：赣榆区残联", "单位：元"), "", "", "单位：元"])
        self.heading()
        page, done = Decimal(0), Decimal(0)
        for number, person in enumerate(listed):
            self.person(number + 1, person, listed[number - 1] if number else None)
            page += Decimal(person["amount"])
            done += Decimal(person["amount"])
            if self.paged and number % 4 == 3:
                self._turn_page(page, done)
                page = Decimal(0)
            elif self.random.random() < 0.1:
                self.put([])
        self._finish(done)

    def _turn_page(self, page: Decimal, done: Decimal) -> None:
        self.sum_row(self.pick("本页小计", "小计", "小 计"), page)
        if self.pick(True, False):
            self.put([])
            self.put(["赣榆区2022年3月困难残疾人生活补贴发放花名册"])
        self.heading()
        self.sum_row("承前页", done)

    def _finish(self, done: Decimal) -> None:
        if self.pick(True, False):
            self.sum_row(self.pick("合计", "总计", "合  计"), done)
        self.put([self.pick("制表人：王某某", "填表人:李某"), "", "审核人：张某某", "", "日期：  年  月  日"])


def wide(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)


def drawn(seed: int, count: int) -> list[dict]:
    chosen = random.Random(seed)
    start = chosen.randrange(300)
    towns = ["青口镇", "金山镇"]
    listed = []
    for person in people()[start : start + count]:
        listed.append(
            {
                "name": person["name"],
                "id_number": person["id_number"],
                "certificate_no": person["cert_number"],
                "account_no": person["bank_account"],
                "amount": chosen.choice(AMOUNTS[:2] if chosen.random() < 0.7 else AMOUNTS),
                "town": towns[len(listed) * 2 // count],
            }
        )
    return listed


@settings(max_examples=150)
@given(st.integers(0, 10**9), st.integers(2, 14))
def test_what_an_office_writes_reads_as_the_tidy_list(seed, count):
    listed = drawn(seed, count)
    office = Office(seed)
    office.roll(listed)
    table, rows = read(sheet(office.rows, merges=office.merges))

    assert codes(rows) == {}
    assert [name_key(row.values["name"]) for row in rows] == [name_key(person["name"]) for person in listed]
    for field in ("id_number", "certificate_no", "account_no", "town"):
        assert [row.values[field] for row in rows] == [person[field] for person in listed]
    assert [row.values["amount"] for row in rows] == [Decimal(person["amount"]) for person in listed]
    assert {row.values["month"] for row in rows} == {"2022-03"}
    assert table.file_warnings == []


@settings(max_examples=100)
@given(
    st.integers(0, 10**9), st.lists(st.sampled_from(["name", "id_number", "account_no", "amount", "month"]), max_size=6)
)
def test_each_spoilt_cell_is_found_in_its_row_and_no_other(seed, spoilt):
    listed = drawn(seed, 10)
    office = Office(seed)
    office.ditto = False
    office.roll(listed)
    wrong = {
        "name": ("", "MISSING_REQUIRED"),
        "id_number": (3.20701195208217e17, "ID_PRECISION_LOST"),
        "account_no": ("6299990000000001", "BANK_LUHN"),
        "amount": ("见附表", "AMOUNT_FORMAT"),
        "month": ("2022年13月", "MONTH_INVALID"),
    }
    _, clean_rows = read(sheet(office.rows, merges=office.merges))
    expected = {}
    for place, field in enumerate(spoilt):
        number = clean_rows[place].row
        cell, code = wrong[field]
        office.rows[number - 1][office.left + office.columns.index(field)] = cell
        expected[number] = [code]
    _, rows = read(sheet(office.rows, merges=office.merges))
    assert codes(rows) == expected
    assert [row.row for row in rows] == [row.row for row in clean_rows]


@settings(max_examples=60)
@given(st.integers(0, 10**9))
def test_the_same_list_as_a_text_file_where_every_cell_is_text(seed):
    listed = drawn(seed, 8)
    office = Office(seed)
    office.merged = False
    office.roll(listed)
    table, rows = read(sheet([[str(cell) for cell in cells] for cells in office.rows], None))
    assert codes(rows) == {}
    assert [row.values["id_number"] for row in rows] == [person["id_number"] for person in listed]
    assert [row.values["amount"] for row in rows] == [Decimal(person["amount"]) for person in listed]
    assert table.file_warnings == []


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.integers(1, 4))
def test_every_township_may_write_its_sheet_in_its_own_way(seed, townships):
    listed, sheets = [], []
    for number in range(townships):
        office, part = Office(seed + number), drawn(seed + 31 * number, 5)
        office.roll(part)
        listed += part
        sheets.append(sheet(office.rows, f"第{number}镇", merges=office.merges))
    table, rows = read(*sheets)
    assert codes(rows) == {}
    assert [row.values["id_number"] for row in rows] == [person["id_number"] for person in listed]
    assert [one["data_rows"] for one in table.sheets] == [5] * townships
    assert table.file_warnings == []


WORDS = """
    姓名 身份证号 残疾证号 金额 发放金额 补贴标准 银行卡号 合计 小计 总计 同上 〃 序号 （1） 甲 张三 制表人：王某
    2022年3月 监护人 3.2E+17 例 第1页 承前页 300 乡镇 320701194012250010
"""
any_cell = st.one_of(
    st.none(),
    st.sampled_from(WORDS.split()),
    st.text(max_size=6),
    st.integers(-10, 10**18),
    st.floats(allow_nan=False),
    st.dates(),
    st.booleans(),
    st.just(BadCell("error", "#N/A")),
)
ranges = st.tuples(*[st.integers(1, 6)] * 4).map(lambda one: (one[0], one[1], one[0] + one[2] - 1, one[1] + one[3] - 1))


@given(st.lists(st.lists(any_cell, max_size=7), max_size=12), st.lists(ranges, max_size=3), st.booleans())
def test_whatever_stands_on_a_sheet_is_read_or_refused_in_chinese(rows, merges, with_header):
    header = [["姓名", "身份证号", "乡镇", "银行卡号", "发放金额", "月份"]] if with_header else []
    try:
        table, found = read(sheet([*header, *rows], merges=merges), month=None)
    except Refused as refused:
        assert any("一" <= character <= "龥" for character in refused.sentence)
    else:
        assert sum(one["data_rows"] for one in table.sheets) == len(found)
        assert [row.row for row in found] == sorted(row.row for row in found)
        assert table.file_warnings in ([], ["DECLARED_TOTAL_MISMATCH"])
