"""The bank's pages in a real browser: sound at both widths, and the way from a file to a return."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from subsidies.bank.actions import apply_return, make_bank_file, receive_return
from subsidies.bank.models import BankLayout
from tests.subsidies.samples import account


@pytest.fixture
def finance(taker):
    return taker("pay")


def test_the_banks_pages_are_sound(finance, make_roll, make_person, walk, see, sound, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path
    people = [make_person(name, account_no=account(at)) for at, name in enumerate("甲乙丙", start=1)]
    roll = walk(make_roll(*people, reference="2019-03-01"), to="approved")
    see(finance)
    # User names, as people typed them.
    names = ("pay_320706", "prepare_320706", "review_320706", "confirm_320706", "poster")
    sound(reverse("bank:make", args=[roll.pk]), *names)
    file = make_bank_file(roll=roll, layout=BankLayout.objects.get(code="bank_workbook"), by=finance)
    lines = list(file.lines.select_related("payment__person").order_by("number"))
    head = "序号,账号,户名,金额,处理结果,失败原因\r\n"
    told = [(1, "成功", ""), (2, "失败", "账号已销户"), (9, "失败", "")]
    rows = "".join(
        f"{number},{line.account_no if number < 9 else account(99)},{line.holder},370,{result},{reason}\r\n"
        for line, (number, result, reason) in zip(lines, told, strict=True)
    )
    upload = ContentFile((head + rows).encode(), name="回盘.csv")
    arrived = receive_return(file=file, by=finance, upload=upload, day=date(2019, 3, 29))
    pages = [reverse("bank:receive", args=[roll.pk, 1]), reverse("bank:preview", args=[roll.pk, 1, arrived.pk])]
    for page in (*pages, reverse("bank:file", args=[roll.pk, 1]), reverse("bank:withdraw", args=[roll.pk, 1])):
        sound(page, *names)
    apply_return(arrived=arrived, by=finance)
    for page in ("overview", "reissue"):
        sound(reverse(f"bank:{page}", args=[roll.pk]), *names)
    sound(pages[1], *names)
    sound(reverse("admin:subsidies_roll_change", args=[roll.pk]), *names)
