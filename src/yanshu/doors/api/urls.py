"""The addresses of the programming interface; what is not there is said in its own form too."""

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from yanshu.doors.api.interface import build, missing

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", build().urls),
    re_path(r"^v1/.", csrf_exempt(missing)),
]
