"""The categories of readers: the list, and the form of one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_tables2 import RequestConfig

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Invalid, NotFound
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.navigation import Crumb
from yanshu.readers.patrons import operations, queries
from yanshu.readers.patrons.models import PatronCategory
from yanshu.readers.patrons.web.forms import CategoryForm
from yanshu.readers.patrons.web.tables import CategoryTable


@require_safe
@requires("patrons.set_category")
def categories(request: HttpRequest) -> HttpResponse:
    """List the categories in the order in which they are offered."""
    table = CategoryTable(queries.categories())
    RequestConfig(request, paginate=False).configure(table)
    crumbs = [Crumb(_("Readers"), reverse("desk:patrons-list")), Crumb(_("Patron categories"))]
    return render(request, "patrons/desk/categories.html", {"table": table, "crumbs": crumbs})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("patrons.set_category")
def category(request: HttpRequest, category_id: int | None = None) -> HttpResponse:
    """Make a category, or change one; memberships that run keep their end."""
    kept = _category(category_id)
    form = CategoryForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_category(
                category_id=category_id, values=form.values(), actor=Actor.of(request), now=clock.now()
            )
        except Invalid as refused:
            add_reasons(form, refused.reasons)
        else:
            messages.success(request, _("The category is saved."))
            return redirect("desk:patrons-categories")
    title = kept.name if kept else _("Add a category")
    context = {
        "form": form,
        "title": title,
        "crumbs": [
            Crumb(_("Readers"), reverse("desk:patrons-list")),
            Crumb(_("Patron categories"), reverse("desk:patrons-categories")),
            Crumb(title),
        ],
    }
    return render(request, "patrons/desk/category.html", context, status=422 if form.errors else 200)


def _category(category_id: int | None) -> PatronCategory | None:
    if category_id is None:
        return None
    found = queries.categories().filter(pk=category_id).first()
    if found is None:
        raise NotFound.because("category-unknown", _("There is no such category."))
    return found
