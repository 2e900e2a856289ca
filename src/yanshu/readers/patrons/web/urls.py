"""The addresses of readers' pages."""

from django.urls import URLPattern, path

from yanshu.readers.patrons.web import desk as counter
from yanshu.readers.patrons.web import desk_acts, desk_categories, desk_forms
from yanshu.readers.patrons.web import opac as readers

desk: list[URLPattern] = [
    path("patrons/", counter.patrons, name="patrons-list"),
    path("patrons/search", counter.search, name="patrons-search"),
    path("patrons/register/", desk_forms.register, name="patrons-register"),
    path("patrons/register/identity", desk_forms.check_identity, name="patrons-check-identity"),
    path("patrons/categories/", desk_categories.categories, name="patrons-categories"),
    path("patrons/categories/new/", desk_categories.category, name="patrons-category-new"),
    path("patrons/categories/<int:category_id>/", desk_categories.category, name="patrons-category"),
    path("patrons/<int:patron_id>/", counter.patron, name="patrons-patron"),
    path("patrons/<int:patron_id>/change/", desk_forms.change, name="patrons-change"),
    path("patrons/<int:patron_id>/renew", desk_acts.renew, name="patrons-renew"),
    path("patrons/<int:patron_id>/code", desk_acts.code, name="patrons-code"),
    path("patrons/<int:patron_id>/slip/", desk_acts.slip, name="patrons-slip"),
    path("patrons/<int:patron_id>/card/", desk_acts.card, name="patrons-card"),
    path("patrons/<int:patron_id>/suspend/", desk_acts.suspend, name="patrons-suspend"),
    path("patrons/<int:patron_id>/lift/", desk_acts.lift, name="patrons-lift"),
]
opac: list[URLPattern] = [
    path("activate/", readers.activate, name="patrons-activate"),
    path("my/profile/", readers.profile, name="patrons-profile"),
    path("my/card/", readers.card, name="patrons-card"),
]
