"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

from yanshu.institution.staff.web.urls import account

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", include("yanshu.doors.desk.urls")),
    path("api/", include("yanshu.doors.api.urls")),
    path("account/", include(account)),
    path("", include("yanshu.core.ui.urls")),
    path("", include("yanshu.doors.opac.urls")),
]
handler400 = "yanshu.core.ui.views.bad_request"
handler403 = "yanshu.core.ui.views.forbidden"
handler404 = "yanshu.core.ui.views.not_found"
handler500 = "yanshu.core.ui.views.server_error"
