"""Desk pages of item categories, and the tree of the classification."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yanshu.collection.catalogue import operations, queries
from yanshu.collection.catalogue.models import ItemCategory
from yanshu.collection.catalogue.web.crumbs import record_crumbs
from yanshu.collection.catalogue.web.filters import CategoryFilter
from yanshu.collection.catalogue.web.forms import CategoryForm
from yanshu.collection.catalogue.web.tables import CategoryTable
from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.ui.form_page import FormPage, form_page
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.core.ui.navigation import Crumb

GET_POST = ["GET", "HEAD", "POST"]
FIELDS = ("code", "name", "name_en", "medium", "lendable", "position")


@requires("catalogue.see")
@require_safe
def categories(request: HttpRequest) -> HttpResponseBase:
    """List the item categories in their order."""
    page = ListPage(
        title=_("Item categories"),
        unit=_("categories"),
        shown="q medium",
        acts=offered(
            Actor.of(request),
            (
                "catalogue.set_category",
                _("Enter a category"),
                "desk:catalogue-category-new",
                "plus-lg",
                "n",
            ),
        ),
        crumbs=[Crumb(_("Item categories"))],
    )
    chosen = CategoryFilter(request.GET, queries.categories(), request=request)
    return list_page(request, page, filterset=chosen, table=CategoryTable)


@requires("catalogue.set_category")
@require_http_methods(GET_POST)
def category_new(request: HttpRequest) -> HttpResponse:
    """Enter an item category."""
    page = _page(_("Enter a category"), _("Enter the category"))
    return form_page(request, page, CategoryForm(request.POST or None), _saver(request, None))


@requires("catalogue.set_category")
@require_http_methods(GET_POST)
def category_edit(request: HttpRequest, category_id: int) -> HttpResponse:
    """Change an item category."""
    row = get_object_or_404(ItemCategory, pk=category_id)
    initial = {name: getattr(row, name) for name in FIELDS}
    page = _page(_("Change %(name)s") % {"name": row.name}, _("Save the item category"))
    return form_page(
        request, page, CategoryForm(request.POST or None, initial=initial), _saver(request, row.pk)
    )


@requires("catalogue.see")
@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    """Show one level of the classification, with the way to it and the way to its records."""
    code = request.GET.get("in", "").strip()
    here = queries.class_node(code) if code else None
    if code and here is None:
        raise Http404
    trail = [node for node in queries.class_trail(code) if node.code != code]
    tree = reverse("desk:catalogue-classes")
    way: list[Any] = [(_("Classification"), tree)] if code else [_("Classification")]
    way += [(f"{node.code} {node.shown}", f"{tree}?in={node.code}") for node in trail]
    return render(
        request,
        "catalogue/desk/classes.html",
        {
            "here": here,
            "children": queries.children_of(code),
            "crumbs": record_crumbs(*way, *([f"{here.code} {here.shown}"] if here else [])),
        },
    )


def _page(title: str, save: str) -> FormPage:
    back = reverse("desk:catalogue-categories")
    way = [Crumb(_("Item categories"), back), Crumb(title)]
    return FormPage(title=title, save=save, back=back, done=_("The item category is saved."), crumbs=way)


def _saver(request: HttpRequest, category_id: int | None) -> Any:
    return lambda form: operations.set_category(
        category_id=category_id, values=form.cleaned_data, actor=Actor.of(request), now=clock.now()
    )
