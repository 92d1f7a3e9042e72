"""What is asked of who publishes a notice or takes it down, and of a visitor who looks for a place."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.form_fields import come, day_field, text_field
from subsidies.approval.views import StandForm
from subsidies.exports import roll_place
from subsidies.models import Objection, PeriodType, Roll


class PublishForm(StandForm):
    """Title, who publishes, the days, and whom to call; by default from today on for the usual number of days."""

    title = text_field("标题")
    issuer = text_field("公示单位", length=60)
    starts_on = day_field("公示开始")
    ends_on = day_field("公示结束", help_text="最后一个公示的日期。")
    phone = text_field("监督电话", length=40)
    contact = text_field("联系人", required=False, length=40)
    posted_at = text_field("张贴地点", required=False, help_text="例如：各村（社区）公示栏。")

    @classmethod
    def initial_of(cls, roll: Roll) -> dict:
        """What stands in the boxes at first."""
        today, place = localdate(), roll_place(roll)
        is_monthly = roll.programme.period == PeriodType.MONTH
        period = f"{roll.month.year}年{roll.month.month}月" if is_monthly else roll.period
        return {
            "at": roll.stands_at, "title": f"{place}{period}{roll.programme}发放名单公示",
            "issuer": f"{place}残疾人联合会", "starts_on": today,
            "ends_on": today + timedelta(days=settings.PUBLIC_NOTICE["days"] - 1),
        }  # fmt: skip


class TakeDownForm(forms.Form):
    """Why a notice goes before its time."""

    reason = text_field("原因", length=300, help_text="至少五个字。")


class ObjectionForm(forms.ModelForm):
    """An objection that has come in."""

    class Meta:
        model = Objection
        fields = ("received_on", "content", "result")

    def clean_received_on(self):
        """A day that has come."""
        return come(self.cleaned_data["received_on"])


class WhereForm(forms.Form):
    """Of which town, and which of its villages. A name can't be asked for."""

    town = forms.ChoiceField(
        label="乡镇（街道）",
        required=False,
        error_messages={"invalid_choice": "名单中没有这个乡镇（街道），请重新选择。"},
    )
    village = forms.ChoiceField(
        label="村（社区）", required=False, error_messages={"invalid_choice": "名单中没有这个村（社区），请重新选择。"}
    )

    def __init__(self, data, *, towns: list[tuple[str, str]], villages: list[str]):
        super().__init__(data)
        self.fields["town"].choices = [("", "全部"), *towns]
        self.fields["village"].choices = [("", "全部"), *((one, one) for one in villages)]
        if not villages:
            del self.fields["village"]


class UnitForm(forms.Form):
    """The notices of which place."""

    place = forms.ChoiceField(
        label="地区", required=False, error_messages={"invalid_choice": "这个地区现在没有公示，请重新选择。"}
    )

    def __init__(self, data, *, places: list[str]):
        super().__init__(data)
        self.fields["place"].choices = [("", "全市"), *((one, one) for one in places)]
