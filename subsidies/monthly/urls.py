"""Pages on what changes from month to month, below /admin/rolls/."""

from django.urls import path

from subsidies.monthly import carry_views, views

app_name = "monthly"
urlpatterns = [
    path("<int:pk>/differences/", views.listed, name="differences"),
    path("<int:pk>/differences.xlsx", views.as_xlsx, name="differences_file"),
    path("<int:pk>/carry/", carry_views.carry, name="carry"),
    path("changes.xlsx", carry_views.blank, name="blank_changes"),
]
