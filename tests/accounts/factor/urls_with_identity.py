"""The portal's addresses as they are where an identity service is configured: urls.py asks when it is imported."""

from django.urls import include, path

from lianyungang_cdpf.accounts.factor.identity_urls import PAGES
from lianyungang_cdpf.urls import handler500, urlpatterns

__all__ = ["handler500", "urlpatterns"]
urlpatterns = [path("admin/sign-in/identity/", include((PAGES, "identity"))), *urlpatterns]
