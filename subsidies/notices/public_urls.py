"""The public pages of notices, below /notices/."""

from django.urls import path

from subsidies.notices import public

app_name = "notices"
urlpatterns = [
    path("", public.index, name="index"),
    path("<uuid:uid>/", public.notice, name="notice"),
]
