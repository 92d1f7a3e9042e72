"""Layouts as the city edits them: columns in words, checked as a whole."""

import pytest
from django.core.exceptions import ValidationError

from subsidies.bank.columns import Returned, Sent, validate_sent
from subsidies.bank.forms import ColumnsField, LayoutForm
from subsidies.bank.loading import load_layouts
from subsidies.bank.models import BankLayout


def filled(layout: BankLayout, **changes) -> LayoutForm:
    shown = LayoutForm(instance=layout)
    data = {bound.name: bound.value() for bound in shown if bound.value() not in (None, False)}
    data |= {name: shown[name].field.prepare_value(data[name]) for name in ("columns", "return_columns", "paid_words")}
    return LayoutForm({**data, **changes}, instance=layout)


def test_a_layout_is_read_back_as_it_is_shown(city):
    for layout in BankLayout.objects.all():
        form = filled(layout)
        assert form.is_valid() and form.changed_data == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"columns": "姓名：姓名"}, "必须有“银行账号”、“金额”列"),
        ({"columns": "账户：账号"}, "第 1 行“账户”不是可选的内容"),
        ({"return_columns": "银行账号：账号\n金额：金额"}, "必须有“处理结果”列"),
        ({"delimiter": ""}, "文本文件要选分隔符"),
        ({"paid_words": ""}, "表示已付的结果"),
        ({"columns": ""}, "请填写此项。"),
    ],
)
def test_a_layout_that_nobody_could_be_paid_by_is_refused(city, changes, sentence):
    form = filled(BankLayout.objects.get(code="one_card_text"), **changes)
    assert not form.is_valid()
    assert sentence in "".join(str(errors) for errors in form.errors.values())


@pytest.mark.parametrize(
    "columns",
    ["text", [{"field": "amount"}], [{"field": "secret", "heading": ""}], [{"field": "amount", "heading": 1}]],
)
def test_columns_that_are_none_are_refused(columns):
    with pytest.raises(ValidationError):
        validate_sent(columns)


def test_a_colon_of_either_width_parts_what_a_column_holds_from_its_heading():
    field = ColumnsField(fields=Returned)
    assert field.to_python("银行账号:账号\n\n 金额 ： 金额(元) ") == [
        {"field": "account_no", "heading": "账号"}, {"field": "amount", "heading": "金额(元)"},
    ]  # fmt: skip
    assert ColumnsField(fields=Sent).to_python("空列") == [{"field": "blank", "heading": ""}]


def test_loading_again_keeps_what_the_city_edited(city):
    BankLayout.objects.filter(code="one_card_text").update(name="市农商行文本")
    BankLayout.objects.filter(code="finance_office").delete()
    assert load_layouts() == 1
    assert BankLayout.objects.get(code="one_card_text").name == "市农商行文本"
