import pytest

from lianyungang_cdpf.intake.tables import sentence
from lianyungang_cdpf.intake.tables.sentences import SENTENCES


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_says_what_is_wrong_and_what_to_do(code):
    said = sentence(code, "C 列“身份证号码”", "3.20701E+17")
    assert "{" not in said
    assert "请" in said or "另行处理" in said
    assert said.endswith("。")


def test_a_spoilt_number_is_explained_by_what_excel_did():
    said = sentence("ID_PRECISION_LOST", "身份证号", "3.20701E+17")
    assert said == "身份证号被 Excel 存成了数字“3.20701E+17”，末几位已丢失：请把该列设为“文本”后重新填写。"


def test_a_cell_that_cannot_be_read_is_not_called_empty():
    assert "为空" in sentence("MISSING_REQUIRED", "姓名", "")
    assert "#REF!" in sentence("MISSING_REQUIRED", "姓名", "#REF!")


def test_a_long_text_is_cut_and_braces_in_it_are_harmless():
    assert len(sentence("AMOUNT_FORMAT", "金额", "{0.__class__}" * 100)) < 120
