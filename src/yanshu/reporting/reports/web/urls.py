"""The addresses of reports."""

from django.urls import URLPattern, path

from yanshu.reporting.reports.web import desk as reports

desk: list[URLPattern] = [
    path("report/", reports.latest, name="reports-latest"),
    path("report/<int:year>/", reports.annual, name="reports-annual"),
]
opac: list[URLPattern] = []
