"""The addresses of figures."""

from django.urls import URLPattern, path

from yanshu.reporting.figures.web import desk as figures
from yanshu.reporting.figures.web import desk_lists as lists
from yanshu.reporting.figures.web import desk_selections as selections

desk: list[URLPattern] = [
    path("figures/", figures.dictionary, name="figures-list"),
    path("figures/selections/", selections.selections, name="figures-selections"),
    path("figures/selections/new/", selections.selection, name="figures-selection-new"),
    path("figures/selections/<int:pk>/", selections.selection, name="figures-selection"),
    path("figures/selections/<int:pk>/delete/", selections.selection_delete, name="figures-selection-delete"),
    path("figures/stated/", lists.stated, name="figures-stated"),
    path("figures/stated/new/", lists.stated_new, name="figures-stated-new"),
    path("figures/stated/<int:pk>/", lists.stated_one, name="figures-stated-one"),
    path("figures/<str:code>/", figures.card, name="figures-card"),
    path("figures/<str:code>/rows/", figures.rows, name="figures-rows"),
    path("figures/<str:code>/rows.<str:file_format>", figures.rows_file, name="figures-rows-file"),
]
opac: list[URLPattern] = []
