"""The categories of readers: the list, and the form of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import NotFound
from yanshu.core.ui.form_page import FormPage, form_page
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.core.ui.navigation import Crumb, way
from yanshu.core.ui.paging import PAGE_SIZES
from yanshu.readers.patrons import operations, queries
from yanshu.readers.patrons.models import PatronCategory
from yanshu.readers.patrons.web.forms import CategoryForm
from yanshu.readers.patrons.web.tables import CategoryTable


@require_safe
@requires("patrons.set_category")
def categories(request: HttpRequest) -> HttpResponseBase:
    """List the categories in the order in which they are offered."""
    page = ListPage(
        title=_("Patron categories"),
        unit=_("categories"),
        acts=offered(
            Actor.of(request),
            ("patrons.set_category", _("Add a category"), "desk:patrons-category-new", "plus-lg", "n"),
        ),
        crumbs=_way(_("Patron categories")),
        template="patrons/desk/categories.html",
        size=PAGE_SIZES[-1],
    )
    return list_page(request, page, table=CategoryTable(queries.categories()))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("patrons.set_category")
def category(request: HttpRequest, category_id: int | None = None) -> HttpResponse:
    """Make a category, or change one; memberships that run keep their end."""
    kept = _category(category_id)
    form = CategoryForm(request.POST or None, instance=kept)
    title = kept.name if kept else _("Add a category")
    back = reverse("desk:patrons-categories")
    page = FormPage(
        title=title,
        save=_("Save the category"),
        back=back,
        done=_("The category is saved."),
        note=_("Memberships that run keep the end they have."),
        crumbs=_way((_("Patron categories"), back), title),
    )
    return form_page(
        request,
        page,
        form,
        lambda sound: operations.set_category(
            category_id=category_id, values=sound.values(), actor=Actor.of(request), now=clock.now()
        ),
    )


def _way(*steps: tuple[Any, str] | Any) -> list[Crumb]:
    return way((_("Readers"), reverse("desk:patrons-list")), *steps)


def _category(category_id: int | None) -> PatronCategory | None:
    if category_id is None:
        return None
    found = queries.categories().filter(pk=category_id).first()
    if found is None:
        raise NotFound.because("category-unknown", _("There is no such category."))
    return found
