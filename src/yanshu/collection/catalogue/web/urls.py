"""The addresses of the catalogue at the desk; readers' pages of records belong to the search."""

from django.urls import URLPattern, path

from yanshu.collection.catalogue.web import (
    desk_batches,
    desk_items,
    desk_record_form,
    desk_records,
    desk_setup,
)

RECORD = "catalogue/records/<int:record_id>/"
COPY = "catalogue/items/<int:item_id>/"

desk: list[URLPattern] = [
    path("catalogue/records/", desk_records.records, name="catalogue-records"),
    path("catalogue/records/new/", desk_record_form.new, name="catalogue-record-new"),
    path("catalogue/records/new/isbn/", desk_record_form.isbn, name="catalogue-record-new-isbn"),
    path("catalogue/records/new/marc/", desk_record_form.new_worksheet, name="catalogue-record-new-marc"),
    path("catalogue/records/batch/", desk_batches.records, name="catalogue-records-batch"),
    path("catalogue/records/undo/", desk_batches.records_undo, name="catalogue-records-undo"),
    path(RECORD, desk_records.record, name="catalogue-record"),
    path(f"{RECORD}act/", desk_records.act, name="catalogue-record-act"),
    path(f"{RECORD}copies/", desk_records.add_copies, name="catalogue-record-copies"),
    path(f"{RECORD}marc/", desk_record_form.edit, name="catalogue-record-edit"),
    path(f"{RECORD}history/", desk_records.history, name="catalogue-record-history"),
    path(f"{RECORD}restore/", desk_records.restore, name="catalogue-record-restore"),
    path("catalogue/items/", desk_items.items, name="catalogue-items"),
    path("catalogue/items/batch/", desk_batches.items, name="catalogue-items-batch"),
    path("catalogue/items/undo/", desk_batches.items_undo, name="catalogue-items-undo"),
    path("catalogue/items/labels/", desk_items.labels, name="catalogue-labels"),
    path(COPY, desk_items.item, name="catalogue-item"),
    path(f"{COPY}change/", desk_items.item_edit, name="catalogue-item-edit"),
    path(f"{COPY}shelve/", desk_items.shelve, name="catalogue-item-shelve"),
    path("catalogue/categories/", desk_setup.categories, name="catalogue-categories"),
    path("catalogue/categories/new/", desk_setup.category_new, name="catalogue-category-new"),
    path("catalogue/categories/<int:category_id>/", desk_setup.category_edit, name="catalogue-category"),
    path("catalogue/classes/", desk_setup.classes, name="catalogue-classes"),
]
opac: list[URLPattern] = []
