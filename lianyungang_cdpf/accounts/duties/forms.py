"""What the pages of role changes ask for."""

from django import forms

from lianyungang_cdpf.accounts.duties.models import A_REASON, REASON_LENGTH
from lianyungang_cdpf.accounts.models import Role, Staff
from lianyungang_cdpf.accounts.places import place_named

NO_ROLE = "none"


def words_field(label: str, *, required: bool = True, help_text: str = "") -> forms.CharField:
    """A box for some lines of reason."""
    return forms.CharField(
        label=label, required=required, max_length=REASON_LENGTH, validators=A_REASON, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明理由，至少五个字。", "max_length": f"最多 {REASON_LENGTH} 字。"},
    )  # fmt: skip


class AccountField(forms.ModelChoiceField):
    """Accounts by name, with what they hold now."""

    def label_from_instance(self, obj):
        state = "" if obj.is_active else "，已停用"
        return f"{obj.username}　{obj.name}（{obj.role or '无角色'}，{obj.place_name}{state}）"


class ProposeForm(forms.Form):
    """An account, what it shall hold, and why."""

    staff = AccountField(label="账号", queryset=None, empty_label="请选择")
    role = forms.ChoiceField(label="新角色", help_text="不再担任任何角色的账号不能登录。")
    place = forms.CharField(
        label="新所属", required=False, max_length=32, strip=True,
        help_text="地区代码（如 320706）或功能板块代码（如 xuwei）；留空则不变。",
    )  # fmt: skip
    reason = words_field("理由", help_text="如任职文件、岗位调整通知的文号。")

    def __init__(self, *args, by: Staff, **kwargs):
        super().__init__(*args, **kwargs)
        accounts = Staff.objects.visible_to(by).exclude(pk=by.pk).order_by("username")
        self.fields["staff"].queryset = accounts.select_related("role", "area", "zone")
        self.fields["staff"].error_messages |= {
            "required": "请选择账号。",
            "invalid_choice": "所选账号不存在或不在您的辖区内，请重新选择。",
        }
        self.roles = {role.code: role for role in Role.objects.all()}
        named = [(code, role.name) for code, role in self.roles.items()]
        self.fields["role"].choices = [("", "请选择"), *named, (NO_ROLE, "撤销角色")]
        self.fields["role"].error_messages |= {"required": "请选择新角色。", "invalid_choice": "请重新选择新角色。"}

    def clean_place(self) -> dict:
        """{"area": ..., "zone": ...}, or nothing when the place stays."""
        return place_named(self.cleaned_data["place"]) if self.cleaned_data["place"] else {}

    def told(self) -> dict:
        """The words of propose_change."""
        said = self.cleaned_data
        staff = said["staff"]
        place = said["place"] or {"area": staff.area, "zone": staff.zone}
        return {"staff": staff, "role": self.roles.get(said["role"]), "reason": said["reason"], **place}


class ApproveForm(forms.Form):
    """A word on the approval, if any."""

    answer = forms.CharField(
        label="意见", required=False, max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"最多 {REASON_LENGTH} 字。"},
    )  # fmt: skip


class RefuseForm(forms.Form):
    """Why not."""

    answer = words_field("驳回理由")


class WithdrawForm(forms.Form):
    """Nothing is asked."""
