"""The second factor in a browser: from the password over the picture and the recovery codes to the next sign-in."""

import re
from pathlib import Path
from urllib.parse import unquote

from lianyungang_cdpf.accounts.factor.models import TotpDevice
from tests.accounts.factor.phone import shown
from tests.fixtures_city import PASSWORD


def sign_in_by_hand(page, staff):
    page.goto("/admin/login/?next=/admin/work/")
    page.fill("#id_username", staff.username)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def test_a_reviewer_sets_up_keeps_the_codes_and_signs_in_again_with_a_code(required, reviewer, page, sound):
    sign_in_by_hand(page, reviewer)
    assert page.locator("h1").inner_text() == "设置第二步验证"
    sound.here("TOTP")
    key = page.locator("#key").inner_text().replace(" ", "")
    page.get_by_label("6 位验证码").fill("000000")
    page.get_by_role("button", name="启用").click()
    assert "验证码不对" in page.locator("main").inner_text()
    page.get_by_label("6 位验证码").fill(shown(key, -1))
    page.get_by_role("button", name="启用").click()
    assert page.locator("h1").inner_text() == "保存恢复码"
    sound.here()
    codes = page.locator(".recovery code").all_inner_texts()
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载文本文件").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8-sig")
    assert unquote(saved.value.suggested_filename) == "智慧残联恢复码.txt"
    assert re.findall("[2-9a-z]{5}-[2-9a-z]{5}", text) == codes and len(codes) == 10
    page.get_by_role("link", name="已保存，继续").click()
    assert page.url.endswith("/admin/work/")
    sound("/admin/security/", "reviewer")
    page.locator(".me summary").click()
    page.get_by_role("button", name="退出").click()

    sign_in_by_hand(page, reviewer)
    assert page.locator("h1").inner_text() == "第二步验证"
    sound.here()
    page.get_by_role("link", name="改用恢复码").click()
    sound.here("ab3de-fgh45")
    page.get_by_role("link", name="返回").click()
    page.get_by_label("6 位验证码").fill(shown(TotpDevice.objects.get().key))
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/work/")
    sound("/admin/security/set-up/")
