"""Class and purpose of every field that says something about a member of staff; the classes: beneficiaries."""

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.purposes import DUTY, SECURITY, Purpose, Uses

_RECORD = (
    "id", "area", "zone", "role", "is_staff", "is_active", "is_superuser", "date_joined", "last_login",
    "password_given_at", "password_set_at", "enabled_at", "sign_in_mark",
)  # fmt: skip
PERSONAL_DATA = {
    Staff: {
        **dict.fromkeys(_RECORD, "record"), "password": "derived",
        **dict.fromkeys(("username", "name", "employee_no", "email", "identity", "last_address"), "personal"),
    },
}  # fmt: skip

SIGN_IN = Purpose("确认登录的是谁，记明每项操作由谁办理", (DUTY, SECURITY))

USES = {Staff: Uses("accounts", {SIGN_IN: "username name employee_no email identity last_address"}, of_people=False)}
