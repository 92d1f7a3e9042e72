"""The printed roll: every payment, the total in figures and capitals, and who signed; streamed, whatever the rows."""

from collections.abc import Iterator
from itertools import islice

from django.http import StreamingHttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from beneficiaries.admin import WHOLE_ACCOUNT
from beneficiaries.admin.files import masked_id_of, with_sight
from beneficiaries.exports import town_name
from lianyungang_cdpf.accounts.deed_pages import deed_page
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.masking import mask_account_no
from subsidies.approval.capitals import in_capitals
from subsidies.approval.models import Approval, Deed
from subsidies.approval.views import SEE, roll_in_sight
from subsidies.exports import roll_place
from subsidies.models import Payment, Roll

ROWS_AT_ONCE = 500
# Where the rows go: no text of a roll can hold it.
ROWS = "\x00rows\x00"


@deed_page(SEE)
@require_safe
def printed(request, pk: int):
    """花名册 for paper. Whole accounts only for who may see them, with a line in the log."""
    roll, whole = roll_in_sight(request, pk), request.user.has_perm(WHOLE_ACCOUNT)
    told = f"{roll.reference}：{roll.payment_count:,} 笔，账号{'完整' if whole else '遮盖'}"
    record(by=request.user, deed="打印花名册", on=roll, summary=told)
    context = {
        "roll": roll, "place": roll_place(roll), "period": roll.programme.period_shown(roll.month), "rows": ROWS,
        "capitals": in_capitals(roll.total), "signed": signatures(roll), "total": f"{roll.total:,.2f}",
    }  # fmt: skip
    text = render_to_string("subsidies/printed.html", context, request)
    return StreamingHttpResponse(_pieces(text, roll, request.user, whole), content_type="text/html; charset=utf-8")


def _pieces(text: str, roll: Roll, staff, whole: bool) -> Iterator[str]:
    head, foot = text.split(ROWS)
    yield head
    payments = Payment.objects.visible_to(staff).live().filter(roll=roll).order_by("pk")
    payments = with_sight(payments.select_related("person", "area__parent__parent", "programme", "roll"), staff)
    numbered = enumerate(payments.iterator(ROWS_AT_ONCE), start=1)
    while some := list(islice(numbered, ROWS_AT_ONCE)):
        yield render_to_string("subsidies/printed_rows.html", {"rows": [_row(*one, whole) for one in some]})
    yield foot


def _row(number: int, payment: Payment, whole: bool) -> dict:
    return {
        "number": number,
        "town": town_name(payment.area),
        "name": payment.person.name,
        "id_number": masked_id_of(payment.person, payment.person_in_sight),
        "period": payment.period,
        "amount": f"{payment.amount:,.2f}",
        "account": payment.account_no if whole else mask_account_no(payment.account_no),
        "holder": payment.account_holder or payment.person.name,
    }


def signatures(roll: Roll) -> list[tuple[str, Approval | None]]:
    """经办人, 审核人 and 负责人: who handed the roll in, who approved it first and who last; none while it is open."""
    taken = [] if roll.state == Roll.State.POSTED else roll.steps_taken.filter(round=roll.round, outcome="passed")
    by_deed = {deed: [one for one in taken if one.deed == deed] for deed in Deed}
    submitted, approved = by_deed[Deed.SUBMIT], by_deed[Deed.APPROVE]
    last = approved[-1] if approved and roll.digest else None
    first = approved[0] if approved else None
    return [("经办人", submitted[0] if submitted else None), ("审核人", first), ("负责人", last)]
