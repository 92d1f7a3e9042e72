"""Staff's pages of notices, below /admin/notices/."""

from django.urls import path

from subsidies.notices import pages

app_name = "notice"
urlpatterns = [
    path("of/<int:pk>/publish/", pages.publish, name="publish"),
    path("<int:pk>/take-down/", pages.take_down, name="take_down"),
    path("<int:pk>/print/", pages.printed, name="print"),
]
