"""The bank's answer and finance at the same moment: both stand, whoever is first."""

from datetime import date

import pytest

from subsidies.bank.actions import apply_return
from subsidies.bank.money import money_of
from subsidies.invariants import breaches
from subsidies.models import BankReturn, Roll
from subsidies.paying import mark_roll_paid
from tests.subsidies.bank.conftest import told_of
from tests.threads import raced

pytestmark = pytest.mark.django_db(transaction=True)
REPEATS = 10


def test_a_return_is_entered_while_the_roll_is_marked_as_paid(roll, make, answer, taker, make_staff):
    finance, other = taker("pay"), make_staff("other_finance", role="finance")
    arrived = []
    for number in range(REPEATS):
        file = make(roll(f"甲{number}", f"乙{number}", reference=f"R-{number}", month=date(2019, 3, 1)))
        first, second = file.lines.select_related("payment__person").order_by("number")
        arrived.append(answer(file, [told_of(first), told_of(second, "失败", "账户已销户")]))
    said = raced(
        [(one, Roll.objects.get(pk=one.file.roll_id)) for one in arrived],
        [
            lambda pair: apply_return(arrived=pair[0], by=finance),
            lambda pair: mark_roll_paid(roll=pair[1], by=other, paid_on=date(2019, 3, 28)),
        ],
    )
    assert said == [["done", "done"]] * REPEATS
    assert BankReturn.objects.filter(applied_at=None).count() == 0
    for roll_paid in Roll.objects.all():
        parts = [(part.count, part.total) for _, part in money_of(roll_paid).parts]
        assert (roll_paid.state, parts) == ("paid", [(1, 370), (1, 370), (0, 0)])
    assert list(breaches()) == []
