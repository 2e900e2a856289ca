"""The addresses of the staff desk."""

from django.urls import URLPattern, path

from yanshu.doors.desk.views import home, loading, palette, steps
from yanshu.doors.pages import pages

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("go/", palette.palette, name="palette"),
    path("first-steps/", steps.first_steps, name="first-steps"),
    path("first-steps/rules/", steps.usual_rules, name="usual-rules"),
    path("imports/", loading.imports, name="imports"),
    path("imports/<str:kind>/", loading.load, name="import"),
    path("imports/<str:kind>/template.<slug:file_format>", loading.template, name="import-template"),
    path("exports/", loading.exports, name="exports"),
    path("exports/<str:kind>.<slug:file_format>", loading.export, name="export"),
    *pages("desk"),
]
