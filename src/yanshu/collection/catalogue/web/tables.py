"""The lists of records, copies and categories."""

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue.models import BibRecord, Item, ItemCategory
from yanshu.collection.catalogue.terms import ItemState, RecordState
from yanshu.core.ui.tables import (
    CodeColumn,
    DateColumn,
    ListTable,
    MoneyColumn,
    NumberColumn,
    StateColumn,
    TickColumn,
    TitleColumn,
)


class RecordTable(ListTable):
    """Records, the newest first."""

    row_head = "title"
    region_label = _("List of records")
    empty_title = _("No record yet")
    empty_words = _("Enter the first book, or load a file of MARC records under Imports.")
    selected = TickColumn(label_of=lambda row: row.title)
    title = TitleColumn(
        verbose_name=_("Title and responsibility"),
        order_by=("sort_key", "pk"),
        sub=lambda row: " ".join(part for part in (row.volume, row.responsibility) if part),
        linkify=lambda record: reverse("desk:catalogue-record", args=[record.pk]),
    )
    state = StateColumn(verbose_name=_("State"), enum=lambda value: RecordState(value).look)
    class_number = CodeColumn(verbose_name=_("Class number"))
    publisher = django_tables2.Column(verbose_name=_("Publisher"))
    year = django_tables2.Column(verbose_name=_("Year"), attrs={"td": {"class": "ys-num"}})
    isbn = CodeColumn(verbose_name=_("ISBN"))
    copies = NumberColumn(verbose_name=_("Copies"), orderable=False)
    created_at = DateColumn(verbose_name=_("Entered on"), order_by=("created_at", "pk"))

    class Meta(ListTable.Meta):
        model = BibRecord
        fields = (
            "selected", "title", "state", "class_number", "publisher", "year", "isbn", "copies", "created_at",
        )  # fmt: skip


class CopyTable(ListTable):
    """Copies, the newest first."""

    row_head = "title"
    region_label = _("List of copies")
    empty_title = _("No copy yet")
    empty_words = _("Open a record and add copies by their barcodes, or load a table of copies.")
    selected = TickColumn(label_of=lambda row: row.barcode)
    title = TitleColumn(
        verbose_name=_("Title and responsibility"),
        accessor="record__title",
        order_by=("record__sort_key", "pk"),
        sub=lambda row: row.record.responsibility,
        linkify=lambda record: reverse("desk:catalogue-item", args=[record.pk]),
    )
    state = StateColumn(verbose_name=_("State"), enum=lambda value: ItemState(value).look)
    call_number = CodeColumn(verbose_name=_("Call number"))
    barcode = CodeColumn(verbose_name=_("Barcode"))
    location = django_tables2.Column(
        verbose_name=_("Shelving location"), order_by=("branch__position", "location__code")
    )
    price_fen = MoneyColumn(verbose_name=_("Price (yuan)"))
    accessioned_on = DateColumn(verbose_name=_("Accessioned on"))

    class Meta(ListTable.Meta):
        model = Item
        fields = (
            "selected", "title", "state", "call_number", "barcode", "location", "price_fen", "accessioned_on",
        )  # fmt: skip

    def render_location(self, value: Any, record: Item) -> SafeString:
        """Return shelf and branch, two lines."""
        return format_html('{}<span class="ys-sub">{}</span>', value.name, record.branch)


class CategoryTable(ListTable):
    """Item categories."""

    region_label = _("List of item categories")
    empty_title = _("No item category yet")
    empty_words = _("Lending policies tell copies apart by category: books, periodicals, audiovisual.")
    name = TitleColumn(
        verbose_name=_("Category"),
        sub=lambda row: row.name_en,
        linkify=lambda record: reverse("desk:catalogue-category", args=[record.pk]),
    )
    code = CodeColumn(verbose_name=_("Code"))
    medium = django_tables2.Column(verbose_name=_("Medium"))
    lendable = django_tables2.Column(verbose_name=_("Use of the copies"))

    class Meta(ListTable.Meta):
        model = ItemCategory
        fields = ("name", "code", "medium", "lendable")

    def render_lendable(self, value: bool) -> Any:
        """Return whether it may leave the house, in words."""
        return _("Can be borrowed") if value else _("For reading here")
