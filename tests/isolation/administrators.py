"""What each of the three administrators opens (三员分立); every other address of urls.py is closed to them.

OWN        answers 200 to a GET
ON_RECORD  answers 200 when it names the account, change or line of the test
EVERYBODYS about the reader alone, or what everybody may know: the frame, one's own password, session and second
           factor, the tree of areas
"""

EVERYBODYS = {
    "admin/", "admin/work/", "admin/jsi18n/", "admin/password_change/", "admin/password_change/done/",
    "admin/autocomplete/", "admin/logout/", "admin/(?P<url>.*)$", "admin/r/<path:content_type_id>/<path:object_id>/",
    "api/schema", "api/docs/", "api/docs/try/", "api/v1/areas", "api/v1/areas/<int:pk>", "api/v1/zones",
    "api/v1/zones/<int:pk>", "admin/session/", "admin/session/wall/", "admin/sign-in/code/", "admin/sign-in/recovery/",
    "admin/sign-in/set-up/", "admin/security/", "admin/security/set-up/", "admin/security/set-up/confirm/",
    "admin/security/recovery-codes/",
}  # fmt: skip
_APP = "admin/^(?P<app_label>pages|targets|intake|audit|accounts|beneficiaries|subsidies|services|facilities)/$"
_LOOKED_UP = {f"admin/accounts/{model}/" for model in ("staff", "role", "area", "zone")}
_ONE = {f"admin/accounts/{model}/<path:object_id>/{page}" for model in ("staff", "role", "area", "zone")
        for page in ("", "change/", "history/")}  # fmt: skip
OWN = {
    "system_admin": {_APP, "admin/duties/", "admin/accounts/staff/add/", *_LOOKED_UP},
    "security_admin": {_APP, "admin/duties/", "admin/duties/propose/", *_LOOKED_UP},
    "audit_admin": {"admin/audit/auditline/"},
}
_CHANGE = "admin/duties/<int:pk>/"
ON_RECORD = {
    "system_admin": {*_ONE, *(_CHANGE + page for page in ("", "approve/", "refuse/"))},
    "security_admin": {*_ONE, *(_CHANGE + page for page in ("", "approve/", "refuse/", "withdraw/"))},
    "audit_admin": {f"admin/audit/auditline/<path:object_id>/{page}" for page in ("", "change/", "history/")},
}
