"""What tests of the bank share.

roll(names, to="approved")    a roll of people with an account each, walked to a state
make(roll, **more)            a bank file of it, made by the county's finance
answer(file, rows)            a return uploaded: rows are (line, result, reason) or whole lists of cells
"""

from datetime import date
from itertools import count

import pytest
from django.core.files.base import ContentFile

from subsidies.bank.actions import make_bank_file, receive_return
from subsidies.bank.models import BankLayout
from tests.fixtures_city import make_id
from tests.subsidies.samples import account

DAY = date(2019, 3, 29)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    return settings.UPLOAD_ROOT


@pytest.fixture
def roll(make_roll, make_person, walk):
    numbers = count(1)

    def made(*names, to="approved", **more):
        people = []
        for name, number in zip(names, numbers, strict=False):
            born = date(1981, 1 + number // 400, 1)
            people.append(make_person(name, id_number=make_id(number % 400, born), account_no=account(number)))
        return walk(make_roll(*people, **more), to=to)

    return made


@pytest.fixture
def make(taker):
    def made(roll, layout="one_card_text", by=None, corrected=None):
        layout = BankLayout.objects.get(code=layout)
        return make_bank_file(roll=roll, layout=layout, by=by or taker("pay"), corrected=corrected)

    return made


def told_of(line, result="成功", reason="", **other) -> list[str]:
    """The cells of a 一卡通 return that answer a line."""
    told = {"account": line.account_no, "amount": f"{line.amount:.2f}", "number": str(line.number), **other}
    person = line.payment.person
    return [
        "两项补贴", "海州区", "2019", "03", "R-1", "1", told["number"], person.name, person.id_number, told["account"],
        told["amount"], result, reason,
    ]  # fmt: skip


def as_upload(rows, name="回盘.txt") -> ContentFile:
    text = "".join("^".join(row) + "\r\n" for row in rows)
    return ContentFile(text.encode("gb18030"), name=name)


@pytest.fixture
def answer(taker):
    def uploaded(file, rows, day=DAY, by=None):
        return receive_return(file=file, by=by or taker("pay"), upload=as_upload(rows), day=day)

    return uploaded
