"""Before a session ends the page says so, and a key prolongs it; after its end nothing is left on the screen."""

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from lianyungang_cdpf.accounts.signin.sessions import FACTS


def seen_ago(seconds):
    """Set back the sign of life of the one session there is."""
    session = SessionStore(Session.objects.get().session_key)
    session[FACTS] = {**session[FACTS], "seen": session[FACTS]["seen"] - seconds}
    session.save()


def test_the_warning_is_reached_and_answered_by_keyboard_and_the_end_leads_to_the_sign_in(
    haizhou_clerk, see, sound, settings
):
    settings.SESSION_WARNING_SECONDS = 30 * 60 - 2
    page = see(haizhou_clerk)
    page.goto("/admin/work/")
    page.locator(".me summary").focus()
    seen_ago(29 * 60)
    warning = page.get_by_role("alertdialog", name="登录即将超时")
    warning.wait_for()
    assert "大约 2 分钟后退出" in warning.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "继续使用"
    sound.here()
    page.keyboard.press("Enter")
    warning.wait_for(state="detached")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    warning.wait_for()
    seen_ago(31 * 60)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/login/?next=/admin/work/")
    assert "较长时间没有操作" in page.locator("main").inner_text()
    sound.here(widths=(390,))
