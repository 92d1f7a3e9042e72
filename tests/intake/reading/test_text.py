"""Text tables: encodings, delimiters, quotes."""

import pytest

from lianyungang_cdpf.intake.reading import Limits, Refused
from lianyungang_cdpf.intake.reading.text import sniff_delimiter

from .builders import read_bytes, read_cells

LINES = [
    "残疾人两项补贴发放花名册",
    "序号,姓名,身份证号,金额",
    "1,张三,320701199001010012,80",
    "2,李四丰,320701199001010020,80.5",
]
ROLL = "\r\n".join(LINES) + "\r\n"
ROWS = [(number, line.split(",")) for number, line in enumerate(LINES, 1)]


@pytest.mark.parametrize(
    "content",
    [
        ROLL.encode("utf-8"),
        ROLL.encode("utf-8-sig"),
        ROLL.encode("gb18030"),
        ROLL.encode("utf-16"),
        b"\xfe\xff" + ROLL.encode("utf-16-be"),
        ROLL.encode("utf-16-le"),
        ROLL.encode("utf-16-be"),
        ROLL.encode("gb18030") + b"\x1a",
        ROLL.replace("\r\n", "\r").encode("gb18030"),
        ROLL.replace("\r\n", "\n").strip().encode(),
    ],
)
@pytest.mark.parametrize("name", ["名册.csv", "名册.txt", "名册.TSV"])
def test_every_encoding_and_line_end_of_the_offices_is_read(tmp_path, content, name):
    assert read_cells(tmp_path, content, name) == ROWS


def test_chinese_in_utf16_is_not_taken_for_binary(tmp_path):
    words = "\n".join(f"{chr(0x4E01 + i)}{chr(0x4F00 + i)}\t{chr(0x5001 + i)}" for i in range(200))
    assert len(read_cells(tmp_path, words.encode("utf-16"), "名册.txt")) == 200


@pytest.mark.parametrize("delimiter", [",", "\t", "^", ";", "|"])
def test_delimiter_is_found_though_amounts_hold_commas(tmp_path, delimiter):
    lines = ["标题", delimiter.join(["姓名", "金额", "备注"])]
    lines += [delimiter.join([f"张{i}", f'"{i + 1},000.00"', "备注" if i % 2 else ""]) for i in range(30)]
    rows = read_cells(tmp_path, "\n".join(lines).encode(), "名册.txt")
    assert rows[2] == (3, ["张0", "1,000.00"])
    assert len(rows) == 32


def test_unquoted_thousand_separators_do_not_make_commas_the_delimiter():
    assert sniff_delimiter("姓名\t证号\t金额\n" + "张三\t1\t1,000.00\n" * 30) == "\t"


def test_records_are_numbered_with_blank_lines_and_quoted_line_breaks(tmp_path):
    content = '姓名,地址\n\n"张三","海州区\n一号"\n , \n李四,二号\n'
    assert read_cells(tmp_path, content.encode(), "名册.csv") == [
        (1, ["姓名", "地址"]),
        (3, ["张三", "海州区\n一号"]),
        (5, ["李四", "二号"]),
    ]


def test_text_trick_of_excel_is_left_as_it_is(tmp_path):
    [_, (_, cells)] = read_cells(tmp_path, '姓名,卡号\n张三,="6299990000000000"\n'.encode(), "名册.csv")
    assert cells == ["张三", '="6299990000000000"']


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ('姓名,金额\n"张三,80\n李四,80\n'.encode(), "引号"),
        ('姓名,金额\n"张三,80\n李四","80\n'.encode(), "引号"),
        ('姓名,金额\n"张"三,80\n'.encode(), "引号"),
        ('姓名,金额\n"张三' + "\n王五,80" * 60 + '",80\n', "引号"),
        ("姓名,金额\n" + "长" * 32_768 + ",80\n", "32767"),
        ("姓名,金额\n张\0三,80\n", "NUL"),
        (ROLL.encode("utf-32"), "UTF-32"),
        (ROLL.encode("utf-32-le"), "NUL|无法识别"),
        (ROLL.encode("gb18030") + ROLL.encode("utf-8"), "编码"),
        ("姓名,金额\n张三丰,80\n".encode() + "李四,80\n".encode("gb18030"), "编码"),
        (b"\xff\xfe" + ROLL.encode("utf-16-le") + b"\n", "UTF-16"),
        (b"\xef\xbb\xbf" + ROLL.encode("gb18030"), "UTF-8"),
        (b"\x81\xff\xff\n" + ROLL.encode("gb18030"), "第 1 行"),
    ],
)
def test_text_that_could_be_read_in_two_ways_is_refused(tmp_path, content, word):
    with pytest.raises(Refused, match=word):
        read_bytes(tmp_path, content.encode() if isinstance(content, str) else content, "名册.csv")


def test_accidental_utf8_in_gbk_is_no_mixture(tmp_path):
    """The bytes of 联通 in GBK are valid UTF-8, as an old bug of Notepad made famous."""
    assert read_cells(tmp_path, "姓名,单位\n张三,连云港\n李四,联通\n联通,联通\n".encode("gb18030"), "名册.csv")[2:] == [
        (3, ["李四", "联通"]),
        (4, ["联通", "联通"]),
    ]


def test_too_many_lines_are_refused(tmp_path):
    with pytest.raises(Refused, match="3 行"):
        read_bytes(tmp_path, "甲,乙\n".encode() * 4, "名册.csv", Limits(max_rows=3))
    assert len(read_cells(tmp_path, ("甲,乙\n" * 3 + "\n , \n" * 50).encode(), "名册.csv", Limits(max_rows=3))) == 3
