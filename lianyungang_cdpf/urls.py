"""Where each page lives; composition only."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from lianyungang_cdpf.pages.health import healthz, readyz

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="front"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/board/", include("lianyungang_cdpf.targets.urls")),
    path("admin/split/", include("lianyungang_cdpf.targets.split_urls")),
    path("admin/intake/", include("lianyungang_cdpf.intake.urls")),
    path("admin/people/", include("beneficiaries.urls")),
    path("admin/", admin.site.urls),
]
