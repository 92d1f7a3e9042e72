"""Pages on what changes from month to month, below /admin/rolls/."""

from django.urls import path

from subsidies.monthly import views

app_name = "monthly"
urlpatterns = [
    path("<int:pk>/differences/", views.listed, name="differences"),
    path("<int:pk>/differences.xlsx", views.as_xlsx, name="differences_file"),
]
