"""Addresses of staff pages."""

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
