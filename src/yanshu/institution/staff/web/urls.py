"""Addresses of staff pages, and those of logging in, which all doors share."""

from allauth.account import views as allauth
from django.urls import URLPattern, path

from yanshu.institution.staff.web import desk as views

desk: list[URLPattern] = [
    path("staff/", views.accounts, name="staff-accounts"),
    path("staff/new/", views.account_form, name="staff-account-new"),
    path("staff/<int:account_id>/", views.account, name="staff-account"),
    path("staff/<int:account_id>/edit/", views.account_form, name="staff-account-edit"),
    path("staff/<int:account_id>/roles/", views.grant, name="staff-grant"),
    path("staff/<int:account_id>/roles/<int:grant_id>/revoke/", views.revoke, name="staff-revoke"),
    path("staff/<int:account_id>/password/", views.reset, name="staff-reset"),
    path("staff/roles/", views.roles, name="staff-roles"),
    path("staff/workplace/", views.workplace, name="staff-workplace"),
    path("audit/", views.audit, name="staff-audit"),
    path("found/", views.found, name="staff-found"),
]
opac: list[URLPattern] = []
account: list[URLPattern] = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("password/change/", allauth.password_change, name="account_change_password"),
]
"""What of allauth there is here. Accounts are made and passwords renewed at the desk, and no e-mail is sent,
so its other pages (sign-up, e-mail, reset) are left out: they would promise what nobody keeps."""
