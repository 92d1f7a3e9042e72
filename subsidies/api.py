"""Programmes, rolls and payments for programs, each to the places and roles that see them on the pages."""

from django_filters import rest_framework as filters
from rest_framework import serializers

from beneficiaries.api import account_shown, record_whole_account
from lianyungang_cdpf.accounts.api import OfficePlaceFilter, PlaceFilter
from lianyungang_cdpf.api.filters import RecordFilter
from lianyungang_cdpf.api.records import Records
from lianyungang_cdpf.api.shown import Named, Text
from lianyungang_cdpf.audit.api import PersonalRecords
from lianyungang_cdpf.masking import mask_account_no, mask_id_number
from subsidies.exports import exception_in_words, payment_state, roll_place
from subsidies.models import Approval, Payment, Programme, Roll
from subsidies.standards import ages_in_words, eligibility_in_words

MONTH = "所属月份的第一天；年度、学年和保险期间取其第一个月。"


class ProgrammeShown(Named):
    """补贴项目。"""

    who = Text("享受条件", lambda programme: eligibility_in_words(programme.eligibility) + ages_in_words(programme))

    class Meta:
        model = Programme
        fields = ("id", "code", "name", "roll_type", "period", "who", "position")


class Programmes(Records):
    """补贴项目."""

    route, noun, permission = "programmes", "补贴项目", "subsidies.view_programme"
    city_wide = True
    queryset = Programme.objects.all()
    serializer_class = ProgrammeShown
    ordering_fields = ("position", "id")
    newest_first = False


class RollShown(Named):
    """花名册。"""

    programme = Text("补贴项目代码", lambda roll: roll.programme.code)
    programme_name = Text("补贴项目", lambda roll: roll.programme.name)
    period = Text("月份、年度或学年", lambda roll: roll.programme.period_shown(roll.month))
    place = Text("填报地区", roll_place)
    state_name = Text("状态", lambda roll: roll.get_state_display())
    next_step = Text("待办环节", lambda roll: str(roll.next_step or ""))

    class Meta:
        model = Roll
        fields = (
            "id", "reference", "programme", "programme_name", "month", "period", "place", "state", "state_name",
            "next_step", "round", "row_count", "payment_count", "total", "posted_at", "paid_on",
        )  # fmt: skip


class StepShown(Named):
    """一个办理过的审批环节。"""

    step = Text("环节", lambda approval: str(approval.step))
    outcome_name = Text("结果", lambda approval: approval.get_outcome_display())
    taken_by = Text("办理人", lambda approval: str(approval.taken_by))

    class Meta:
        model = Approval
        fields = ("round", "step", "outcome", "outcome_name", "reason", "taken_by", "taken_at")


class WholeRollShown(RollShown):
    """一个花名册。"""

    steps = StepShown(many=True, read_only=True, source="steps_taken", label="办理过的审批环节，先办的在前")

    class Meta(RollShown.Meta):
        fields = (*RollShown.Meta.fields, "steps")


class RollFilters(filters.FilterSet):
    programme = filters.CharFilter(field_name="programme__code", max_length=40, help_text="补贴项目代码。")
    month = filters.DateFilter(help_text=MONTH)
    state = filters.ChoiceFilter(choices=Roll.State.choices, help_text="状态。")
    place = OfficePlaceFilter()

    class Meta:
        model = Roll
        fields = ("programme", "month", "state", "place")


class Rolls(Records):
    """花名册."""

    route, noun, permission = "rolls", "花名册", "subsidies.view_roll"
    queryset = Roll.objects.select_related("programme", "area", "zone", "next_step")
    serializer_class = RollShown
    detail_class = WholeRollShown
    filterset_class = RollFilters
    ordering_fields = ("id", "month", "total", "posted_at")


class PaymentShown(Named):
    """补贴发放：一人一期一笔。"""

    roll = serializers.IntegerField(source="roll_id", label="花名册的记录编号")
    reference = Text("批次号", lambda payment: payment.roll.reference)
    person = serializers.IntegerField(source="person_id", label="残疾人档案的记录编号")
    name = Text("姓名", lambda payment: payment.person.name)
    id_number = Text("身份证号（已遮盖）", lambda payment: mask_id_number(payment.person.id_number))
    area = Text("入账时所属地区的代码", lambda payment: payment.area.code)
    programme = Text("补贴项目代码", lambda payment: payment.programme.code)
    programme_name = Text("补贴项目", lambda payment: payment.programme.name)
    period = Text("月份、年度或学年", lambda payment: payment.programme.period_shown(payment.month))
    account_no = Text("银行账号（只显示后四位）", lambda payment: mask_account_no(payment.account_no or ""))
    state_name = Text("状态：花名册的状态，或银行退回、已撤销", payment_state)

    class Meta:
        model = Payment
        fields = (
            "id", "roll", "reference", "person", "name", "id_number", "area", "programme", "programme_name", "month",
            "period", "amount", "account_no", "live", "state_name",
        )  # fmt: skip


class WholePaymentShown(PaymentShown):
    """一笔补贴发放。"""

    account_no = serializers.SerializerMethodField(
        label="银行账号：只显示后四位；有“查看完整银行账号”权限的显示全部，并记入操作日志"
    )
    exception = serializers.SerializerMethodField(label="审核例外：谁在什么时候为什么接受；没有为空")

    class Meta(PaymentShown.Meta):
        fields = (*PaymentShown.Meta.fields, "account_holder", "standard_amount", "sheet", "row", "exception")

    def get_account_no(self, payment) -> str:
        return account_shown(self.context["request"].user, payment)

    def get_exception(self, payment) -> str:
        kept = getattr(payment, "acceptance", None)
        return exception_in_words(kept) if kept else ""


class PaymentFilters(filters.FilterSet):
    programme = filters.CharFilter(field_name="programme__code", max_length=40, help_text="补贴项目代码。")
    month = filters.DateFilter(help_text=MONTH)
    place = PlaceFilter()
    state = filters.ChoiceFilter(choices=Roll.State.choices, method="by_state", help_text="状态。")
    roll = RecordFilter(field_name="roll_id", help_text="花名册的记录编号。")
    person = RecordFilter(field_name="person_id", help_text="残疾人档案的记录编号。")

    class Meta:
        model = Payment
        fields = ("programme", "month", "place", "state", "roll", "person")

    def by_state(self, payments, name, value):
        return payments.filter(live=False) if value == Roll.State.UNDONE else payments.live().filter(roll__state=value)


class Payments(PersonalRecords):
    """补贴发放."""

    route, noun, permission = "payments", "补贴发放", "subsidies.view_payment"
    queryset = Payment.objects.select_related("person", "programme", "roll", "area")
    serializer_class = PaymentShown
    detail_class = WholePaymentShown
    filterset_class = PaymentFilters
    ordering_fields = ("id", "month", "amount")

    def looked_at(self, payment):
        record_whole_account(self.request.user, payment)


RESOURCES = (Programmes, Rolls, Payments)
