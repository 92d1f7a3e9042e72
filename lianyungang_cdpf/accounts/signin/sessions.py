"""How long a session lasts, and when it ends before its time.

What is asked at every request stands in the session, which is read anyway, and on the account, which is loaded anyway:
an ordinary request costs no statement more. The session is written at sign-in and then at most once a minute.
"""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.utils import timezone
from django.utils.timezone import localtime

from lianyungang_cdpf.accounts.client_address import client_address
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.signin.passwords import must_change

FACTS = "sign_in"
WRITTEN_EVERY = 60  # seconds
# Sent by scripts of ours that ask by themselves (static/intake/intake.js, targets/wall.js, portal/session.js): nobody
# has to be at the screen for it, so it is no sign of life.
TIMER_HEADER = "Portal-Timer"

AGAIN = "请重新登录，登录后会回到刚才的页面。"
IDLE = f"您已有较长时间没有操作，为保护残疾人个人信息，系统已退出登录。{AGAIN}"
TOO_LONG = f"本次登录已达到最长时间，系统已退出登录。{AGAIN}"
ELSEWHERE = f"您的账号已在别处登录，这里的登录已结束。如果不是您本人，请立即修改密码并告知系统管理员。{AGAIN}"
CHANGED = f"您的账号、密码、角色或辖区有变动，系统已退出登录。{AGAIN}"
WALL_ONLY = "这里的登录只能看大屏，现已退出。请登录后再打开其他页面。"


def _now() -> int:
    return int(timezone.now().timestamp())


def work_of(staff) -> list:
    """The role and the place that a session was opened with."""
    return [staff.role_id, staff.area_id, staff.zone_id]


def begin(sender, request, user, **kwargs) -> None:
    """Django's user_logged_in, whatever the way in: put down what later requests are held against."""
    now, address = _now(), client_address(request)
    mark = uuid.uuid4()
    request.session[FACTS] = {"at": now, "seen": now, "work": work_of(user), "mark": str(mark)}
    # Whom the identity service vouches for has shown no password, and may know none.
    request.session[FACTS] |= {"change": must_change(user) if getattr(user, "by_password", True) else ""}
    _tell_of_the_last_one(request, user)
    Staff.objects.filter(pk=user.pk).update(sign_in_mark=mark, last_address=address)


def _tell_of_the_last_one(request, user) -> None:
    """When and from where the account was used before: who reads it notices a stranger. Once all steps are taken."""
    if before := getattr(user, "signed_in_before", None):
        where = f"，来自 {user.last_address}" if user.last_address else ""
        said = f"上次登录：{localtime(before):%Y-%m-%d %H:%M}{where}。如果不是您本人，请修改密码并告知系统管理员。"
        messages.info(request, said, fail_silently=True)


@dataclass
class Session:
    """The signed-in session of a request; templates know it as request.sign_in."""

    facts: dict
    staff: Staff

    @property
    def wall(self) -> bool:
        """Whether it was left to a wall screen, and shows that page only."""
        return bool(self.facts.get("wall"))

    @property
    def idle_seconds_left(self) -> int:
        return self.facts["seen"] + settings.SESSION_IDLE_MINUTES * 60 - _now()

    @property
    def whole_seconds_left(self) -> int:
        return self.facts["at"] + settings.SESSION_HOURS * 3600 - _now()

    @property
    def seconds_left(self) -> int | None:
        """Until it ends if nothing more is asked; None for a wall screen, which does not end for want of use."""
        return None if self.wall else min(self.idle_seconds_left, self.whole_seconds_left)

    @property
    def seconds_from_here(self) -> int:
        """What a page tells its script: the time from the request that made the page."""
        return min(settings.SESSION_IDLE_MINUTES * 60, self.whole_seconds_left)

    @property
    def warning_seconds(self) -> int:
        return settings.SESSION_WARNING_SECONDS

    @property
    def may_stay_on_wall(self) -> bool:
        return bool(settings.WALL_DAYS) and not self.wall

    @property
    def must_change(self) -> str:
        """Why the password has to be changed first; "" when it need not."""
        return self.facts.get("change", "")

    def why_ended(self) -> str:
        """The sentence with which it ends; "" while it lasts."""
        if self.facts["work"] != work_of(self.staff):
            return CHANGED
        if self.wall:
            return TOO_LONG if self.facts["at"] + settings.WALL_DAYS * 86400 < _now() else ""
        if settings.ONE_SESSION and self.facts["mark"] != str(self.staff.sign_in_mark):
            return ELSEWHERE
        if self.whole_seconds_left <= 0:
            return TOO_LONG
        return IDLE if self.idle_seconds_left <= 0 else ""

    def is_due_to_be_written(self) -> bool:
        """Whether the last sign of life that was written is old enough to write another."""
        return not self.wall and _now() - self.facts["seen"] >= WRITTEN_EVERY


def touch(request) -> None:
    """Somebody is at the screen."""
    request.session[FACTS] = {**request.session[FACTS], "seen": _now()}


def password_was_changed(request) -> None:
    """Nothing has to be changed any more."""
    request.session[FACTS] = {**request.session[FACTS], "change": ""}


def leave_to_wall(request) -> None:
    """From now on the session shows the wall screen only, and lasts WALL_DAYS without anybody at it."""
    request.session[FACTS] = {**request.session[FACTS], "wall": True}
    request.session.set_expiry(settings.WALL_DAYS * 86400)
