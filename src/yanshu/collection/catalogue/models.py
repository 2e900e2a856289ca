"""Bibliographic records (MARC and the columns the program needs), items, and their histories."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.collection.catalogue.terms import (
    Dialect,
    Form,
    ItemEventKind,
    ItemState,
    Medium,
    Origin,
    RecordState,
)
from yanshu.core.feed import FeedRow
from yanshu.core.ledger import LedgerLine


class BibRecord(models.Model):
    """A bibliographic record. The truth is ``marc`` (ISO 2709, UTF-8); the columns are parsed from it."""

    dialect = models.CharField(_("format"), max_length=10, choices=Dialect.choices)
    marc = models.BinaryField()
    control_number = models.CharField(_("control number"), max_length=60, blank=True, db_index=True)
    title = models.CharField(_("title"), max_length=500)
    subtitle = models.CharField(_("subtitle"), max_length=500, blank=True)
    volume = models.CharField(_("volume"), max_length=100, blank=True)
    responsibility = models.CharField(_("statement of responsibility"), max_length=500, blank=True)
    author = models.CharField(_("author"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    place = models.CharField(_("place of publication"), max_length=100, blank=True)
    year = models.SmallIntegerField(_("year"), null=True, blank=True)
    isbn = models.CharField(_("ISBN"), max_length=13, blank=True)
    class_number = models.CharField(_("class number"), max_length=40, blank=True)
    class_main = models.CharField(_("main class"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=3, blank=True)
    form = models.CharField(_("form"), max_length=15, choices=Form.choices, default=Form.BOOK)
    edition = models.CharField(_("edition"), max_length=100, blank=True)
    price_fen = models.PositiveIntegerField(_("price, fen"), null=True, blank=True)
    juvenile = models.BooleanField(_("for children"), default=False)
    sort_key = models.CharField(max_length=120, blank=True, db_index=True)
    duplicate_key = models.CharField(max_length=64, blank=True, db_index=True)
    state = models.CharField(
        _("state"), max_length=10, choices=RecordState.choices, default=RecordState.DRAFT
    )
    released_on = models.DateField(_("first released on"), null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "bibliographic record")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-id"], name="catalogue_record_state"),
            models.Index(fields=["released_on"], name="catalogue_record_released"),
            models.Index(fields=["title"], name="catalogue_record_title"),
            models.Index(fields=["author"], name="catalogue_record_author"),
            models.Index(fields=["created_at"], name="catalogue_record_created"),
            models.Index(fields=["class_number"], name="catalogue_record_class"),
            models.Index(fields=["form"], name="catalogue_record_form"),
            models.Index(fields=["language"], name="catalogue_record_language"),
        ]

    def __str__(self) -> str:
        return self.title


class RecordIsbn(models.Model):
    """An ISBN of a record, as 13 digits; a record may bear several."""

    record = models.ForeignKey(BibRecord, on_delete=models.CASCADE, related_name="isbns")
    isbn = models.CharField(max_length=13, db_index=True)

    def __str__(self) -> str:
        return self.isbn


class RecordVersion(models.Model):
    """A former state of a record, kept at every change so that changes can be compared and undone."""

    record = models.ForeignKey(BibRecord, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    marc = models.BinaryField()
    replaced_at = models.DateTimeField()
    replaced_by = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["record", "version"], name="catalogue_version_once")]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"


class ItemCategory(models.Model):
    """A kind of item as lending policies tell them apart."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=50)
    name_en = models.CharField(_("English name"), max_length=50, blank=True)
    medium = models.CharField(_("medium"), max_length=15, choices=Medium.choices, default=Medium.PRINT)
    lendable = models.BooleanField(_("can be borrowed"), default=True)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "item category")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """A copy: one physical thing with a barcode of its owner.

    ``home_branch`` is the branch it belongs to, ``branch`` the one where it is. A loan is not a state of the
    item: lending knows it. A copy that was here before the system has no day of accession where nobody said
    one, and an origin only where somebody did: it is held, and counts among no year's books bought.
    """

    record = models.ForeignKey(BibRecord, on_delete=models.PROTECT, related_name="items")
    library = models.ForeignKey("places.Library", on_delete=models.PROTECT, related_name="items")
    barcode = models.CharField(_("barcode"), max_length=40)
    home_branch = models.ForeignKey(
        "places.Branch", on_delete=models.PROTECT, related_name="home_items", verbose_name=_("home branch")
    )
    branch = models.ForeignKey(
        "places.Branch", on_delete=models.PROTECT, related_name="items", verbose_name=_("branch")
    )
    location = models.ForeignKey(
        "places.ShelvingLocation",
        on_delete=models.PROTECT,
        related_name="items",
        verbose_name=_("shelving location"),
    )
    category = models.ForeignKey(ItemCategory, on_delete=models.PROTECT, verbose_name=_("category of items"))
    call_number = models.CharField(_("call number"), max_length=60, blank=True)
    volume = models.CharField(_("volume"), max_length=60, blank=True)
    price_fen = models.PositiveIntegerField(_("price, fen"), null=True, blank=True)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices, default=Origin.UNKNOWN)
    accession_number = models.CharField(_("accession number"), max_length=30, blank=True)
    accessioned_on = models.DateField(_("accessioned on"), null=True, blank=True)
    released_on = models.DateField(_("first released on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=ItemState.choices, default=ItemState.PROCESSING
    )
    state_until = models.DateField(_("until"), null=True, blank=True)
    for_reference = models.BooleanField(_("reading on the premises only"), default=False)
    accessories = models.JSONField(_("accessories"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "item")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["branch", "state", "-id"], name="catalogue_item_branch"),
            models.Index(fields=["origin", "accessioned_on", "record"], name="catalogue_item_accessioned"),
            models.Index(fields=["origin", "released_on", "record"], name="catalogue_item_released"),
            models.Index(fields=["call_number"], name="catalogue_item_call"),
            models.Index(fields=["barcode"], name="catalogue_item_barcode"),
            models.Index(fields=["state", "-id"], name="catalogue_item_state"),
            models.Index(
                fields=["accessioned_on", "withdrawn_on", "home_branch"], name="catalogue_item_since"
            ),
            models.Index(fields=["price_fen"], name="catalogue_item_price"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["library", "barcode"], name="catalogue_barcode_once_an_owner"),
            models.UniqueConstraint(
                fields=["library", "accession_number"],
                condition=~Q(accession_number=""),
                name="catalogue_accession_number_once",
            ),
        ]

    def __str__(self) -> str:
        return self.barcode


class ItemEvent(LedgerLine):
    """What happened to an item, apart from loans: its status history."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=ItemEventKind.choices)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["happened_at", "id"]
        indexes = [models.Index(fields=["tx", "id"], name="catalogue_itemevent_feed")]

    def __str__(self) -> str:
        return f"{self.kind} {self.business_date}"


class RecordChange(FeedRow):
    """The feed the search index follows: which record changed, or has another copy, or lost one."""

    record_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta(FeedRow.Meta):
        indexes = [models.Index(fields=["tx", "id"], name="catalogue_change_feed")]

    def __str__(self) -> str:
        return f"{self.record_id}"


class ClcClass(models.Model):
    """A class of the Chinese Library Classification (中图法) loaded below the shipped outline."""

    code = models.CharField(_("class"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=150)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    parent = models.CharField(_("above it"), max_length=20, blank=True, db_index=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
