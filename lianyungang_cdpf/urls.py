"""Where each page and each address of the API lives; composition only."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from beneficiaries import api as people
from facilities import api as facilities
from lianyungang_cdpf.accounts import api as places
from lianyungang_cdpf.accounts.factor.identity_urls import identity_routes
from lianyungang_cdpf.api.routes import Nowhere, routes
from lianyungang_cdpf.intake import api as imports
from lianyungang_cdpf.pages import api_docs
from lianyungang_cdpf.pages.health import healthz, readyz
from lianyungang_cdpf.pages.one_person.page import one_person
from lianyungang_cdpf.pages.reveals.views import reveal_number
from lianyungang_cdpf.pages.security import security_txt
from lianyungang_cdpf.targets import api as targets
from services import api as services
from subsidies import api as subsidies

API = routes(places, people, subsidies, services, facilities, targets, imports)

handler500 = "lianyungang_cdpf.pages.failures.server_error"
urlpatterns = [
    path("", include("lianyungang_cdpf.pages.public.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("admin/board/", include("lianyungang_cdpf.targets.urls")),
    path("admin/split/", include("lianyungang_cdpf.targets.split_urls")),
    path("admin/reports/", include("lianyungang_cdpf.targets.reporting.urls")),
    path("admin/supervision/", include("lianyungang_cdpf.targets.supervision.urls")),
    path("admin/intake/", include("lianyungang_cdpf.intake.urls")),
    path("admin/people/<int:pk>/", one_person, name="one_person"),
    path("admin/people/", include("beneficiaries.urls")),
    path("admin/records/", include("services.urls")),
    path("admin/rolls/", include("subsidies.approval.urls")),
    path("admin/rolls/<int:pk>/bank/", include("subsidies.bank.urls")),
    path("admin/rolls/", include("subsidies.monthly.urls")),
    path("admin/payments/", include("subsidies.urls")),
    path("admin/comparison/", include("subsidies.comparison.urls")),
    path("admin/recovery/", include("subsidies.recovery.urls")),
    path("admin/notices/", include("subsidies.notices.urls")),
    path("notices/", include("subsidies.notices.public_urls")),
    path("admin/bulletin/", include("lianyungang_cdpf.targets.bulletin.urls")),
    path("admin/duties/", include("lianyungang_cdpf.accounts.duties.urls")),
    path("admin/facility/", include("facilities.urls")),
    path("admin/session/", include("lianyungang_cdpf.accounts.signin.urls")),
    path("admin/", include("lianyungang_cdpf.accounts.factor.urls")),
    *identity_routes(),
    path("admin/reveal/<slug:code>/<int:pk>/", reveal_number, name="reveal"),
    path("admin/exports/", include("lianyungang_cdpf.pages.exports.urls")),
    path("admin/processing/", include("lianyungang_cdpf.pages.processing.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((API, "api"))),
    path("api/schema", api_docs.Schema.as_view(), name="api_schema"),
    path("api/docs/", api_docs.docs, name="api_docs"),
    path("api/docs/try/", api_docs.TryOut.as_view(), name="api_try"),
    path("api/docs", RedirectView.as_view(pattern_name="api_docs")),
    path("api/docs/try", RedirectView.as_view(pattern_name="api_try")),
    # Whatever follows: a path converter would let a line break through to the pages.
    re_path("^api/", Nowhere.as_view()),
]
