"""The addresses of the staff desk."""

from django.urls import URLPattern, path

from yanshu.doors.desk import panels
from yanshu.doors.desk.views import exports, home, imports, palette, steps
from yanshu.doors.pages import pages

app_name = "desk"
panels.hang_up()
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("go/", palette.palette, name="palette"),
    path("first-steps/", steps.first_steps, name="first-steps"),
    path("first-steps/rules/", steps.usual_rules, name="usual-rules"),
    path("imports/", imports.imports, name="imports"),
    path("imports/runs/<int:run_id>/", imports.run, name="imports-run"),
    path("imports/runs/<int:run_id>/progress/", imports.progress, name="imports-progress"),
    path("imports/runs/<int:run_id>/act/", imports.act, name="imports-act"),
    path("imports/runs/<int:run_id>/rejected.<slug:file_format>", imports.rejected, name="imports-rejected"),
    path("imports/<str:kind>/", imports.upload, name="imports-upload"),
    path("imports/<str:kind>/template.<slug:file_format>", imports.template, name="imports-template"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<str:kind>.<slug:file_format>", exports.export, name="export"),
    *pages("desk"),
]
