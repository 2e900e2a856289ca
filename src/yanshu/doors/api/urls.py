"""The addresses of the programming interface."""

from django.urls import URLPattern, URLResolver, path

from yanshu.doors.api.interface import build

urlpatterns: list[URLPattern | URLResolver] = [path("v1/", build().urls)]
