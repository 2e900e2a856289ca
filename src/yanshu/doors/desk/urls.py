"""The addresses of the staff desk."""

from django.urls import URLPattern, path

from yanshu.doors.desk.views import exports, home, imports, palette, steps
from yanshu.doors.pages import pages

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("go/", palette.palette, name="palette"),
    path("first-steps/", steps.first_steps, name="first-steps"),
    path("first-steps/rules/", steps.usual_rules, name="usual-rules"),
    path("imports/", imports.imports, name="imports"),
    path("imports/runs/<int:run_id>/", imports.run, name="import-run"),
    path("imports/runs/<int:run_id>/progress/", imports.progress, name="import-progress"),
    path("imports/runs/<int:run_id>/act/", imports.act, name="import-act"),
    path("imports/runs/<int:run_id>/rejected.<slug:file_format>", imports.rejected, name="import-rejected"),
    path("imports/<str:kind>/", imports.upload, name="import"),
    path("imports/<str:kind>/template.<slug:file_format>", imports.template, name="import-template"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<str:kind>.<slug:file_format>", exports.export, name="export"),
    *pages("desk"),
]
