"""Addresses of the second step of signing in, and of what one keeps oneself of it."""

from django.urls import path

from lianyungang_cdpf.accounts.factor import views

app_name = "factor"
urlpatterns = [
    path("sign-in/code/", views.sign_in_code, name="sign_in_code"),
    path("sign-in/recovery/", views.sign_in_recovery, name="sign_in_recovery"),
    path("sign-in/set-up/", views.sign_in_set_up, name="sign_in_set_up"),
    path("security/", views.security, name="security"),
    path("security/set-up/", views.begin, name="begin"),
    path("security/set-up/confirm/", views.confirm, name="confirm"),
    path("security/recovery-codes/", views.renew, name="renew"),
]
