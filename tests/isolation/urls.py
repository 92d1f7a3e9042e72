"""Every address of the portal and whose it is. An address without a row fails the tests, and so does a row too many.

public      for everybody, without personal data
signed_in   for every member of staff, about themselves only
city_wide   reference data, for whoever holds the permission
scoped      records by place: foreign and unknown are answered alike
"""

from collections.abc import Callable
from dataclasses import dataclass


def nobody(county) -> dict:
    """The arguments of an address that names no record."""
    return {}


@dataclass(frozen=True)
class Row:
    """One address. `names` gives the arguments of a county's record, `unknown` those of nothing."""

    kind: str
    names: Callable = nobody
    unknown: tuple[tuple[str, object], ...] = ()


# The admin of a model: its folder below /admin/, whose it is, and its pages beside the six that every admin has.
ADMINS = {
    "accounts/area": ("city_wide",),
    "accounts/role": ("city_wide",),
    "accounts/staff": ("scoped",),
    "accounts/zone": ("city_wide",),
    "audit/auditline": ("city_wide",),
    "beneficiaries/certificate": ("scoped", "export/"),
    "beneficiaries/household": ("scoped",),
    "beneficiaries/merge": ("scoped",),
    "beneficiaries/person": ("scoped", "export/"),
    "beneficiaries/transfer": ("scoped",),
    "facilities/facility": ("scoped", "export/"),
    "facilities/facilitykind": ("city_wide", "export/"),
    "intake/importjob": ("scoped",),
    "intake/learnedheading": ("scoped",),
    "pages/news": ("city_wide",),
    "services/cataractsurgery": ("scoped", "export/"),
    "services/childtraining": ("scoped", "export/"),
    "services/deviceissue": ("scoped", "export/"),
    "services/courseattendance": ("scoped", "export/"),
    "services/trainingcourse": ("scoped", "export/"),
    "services/devicetype": ("city_wide", "export/"),
    "services/facilitystay": ("scoped", "export/"),
    "services/familydoctorcontract": ("scoped", "export/"),
    "services/healthcheck": ("scoped", "export/"),
    "services/homemodification": ("scoped", "export/"),
    "services/precisionservice": ("scoped", "export/"),
    "services/psychiatricaid": ("scoped", "export/"),
    "services/rehabilitationneed": ("scoped", "export/"),
    "services/newemployment": ("scoped", "export/"),
    "services/respiteplacement": ("scoped", "export/"),
    "services/schoolenrolment": ("scoped", "export/"),
    "services/service": ("scoped", "export/"),
    "services/servicekind": ("city_wide", "export/"),
    "services/supportedemployment": ("scoped", "export/"),
    "subsidies/approvalstep": ("city_wide",),
    "subsidies/comparisonlist": ("scoped",),
    "subsidies/listtype": ("city_wide",),
    "subsidies/banklayout": ("city_wide",),
    "subsidies/educationgrant": ("scoped", "export/"),
    "subsidies/insurancepolicy": ("scoped", "export/"),
    "subsidies/notice": ("scoped",),
    "subsidies/payment": ("scoped", "export/"),
    "subsidies/pensionpremium": ("scoped", "export/"),
    "subsidies/programme": ("city_wide",),
    "subsidies/recoverycase": ("scoped", "export/"),
    "subsidies/roll": ("scoped", "export/"),
    "subsidies/standard": ("city_wide", "export/"),
    "targets/allocation": ("scoped", "export/"),
    "targets/allocationchange": ("scoped", "export/"),
    "targets/plan": ("city_wide",),
    "targets/target": ("city_wide", "export/"),
}
SIX = ("", "add/", *(f"<path:object_id>/{page}" for page in ("", "change/", "delete/", "history/")))


def _job(county):
    return {"uid": county.records["intake.ImportJob"].uid}


def _place(county):
    return {"key": "hardship_subsidy", "code": county.code}


def _code(county):
    return {"code": county.code}


def _split(county):
    return {"year": 2019, "code": county.code}


def _split_goal(county):
    return {**_split(county), "key": "hardship_subsidy"}


def _town(county):
    return {"key": "hardship_subsidy", "code": county.town}


def _town_pieces(county):
    return {"key": "assistive_devices", "code": county.town}


def _person(county):
    return {"pk": county.pk_of("beneficiaries.Person"), "kind": "death"}


def _twins(county):
    return {"pk": county.pk_of("beneficiaries.Person"), "other": county.pk_of("beneficiaries.Person")}


def _transfer(county):
    return {"pk": county.pk_of("beneficiaries.Transfer")}


def _certificate(county):
    return {"pk": county.pk_of("beneficiaries.Certificate")}


def _service(county):
    return {"pk": county.pk_of("services.Service")}


def _notice(county):
    return {"pk": county.pk_of("subsidies.Notice")}


def _stay(county):
    return {"pk": county.pk_of("services.FacilityStay")}


def _roll_of_services(county):
    return {"uid": county.records["intake.ImportJob"].uid}


def _roll(county):
    return {"pk": county.pk_of("subsidies.Roll")}


def _case(county):
    return {"pk": county.pk_of("subsidies.ComparisonCase")}


def _bank_file(county):
    return {**_roll(county), "number": county.records["subsidies.BankFile"].number}


def _bank_return(county):
    return {**_bank_file(county), "key": county.pk_of("subsidies.BankReturn")}


def _roll_list(county):
    return {**_roll(county), "code": "finance_office"}


def _recovery(label):
    return lambda county: {"pk": county.pk_of(f"subsidies.{label}")}


def _facility(county):
    return {"pk": county.pk_of("facilities.Facility")}


def _document(county):
    return {"pk": county.pk_of("facilities.FacilityDocument")}


def _home(county):
    return {"pk": county.pk_of("services.HomeModification")}


def _home_photo(county):
    return {"pk": county.pk_of("services.HomePhoto")}


def _supervision(label):
    return lambda county: {"pk": county.pk_of(f"targets.{label}")}


def _document_of(county):
    return {**_facility(county), "document": county.pk_of("facilities.FacilityDocument")}


def _report(county):
    return {"year": 2019, "month": 3, "code": county.code, "key": "hardship_subsidy"}


def _number(county):
    return {"code": "id-number", "pk": county.pk_of("beneficiaries.Person")}


def _export(county):
    return {"pk": county.pk_of("pages.UnmaskedExport")}


NO_PERSON = (("pk", 987654321), ("other", 987654321), ("kind", "death"))
NO_FILE = (("pk", 987654321), ("number", 1), ("key", 1), ("code", "finance_office"))
NO_DOCUMENT = (("pk", 987654321), ("document", 987654321))
NO_JOB = (("uid", "00000000-0000-4000-8000-000000000000"),)
NO_PLACE = (("key", "hardship_subsidy"), ("code", "999999"))
A_TARGET = (("key", "hardship_subsidy"),)
A_DIRECTION = (("direction", "owed"),)
NO_SPLIT = (("year", 2019), ("code", "999999"))
NO_REPORT = (("year", 2019), ("month", 3), ("code", "999999"), ("key", "hardship_subsidy"))
NO_SITE = (("content_type_id", 0), ("object_id", 0))
APPS = "pages|targets|intake|audit|accounts|beneficiaries|subsidies|services|facilities"

ROUTES = {
    # The public's pages: no account, no person behind any of them.
    "": Row("public"),
    "progress/": Row("public"),
    "progress/<slug:key>/": Row("public", unknown=A_TARGET),
    "progress/<slug:key>/<slug:code>/": Row("public", unknown=(*A_TARGET, ("code", "320722"))),
    "facilities/": Row("public"),
    "aid/": Row("public"),
    "self-check/": Row("public"),
    "news/": Row("public"),
    "news/<int:pk>/": Row("public", unknown=(("pk", 987654321),)),
    "display/": Row("public"),
    "healthz": Row("public"),
    "readyz": Row("public"),
    ".well-known/security.txt": Row("public"),
    "admin/login/": Row("public"),
    "admin/logout/": Row("public"),
    "admin/": Row("signed_in"),
    "admin/work/": Row("signed_in"),
    "admin/find/": Row("signed_in"),
    "admin/jsi18n/": Row("signed_in"),
    "admin/password_change/": Row("signed_in"),
    "admin/password_change/done/": Row("signed_in"),
    "admin/autocomplete/": Row("scoped"),
    "admin/r/<path:content_type_id>/<path:object_id>/": Row("signed_in", unknown=NO_SITE),
    f"admin/^(?P<app_label>{APPS})/$": Row("signed_in", unknown=(("app_label", "accounts"),)),
    "admin/(?P<url>.*)$": Row("signed_in", unknown=(("url", "nowhere"),)),
    "admin/board/": Row("scoped"),
    "admin/board/<slug:key>/": Row("scoped", unknown=A_TARGET),
    "admin/board/<slug:key>/<slug:code>/": Row("scoped", _place, NO_PLACE),
    "admin/board/<slug:key>/<slug:code>/people/": Row("scoped", _town, NO_PLACE),
    "admin/board/wall/": Row("scoped"),
    "admin/board/money/<slug:code>.csv": Row("scoped", _code, (("code", "999999"),)),
    "admin/board/<slug:key>/<slug:code>/year.csv": Row("scoped", _place, NO_PLACE),
    "admin/board/<slug:key>/<slug:code>/places.csv": Row("scoped", _place, NO_PLACE),
    "admin/board/targets.xlsx": Row("scoped"),
    "admin/board/<slug:key>/<slug:code>/months.xlsx": Row("scoped", _place, NO_PLACE),
    "admin/board/<slug:key>/<slug:code>/places.xlsx": Row("scoped", _place, NO_PLACE),
    "admin/board/<slug:key>/<slug:code>/why.xlsx": Row("scoped", _town, NO_PLACE),
    "admin/board/<slug:key>/<slug:code>/people.xlsx": Row("scoped", _town, NO_PLACE),
    "admin/board/<slug:key>/<slug:code>/why/": Row("scoped", _town, NO_PLACE),
    "admin/board/<slug:key>/<slug:code>/records/": Row("scoped", _town_pieces, NO_PLACE),
    "admin/board/<slug:key>/<slug:code>/records.xlsx": Row("scoped", _town_pieces, NO_PLACE),
    "admin/people/<int:pk>/": Row("scoped", _person, NO_PERSON),
    "admin/split/": Row("scoped"),
    "admin/split/imports/<uuid:uid>/undo/": Row("scoped", unknown=NO_JOB),
    "admin/split/<int:year>/<slug:code>/": Row("scoped", _split, NO_SPLIT),
    "admin/split/<int:year>/<slug:code>/split.xlsx": Row("scoped", _split, NO_SPLIT),
    "admin/split/<int:year>/<slug:code>/<slug:key>/": Row("scoped", _split_goal, (*NO_SPLIT, *A_TARGET)),
    "admin/supervision/": Row("scoped"),
    "admin/supervision/orders.xlsx": Row("scoped"),
    # The city's only: tests/targets/supervision/test_pages.py.
    "admin/supervision/issue/<slug:key>/<slug:code>/": Row("scoped", unknown=NO_PLACE),
    **{
        f"admin/supervision/<int:pk>/{page}": Row("scoped", _supervision("SupervisionOrder"), NO_PERSON)
        for page in ("", "print/", "reply/", "follow-up/", "return/", "close/", "withdraw/", "attachments/add/")
    },
    **{
        f"admin/supervision/attachments/<int:pk>/{page}/": Row(
            "scoped", _supervision("SupervisionAttachment"), NO_PERSON
        )
        for page in ("file", "remove")
    },
    "admin/people/<int:pk>/<departure:kind>/": Row("scoped", _person, NO_PERSON),
    "admin/people/<int:pk>/<departure:kind>/correct/": Row("scoped", _person, NO_PERSON),
    "admin/people/<int:pk>/merge/": Row("scoped", _person, NO_PERSON),
    "admin/people/<int:pk>/merge/<int:other>/": Row("scoped", _twins, NO_PERSON),
    "admin/people/<int:pk>/transfer/": Row("scoped", _person, NO_PERSON),
    "admin/people/transfers/ask/": Row("scoped"),
    "admin/people/transfers/<int:pk>/": Row("scoped", _transfer, NO_PERSON),
    "admin/people/certificates/<int:pk>/parts/": Row("scoped", _certificate, NO_PERSON),
    "admin/records/<int:pk>/cancel/": Row("scoped", _service, NO_PERSON),
    "admin/records/unenrolled/": Row("scoped"),
    "admin/records/imports/<uuid:uid>/undo/": Row("scoped", _roll_of_services, NO_JOB),
    "admin/records/homes/<int:pk>/photos/add/": Row("scoped", _home, NO_PERSON),
    "admin/records/photos/<int:pk>/": Row("scoped", _home_photo, NO_PERSON),
    "admin/records/photos/<int:pk>/file/": Row("scoped", _home_photo, NO_PERSON),
    "admin/records/photos/<int:pk>/remove/": Row("scoped", _home_photo, NO_PERSON),
    "admin/records/stays/<int:pk>/cancel/": Row("scoped", _stay, NO_PERSON),
    "admin/records/stays/imports/<uuid:uid>/undo/": Row("scoped", unknown=NO_JOB),
    # The second factor: the steps of signing in lead back to the sign-in page whoever has shown no password.
    **{
        f"admin/{page}/": Row("signed_in")
        for page in (
            "sign-in/code",
            "sign-in/recovery",
            "sign-in/set-up",
            "security",
            "security/set-up",
            "security/set-up/confirm",
            "security/recovery-codes",
        )
    },
    "admin/rolls/": Row("scoped"),
    **{
        f"admin/rolls/<int:pk>/{page}/": Row("scoped", _roll, NO_PERSON)
        for page in ("submit", "approve", "return", "pay", "archive", "call-back", "print")
    },
    **{
        f"admin/rolls/<int:pk>/bank/{page}": Row("scoped", names, NO_FILE)
        for page, names in (
            ("", _roll),
            ("make/", _roll),
            ("reissue/", _roll),
            ("lists/<slug:code>/", _roll_list),
            ("<int:number>/", _bank_file),
            ("<int:number>/download/", _bank_file),
            ("<int:number>/withdraw/", _bank_file),
            ("<int:number>/return/", _bank_file),
            ("<int:number>/return/<int:key>/", _bank_return),
        )
    },
    "admin/rolls/<int:pk>/differences/": Row("scoped", _roll, NO_PERSON),
    "admin/rolls/<int:pk>/differences.xlsx": Row("scoped", _roll, NO_PERSON),
    "admin/rolls/<int:pk>/carry/": Row("scoped", _roll, NO_PERSON),
    "admin/rolls/changes.xlsx": Row("city_wide"),
    "admin/notices/of/<int:pk>/publish/": Row("scoped", _roll, NO_PERSON),
    "admin/notices/<int:pk>/take-down/": Row("scoped", _notice, NO_PERSON),
    "admin/notices/<int:pk>/print/": Row("scoped", _notice, NO_PERSON),
    "notices/": Row("public"),
    "notices/<uuid:uid>/": Row("public", unknown=NO_JOB),
    "admin/payments/owed/": Row("scoped"),
    "admin/payments/owed/<direction:direction>/": Row("scoped", unknown=A_DIRECTION),
    "admin/payments/owed/<direction:direction>.xlsx": Row("scoped", unknown=A_DIRECTION),
    "admin/comparison/": Row("scoped"),
    "admin/comparison/cases.xlsx": Row("scoped"),
    "admin/comparison/run/": Row("scoped"),
    **{f"admin/comparison/<int:pk>/{page}": Row("scoped", _case, NO_PERSON) for page in ("", "assign/", "settle/")},
    "admin/recovery/": Row("scoped"),
    "admin/recovery/open/<int:pk>/": Row("scoped", _person, NO_PERSON),
    **{
        f"admin/recovery/<int:pk>/{page}/": Row("scoped", _recovery("RecoveryCase"), NO_PERSON)
        for page in ("refund", "offset", "write-off", "cancel")
    },
    "admin/recovery/entries/<int:pk>/reverse/": Row("scoped", _recovery("RecoveryEntry"), NO_PERSON),
    "admin/recovery/write-offs/<int:pk>/": Row("scoped", _recovery("WriteOffProposal"), NO_PERSON),
    "admin/bulletin/": Row("city_wide"),
    **{
        f"admin/bulletin/<int:pk>/{page}": Row("city_wide", unknown=(("pk", 987654321),))
        for page in (
            "",
            "edit/",
            "redraft/",
            "issue/",
            "correct/",
            "bulletin.docx",
            "bulletin.xlsx",
            "bulletin.pdf",
        )
    },
    # The administrators' only, who work for the city: tests/accounts/duties.
    "admin/duties/": Row("scoped"),
    "admin/duties/propose/": Row("scoped"),
    **{
        f"admin/duties/<int:pk>/{page}": Row("scoped", unknown=NO_PERSON)
        for page in ("", "approve/", "refuse/", "withdraw/")
    },
    "admin/facility/": Row("scoped"),
    "admin/facility/<int:pk>/": Row("scoped", _facility, NO_PERSON),
    "admin/facility/<int:pk>/advance/": Row("scoped", _facility, NO_PERSON),
    "admin/facility/<int:pk>/take-back/": Row("scoped", _facility, NO_PERSON),
    "admin/facility/<int:pk>/documents/add/": Row("scoped", _facility, NO_PERSON),
    "admin/facility/documents/<int:pk>/photo/": Row("scoped", _document, NO_PERSON),
    "admin/facility/documents/<int:pk>/file/": Row("scoped", _document, NO_PERSON),
    "admin/facility/documents/<int:pk>/remove/": Row("scoped", _document, NO_PERSON),
    "admin/facility/imports/<uuid:uid>/undo/": Row("scoped", unknown=NO_JOB),
    "admin/reports/": Row("scoped"),
    "admin/reports/<int:year>/": Row("scoped", unknown=(("year", 2019),)),
    "admin/reports/<int:year>/reports.xlsx": Row("scoped", unknown=(("year", 2019),)),
    "admin/reports/<int:year>/close/": Row("city_wide", unknown=(("year", 2019),)),
    **{
        f"admin/reports/<int:year>/<int:month>/<slug:code>/{page}": Row("scoped", _report, NO_REPORT)
        for page in (
            "",
            "figures.xlsx",
            "differences/",
            "differences.xlsx",
            "differences/<slug:key>/",
            "differences/<slug:key>.xlsx",
        )  # fmt: skip
    },
    # The city's deeds: closed to every county, its own included.
    "admin/reports/<int:year>/<int:month>/<slug:code>/return/": Row("scoped", unknown=NO_REPORT),
    "admin/reports/<int:year>/<int:month>/<slug:code>/lock/": Row("scoped", unknown=NO_REPORT),
    "admin/intake/": Row("scoped"),
    "admin/intake/<uuid:uid>/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/status/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/confirm/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/post/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/discard/": Row("scoped", _job, NO_JOB),
    "admin/intake/states/": Row("scoped"),
    "admin/intake/<uuid:uid>/retry/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/undo/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/compare/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/file/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/grid/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/grid/row/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/rows/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/rows.xlsx": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/rows.csv": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/headings/": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/marked.xlsx": Row("scoped", _job, NO_JOB),
    "admin/intake/<uuid:uid>/bad-rows.xlsx": Row("scoped", _job, NO_JOB),
    # Numbers shown whole, and lists with whole numbers.
    "admin/reveal/<slug:code>/<int:pk>/": Row("scoped", _number, (("code", "id-number"), ("pk", 987654321))),
    "admin/exports/": Row("scoped"),
    "admin/exports/ask/<slug:code>/": Row("scoped", unknown=(("code", "nothing"),)),
    **{
        f"admin/exports/<int:pk>/{page}": Row("scoped", _export, NO_PERSON)
        for page in ("", "approve/", "refuse/", "password/", "file/")
    },
    # 个人信息处理: the list for the data officer, and what a person may ask for.
    "admin/processing/": Row("city_wide"),
    "admin/processing/list.xlsx": Row("city_wide"),
    "admin/processing/people/<int:pk>/copy/": Row("scoped", _person, NO_PERSON),
    "admin/processing/people/<int:pk>/erase/": Row("scoped", _person, NO_PERSON),
    "admin/intake/templates/<slug:kind>.xlsx": Row("city_wide", unknown=(("kind", "nothing"),)),
    # Signing in: one's own session.
    "admin/session/": Row("signed_in"),
    "admin/session/wall/": Row("signed_in"),
}

# Below /api/v1/: the list of each resource and its arguments for one record.
RESOURCES = {
    "areas": "city_wide", "zones": "city_wide", "programmes": "city_wide", "service-kinds": "city_wide",
    "facility-kinds": "city_wide", "people": "beneficiaries.Person", "rolls": "subsidies.Roll",
    "payments": "subsidies.Payment", "services": "services.Service", "courses": "services.TrainingCourse",
    "facilities": "facilities.Facility",
    "facility-stays": "services.FacilityStay",
}  # fmt: skip


def _of_resource(route: str, kind: str) -> dict[str, Row]:
    """The rows of a list and of one of its records."""
    unknown = (("pk", 987654321),)
    if kind == "city_wide":
        return {f"api/v1/{route}": Row(kind), f"api/v1/{route}/<int:pk>": Row(kind, unknown=unknown)}
    one = Row("scoped", lambda county: {"pk": county.pk_of(kind)}, unknown)
    return {f"api/v1/{route}": Row("scoped"), f"api/v1/{route}/<int:pk>": one}


for _route, _whose in RESOURCES.items():
    ROUTES |= _of_resource(_route, _whose)
ROUTES |= {
    "api/schema": Row("signed_in"),
    "api/docs/": Row("signed_in"),
    # Without the slash: a redirect that says nothing but the address with it.
    "api/docs": Row("public"),
    "api/docs/try/": Row("signed_in"),
    "api/docs/try": Row("public"),
    "^api/": Row("signed_in"),
    "api/v1/facilities/<int:pk>/documents/<int:document>/file": Row("scoped", _document_of, NO_DOCUMENT),
    "api/v1/progress": Row("scoped"),
    "api/v1/people/search": Row("scoped"),
    "api/v1/import-kinds": Row("scoped"),
    "api/v1/imports": Row("scoped"),
    **{
        f"api/v1/imports/<uuid:uid>{deed}": Row("scoped", _job, NO_JOB)
        for deed in ("", "/errors", "/confirm", "/post", "/discard", "/retry")
    },
}


def _of_admin(folder: str, kind: str, *more: str) -> dict[str, Row]:
    """The rows of a model's admin; whose objects are whose is tried in test_admin.py."""
    unknown = (("object_id", 987654321),)
    return {
        f"admin/{folder}/{page}": Row(kind, unknown=unknown if "object_id" in page else ()) for page in (*SIX, *more)
    }


for _folder, _words in ADMINS.items():
    ROUTES |= _of_admin(_folder, *_words)
