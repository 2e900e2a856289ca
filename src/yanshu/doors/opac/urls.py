"""The addresses of the reader pages."""

from django.urls import URLPattern, path

from yanshu.doors.opac import views
from yanshu.doors.pages import pages

app_name = "opac"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("records/<int:record_id>/", views.record, name="record"),
    path("new/", views.new_books, name="new-books"),
    path("ranking/", views.ranking, name="ranking"),
    *pages("opac"),
]
