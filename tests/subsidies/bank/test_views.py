"""A roll's bank pages: the way from file to return to re-issue, who sees what, and how often the database is asked."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from subsidies.bank.actions import apply_return
from subsidies.bank.models import BankFile, BankLayout, BankLine, BankReturn
from subsidies.models import Roll
from tests.fixtures_city import DONGHAI
from tests.subsidies.bank.conftest import as_upload, told_of
from tests.subsidies.samples import account


@pytest.fixture
def finance(sign_in, taker):
    return sign_in(taker("pay"))


def at(page, roll, *more) -> str:
    return reverse(f"bank:{page}", args=[roll.pk, *more])


def text(response) -> str:
    return response.content.decode()


def sent(content: bytes, name="回盘.txt"):
    return SimpleUploadedFile(name, content)


def lines(file):
    return list(file.lines.select_related("payment__person").order_by("number"))


def test_the_way_by_its_pages(roll, finance):
    made = roll("甲", "乙")
    page = reverse("admin:subsidies_roll_change", args=[made.pk])
    assert "应发 740.00 元" in text(finance.get(page)) and at("make", made) in text(finance.get(page))
    layout = BankLayout.objects.get(code="one_card_text")
    assert "列入 2 笔" in text(finance.get(at("make", made)))
    assert finance.post(at("make", made), {"layout": layout.pk}).headers["Location"] == at("overview", made)
    answer = finance.get(at("download", made, 1))
    content = b"".join(answer.streaming_content)
    assert account(1) in content.decode("gb18030") and "attachment" in answer.headers["Content-Disposition"]
    assert b"".join(finance.get(at("download", made, 1)).streaming_content) == content

    first, second = lines(BankFile.objects.get())
    upload = as_upload([told_of(first), told_of(second, "失败", "账号已销户")]).read()
    answer = finance.post(at("receive", made, 1), {"upload": sent(upload), "day": "2019-03-29"})
    preview = at("preview", made, 1, BankReturn.objects.get().pk)
    assert answer.headers["Location"] == preview
    shown = text(finance.get(f"{preview}?list=returned"))
    assert "已付 1 笔 370.00 元，退回 1 笔 370.00 元" in shown and "账号已销户" in shown and account(2) not in shown
    assert finance.post(preview).headers["Location"] == at("file", made, 1)
    assert "已由" in text(finance.get(preview)) and "记入回盘</button>" not in text(finance.get(preview))
    assert "没有办理" in text(finance.post(preview))
    assert 'value="2019-03-29"' in text(finance.get(reverse("roll:pay", args=[made.pk]))), "the bank's day is proposed"

    shown = text(finance.get(at("overview", made)))
    assert "银行退回（1 笔）" in shown and "账号已销户" in shown and at("reissue", made) in shown
    key = second.payment_id
    typed = {"layout": layout.pk, f"account_{key}": account(77)[:-1] + "x", f"holder_{key}": "王代领"}
    assert "账号有误" in text(finance.post(at("reissue", made), typed))
    assert "请至少为一笔" in text(finance.post(at("reissue", made), {"layout": layout.pk}))
    typed[f"account_{key}"] = account(77)
    assert finance.post(at("reissue", made), typed).status_code == 302
    assert [(line.account_no, line.holder) for line in lines(BankFile.objects.get(number=2))] == [
        (account(77), "王代领")
    ]
    deeds = AuditLine.objects.filter(object_id=str(made.pk)).order_by("pk").values_list("deed", flat=True)
    assert [deed for deed in deeds if "盘" in deed] == [
        "生成报盘文件", "下载报盘文件", "下载报盘文件", "上传银行回盘", "记入银行回盘", "生成报盘文件",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.txt", "文件是空的"), (b"\x00\x01\x02", "a.xlsx", "。"), ("甲^乙\r\n".encode(), "a.txt", "。"),
        ("收款账号,金额\r\n6299999630040357070,370\r\n".encode("gb18030"), "a.csv", "。"),
    ],
)  # fmt: skip
def test_a_wrong_file_gets_one_sentence_and_nothing_is_kept(roll, make, finance, uploads, content, name, sentence):
    made = roll("甲")
    make(made)
    kept = set(uploads.iterdir())
    answer = finance.post(at("receive", made, 1), {"upload": sent(content, name), "day": "2019-03-29"})
    assert answer.status_code == 422 and sentence in "".join(answer.context["form"].errors["upload"])
    assert len(answer.context["form"].errors["upload"]) == 1
    assert not BankReturn.objects.exists() and set(uploads.iterdir()) == kept


def test_a_workbook_of_the_bank_is_read_by_its_headings(roll, make, finance, taker):
    made = roll("甲", "乙")
    file = make(made, "bank_workbook")
    first, second = lines(file)
    book = openpyxl.Workbook()
    for cells in (
        ["代发结果清单"], ["序号", "账号", "户名", "金额", "交易状态", "备注", "交易日期"],
        [1, first.account_no, "甲", 370, "交易成功", None, "2019-04-01"],
        [2, second.account_no, "乙", "370.00", "交易失败", "户名不符", "20190401"], ["合计", None, None, 740],
    ):  # fmt: skip
        book.active.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    finance.post(at("receive", made, 1), {"upload": sent(stream.getvalue(), "结果.xlsx"), "day": "2019-04-03"})
    apply_return(arrived=BankReturn.objects.get(), by=taker("pay"))
    told = BankLine.objects.order_by("number").values_list("outcome", "outcome_on", "reason")
    assert [(one, str(day), reason) for one, day, reason in told] == [
        ("paid", "2019-04-01", ""), ("returned", "2019-04-01", "户名不符"),
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["national_two_subsidies", "finance_office"])
def test_an_approved_roll_is_taken_out_in_the_layout_of_another_office(roll, finance, walk, code):
    made = roll("甲", "乙", to="reviewed")
    assert finance.get(at("list", made, code)).status_code == 409
    Roll.objects.filter(pk=made.pk).update(state="approved", digest="0" * 64)
    answer = finance.get(at("list", made, code))
    head, *rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    key = "银行卡号" if code == "national_two_subsidies" else "一卡通账号"
    assert [row[key] for row in cells] == [account(1), account(2)] and {row["补贴金额"] for row in cells} == {370}
    assert "2 笔，含完整身份证号和账号" in AuditLine.objects.get(deed="导出上报清册").summary
    assert finance.get(at("list", made, "one_card_text")).status_code == 404


def test_who_only_sees_rolls_sees_the_money_but_makes_and_takes_nothing(roll, make, sign_in, taker):
    made = roll("甲")
    make(made)
    reviewer = sign_in(taker("review"))
    shown = text(reviewer.get(at("overview", made)))
    assert "应发 = 已付 + 银行退回" in shown and at("make", made) not in shown
    assert account(1) not in text(reviewer.get(at("file", made, 1)))
    for page, *more in (
        ("make",), ("reissue",), ("download", 1), ("withdraw", 1), ("receive", 1), ("list", "finance_office"),
    ):  # fmt: skip
        assert reviewer.get(at(page, made, *more)).status_code == 403


def test_another_countys_finance_finds_nothing(roll, make, sign_in, taker):
    made = roll("甲")
    make(made)
    stranger = sign_in(taker("pay", DONGHAI))
    for page, *more in (("overview",), ("make",), ("file", 1), ("download", 1), ("receive", 1), ("preview", 1, 1)):
        assert stranger.get(at(page, made, *more)).status_code == 404


def test_a_withdrawn_file_is_gone_and_its_payments_may_be_sent_again(roll, make, finance, uploads):
    made = roll("甲")
    make(made)
    assert "至少五个字" in text(finance.post(at("withdraw", made, 1), {"reason": "错了"}))
    assert finance.post(at("withdraw", made, 1), {"reason": "格式选错了没有送"}).status_code == 302
    assert finance.get(at("download", made, 1)).status_code == 409
    assert "已作废" in text(finance.get(at("file", made, 1))) and "（1 笔）" in text(finance.get(at("overview", made)))


def queries_of(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_pages_ask_as_often_for_many_lines_as_for_few(roll, make, answer, taker, finance):
    counts = []
    for size in (3, 60):
        made = roll(*["甲"] * size, reference=f"R-{size}")
        file = make(made)
        arrived = answer(file, [told_of(line, "失败") for line in lines(file)])
        pages = [at("preview", made, 1, arrived.pk), at("file", made, 1)]
        found = [queries_of(finance, page) for page in pages]
        apply_return(arrived=arrived, by=taker("pay"))
        pages = [at("overview", made), at("reissue", made), reverse("admin:subsidies_roll_change", args=[made.pk])]
        counts.append(found + [queries_of(finance, page) for page in pages])
    assert counts[0] == counts[1] and max(counts[1]) <= 30
