"""The pages of the second factor: while signing in, and under 我的账号安全."""

import time
from functools import wraps
from urllib.parse import quote

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS
from lianyungang_cdpf.accounts.factor import actions, codes
from lianyungang_cdpf.accounts.factor.forms import CodeForm, PasswordAgain, RecoveryForm
from lianyungang_cdpf.accounts.factor.models import RecoveryCode, TotpDevice
from lianyungang_cdpf.accounts.factor.required import has_factor, reasons_of
from lianyungang_cdpf.accounts.factor.signing_in import CODE, SECONDS, SET_UP, WAITING, finish, waiting_in

TOO_LATE = "登录的第二步超时了，请重新输入用户名和密码。"
BEGUN = "set_up_until"


def step_page(step: str):
    """A page for whom has shown a password and waits for this step; everybody else begins at the sign-in page."""

    def decorate(view):
        @wraps(view)
        def page(request):
            waiting = waiting_in(request)
            if waiting is None and request.session.pop(WAITING, None):
                messages.warning(request, TOO_LATE)
            if waiting is None or waiting.step != step:
                return HttpResponseRedirect(reverse("admin:login"))
            return view(request, waiting)

        return _careful(page)

    return decorate


def own_page(view):
    """A page about one's own account, for every member of staff."""

    @wraps(view)
    def page(request):
        if not admin.site.has_permission(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return view(request)

    return _careful(page)


def _careful(page):
    """No browser keeps it, and no error report tells what was typed."""
    methods = require_http_methods(FORM_METHODS)
    return methods(never_cache(sensitive_post_parameters("code", "password")(page)))


@step_page(CODE)
def sign_in_code(request, waiting):
    """The code of the app."""
    return _ask(request, waiting, CodeForm(request.POST or None), actions.check_code, "accounts/code.html")


@step_page(CODE)
def sign_in_recovery(request, waiting):
    """A recovery code in its place."""
    form = RecoveryForm(request.POST or None)
    response = _ask(request, waiting, form, actions.use_recovery_code, "accounts/recovery.html")
    if response.status_code == 302:
        left = RecoveryCode.objects.unused().filter(staff=waiting.staff).count()
        messages.warning(
            request,
            f"已用掉一个恢复码，还剩 {left} 个。手机丢失或更换的，请到“账号安全”重新设置第二步验证。",
        )
    return response


def _ask(request, waiting, form, check, template):
    if request.method == "POST" and form.is_valid():
        outcome = check(by=waiting.staff, code=form.cleaned_data["code"])
        if outcome.right:
            return finish(request, waiting, given=True)
        form.add_error("code", outcome.sentence)
    return render(request, template, {"form": form, "minutes": SECONDS[CODE] // 60})


@step_page(SET_UP)
def sign_in_set_up(request, waiting):
    """Setting up what the account must have, before anything else can be reached."""
    if has_factor(waiting.staff):  # set up meanwhile elsewhere: a password alone does not replace it
        return HttpResponseRedirect(reverse("admin:login"))
    form = CodeForm(request.POST or None)
    told = _confirmed(request, form, waiting.staff)
    if told is None:
        return _show_key(request, form, waiting.staff, role=waiting.staff.role)
    finish(request, waiting, given=True)
    return _show_codes(request, told, waiting.wanted)


@require_safe
@own_page
def security(request):
    """我的账号安全: what protects the account, and the way to change it."""
    device = TotpDevice.objects.in_use().filter(staff=request.user).first()
    left = RecoveryCode.objects.unused().filter(staff=request.user).count()
    return _page(
        request, "security", "我的账号安全", device=device, left=left, is_needed=bool(reasons_of(request.user))
    )


@own_page
def begin(request):
    """The password again, then a new key."""
    form = PasswordAgain(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.begin_set_up(by=request.user)
        request.session[BEGUN] = int(time.time()) + SECONDS[SET_UP]
        return redirect("factor:confirm")
    lead = "先输入当前密码，再用手机上的验证器扫码。原来的验证器在新的启用之后才失效。"
    return _page(request, "password", "设置第二步验证", form=form, lead=lead, button="下一步")


@own_page
def confirm(request):
    """The picture, and the first code of the app; then the recovery codes."""
    if time.time() >= request.session.get(BEGUN, 0):
        return redirect("factor:begin")
    form = CodeForm(request.POST or None)
    told = _confirmed(request, form, request.user)
    if told is None:
        return _show_key(request, form, request.user)
    del request.session[BEGUN]
    return _show_codes(request, told, reverse("factor:security"))


@own_page
def renew(request):
    """The password again, then ten new recovery codes."""
    form = PasswordAgain(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            told = actions.renew_recovery_codes(by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return _show_codes(request, told, reverse("factor:security"))
    lead = "先输入当前密码。新的恢复码生成后，原有的全部作废。"
    return _page(request, "password", "生成新的恢复码", form=form, lead=lead, button="生成")


def _confirmed(request, form, staff) -> list[str] | None:
    """The recovery codes once the app has shown a right code; what was wrong stands in the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return actions.confirm_set_up(by=staff, code=form.cleaned_data["code"])
    except ValidationError as refusal:
        form.add_error("code", refusal)
        return None


def _show_key(request, form, staff, **told):
    # Who opens the page on a phone begins at its top, not at the box.
    form.fields["code"].widget.attrs.pop("autofocus")
    device = TotpDevice.objects.waiting().filter(staff=staff).first()
    if device is None:  # set up in another window, or cleared by the administrator
        return HttpResponseRedirect(reverse("admin:login"))
    address = codes.address_of(device.key, staff.get_username())
    told |= {
        "minutes": SECONDS[SET_UP] // 60,
        "address": address,
        "picture": codes.picture_of(address),
        "key": codes.in_fours(device.key),
    }
    return _page(request, "set_up", "设置第二步验证", form=form, **told)


def _show_codes(request, told, wanted):
    """Shown in this answer alone; nothing keeps them, so the file to save is part of the page."""
    head = f"智慧残联恢复码\r\n账号：{request.user.get_username()}\r\n生成于 {timezone.localdate():%Y-%m-%d}\r\n"
    text = f"{head}每个只能用一次。请妥善保管，不要与手机放在一起。\r\n\r\n" + "\r\n".join(told) + "\r\n"
    file = f"data:text/plain;charset=utf-8,{quote(chr(0xFEFF) + text)}"
    return _page(request, "codes", "保存恢复码", codes=told, file=file, wanted=wanted)


def _page(request, template, title, **told):
    return render(request, f"accounts/{template}.html", {"title": title, **told})
