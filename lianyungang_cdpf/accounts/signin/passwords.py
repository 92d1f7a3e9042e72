"""What a password must be (GB/T 22239 8.1.4.1, facts.md 6.2), as validators of AUTH_PASSWORD_VALIDATORS."""

import unicodedata
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.utils import timezone

from lianyungang_cdpf.accounts.signin.models import PasswordHistory

CLASSES, REMEMBERED = 3, 5
# Why a password must be changed before anything else: somebody else set it, or it is too old.
FIRST, AGED = "first", "aged"


def classes_of(password: str) -> int:
    """How many of the four it has: small letters, capitals, digits, and everything else (signs, Chinese, blanks)."""
    kinds = {{"Ll": "small", "Lu": "capital", "Nd": "digit"}.get(unicodedata.category(one), "sign") for one in password}
    return len(kinds)


class ThreeOfFourClasses:
    """At least three of: small letters, capitals, digits, signs."""

    def validate(self, password, user=None):
        if classes_of(password) < CLASSES:
            raise ValidationError("密码太简单：请至少用上小写字母、大写字母、数字、符号这四类中的三类。")

    def get_help_text(self):
        return "请至少用上小写字母、大写字母、数字、符号这四类中的三类。"


class NotTheName:
    """Neither the username nor the name stands in it, in whatever case."""

    def validate(self, password, user=None):
        names = (getattr(user, field, "") or "" for field in ("username", "name"))
        # Two letters of the alphabet may meet by chance; two characters are a whole Chinese name.
        if any(len(name) >= (3 if name.isascii() else 2) and name.lower() in password.lower() for name in names):
            raise ValidationError("密码里不能含有用户名或姓名，请另换一个。")

    def get_help_text(self):
        return "不能含有用户名或姓名。"


def rules_for_others() -> list:
    """The validators of a password that one sets for another: all but what would tell whether a guess is theirs."""
    return [rule for rule in get_default_password_validators() if not isinstance(rule, NotUsedLately)]


class NotUsedLately:
    """None of the account's last five, the present one among them."""

    def validate(self, password, user=None):
        if user is None or user.pk is None:
            return
        kept = PasswordHistory.objects.filter(staff=user).values_list("hash", flat=True)[:REMEMBERED]
        if any(check_password(password, known) for known in {user.password, *kept} if known):
            raise ValidationError(f"这个密码最近用过：请换一个与最近 {REMEMBERED} 次都不同的密码。")

    def password_changed(self, password, user=None):
        """Django calls this once an account with a new password is saved, whoever set it."""
        PasswordHistory.objects.create(staff=user, hash=user.password)
        of_account = PasswordHistory.objects.filter(staff=user)
        of_account.exclude(pk__in=list(of_account.values_list("pk", flat=True)[:REMEMBERED])).delete()

    def get_help_text(self):
        return f"不能与最近 {REMEMBERED} 次用过的密码相同。"


def must_change(staff) -> str:
    """FIRST or AGED when the password has to be changed before anything else, else "".

    Accounts of an identity service have no password here. What was set before this was noted counts from the account's
    own beginning.
    """
    days = settings.PASSWORD_MAX_AGE_DAYS
    if not days or not staff.has_usable_password():
        return ""
    if staff.password_given_at:
        return FIRST
    return AGED if (staff.password_set_at or staff.date_joined) < timezone.now() - timedelta(days=days) else ""
