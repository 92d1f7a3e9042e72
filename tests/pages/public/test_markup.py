"""The few marks of a text for the public."""

from hypothesis import given
from hypothesis import strategies as st

from lianyungang_cdpf.pages.public.markup import Block, blocks_of


def test_paragraphs_headings_and_lists():
    text = "第一段\n还是第一段\n\n# 小标题\n紧接的一段\n- 一\n- 二\n\n- 另一个列表\n"
    assert blocks_of(text) == [
        Block("paragraph", ["第一段", "还是第一段"]), Block("heading", ["小标题"]), Block("paragraph", ["紧接的一段"]),
        Block("list", ["一", "二"]), Block("list", ["另一个列表"]),
    ]  # fmt: skip


@given(st.text(st.sampled_from("甲<#- \n\r&"), max_size=60))
def test_no_letter_of_a_text_is_lost(text):
    kept = "".join(line for block in blocks_of(text) for line in block.lines)
    assert [letter for letter in kept if letter in "甲<&"] == [letter for letter in text if letter in "甲<&"]
