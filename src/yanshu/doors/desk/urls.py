"""The addresses of the staff desk."""

from django.urls import URLPattern, path

from yanshu.doors.desk import views
from yanshu.doors.pages import pages

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    *pages("desk"),
]
