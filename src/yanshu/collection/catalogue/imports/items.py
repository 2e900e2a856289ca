"""Loading copies from a table: each finds its title, its branch, its shelf."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue import operations
from yanshu.collection.catalogue.engine.standard_numbers import isbn13
from yanshu.collection.catalogue.models import BibRecord, Item, ItemCategory, RecordIsbn
from yanshu.collection.catalogue.operations.loading import LoadFate
from yanshu.collection.catalogue.operations.loading_items import IncomingItem
from yanshu.collection.catalogue.terms import Origin
from yanshu.core import importing
from yanshu.core.actor import Actor
from yanshu.institution.places.models import Branch, ShelvingLocation

SHORT = importing.text(max_length=60)
CODE = importing.text(max_length=50)
NOT_ADDED = _(
    "Without origin and day of accession the copy is held, and counts among no books bought. Load the row "
    "again with both where they are known."
)


def record_isbn(cell: str) -> str:
    """Take an ISBN of 10 or 13 digits as 13."""
    number = isbn13(cell)
    if not isinstance(number, str) or not number.isdecimal():
        raise importing.Misread("isbn", _("“%(text)s” is no ISBN.") % {"text": cell})
    return number


@importing.declare
class Items(importing.Importer):
    """Copies, known by owner and barcode."""

    kind = "items"
    title = _("Copies")
    permission = "catalogue.import"
    key = ("barcode", "branch")
    tried_whole = False
    columns = (
        importing.Column("barcode", "条码", "Barcode", aliases=("册条码", "条码号", "册条码号"),
                         required=True, parser=importing.text(max_length=40), example="HY00481107"),
        importing.Column("record_id", "书目记录号", "Record", aliases=("记录号",),
                         parser=importing.integer(minimum=1)),
        importing.Column("control_number", "控制号", "Control number", aliases=("001", "MARC控制号"),
                         parser=SHORT, default="", example="012345678",
                         help=_("Record, control number or ISBN: one of the three finds the title.")),
        importing.Column("isbn", "ISBN", "ISBN", aliases=("国际标准书号",), parser=record_isbn, default="",
                         example="9787020002207"),
        importing.Column("branch", "馆代码", "Branch", aliases=("分馆", "所属馆", "馆别"), required=True,
                         parser=importing.text(max_length=100), example="central"),
        importing.Column("location", "馆藏地", "Shelving location", aliases=("馆藏地点", "书库"),
                         required=True, parser=importing.text(max_length=100), example="3F"),
        importing.Column("category", "文献类型", "Category", aliases=("册类型", "流通类型"), parser=CODE,
                         default="", example="book"),
        importing.Column("call_number", "索书号", "Call number", parser=SHORT, example="I247.57/12"),
        importing.Column("volume", "卷册", "Volume", parser=SHORT),
        importing.Column("price_fen", "定价", "Price", aliases=("价格", "单价", "码洋"),
                         parser=importing.fen(minimum=0), example="58.00"),
        importing.Column("origin", "来源", "Origin", aliases=("入藏来源",), help=_(
            "Books bought are counted by origin and day of accession; left empty, both stay unknown."
        ), parser=importing.choice(
            Origin, words={"购入": "purchase", "采购": "purchase", "赠送": "gift", "受赠": "gift",
                           "缴送": "deposit", "装订": "binding", "交换": "exchange", "不详": "unknown",
                           "未知": "unknown"})),
        importing.Column("accession_number", "登录号", "Accession number", aliases=("财产号",),
                         parser=importing.text(max_length=30)),
        importing.Column("accessioned_on", "入藏日期", "Accessioned on", parser=importing.day,
                         example="2019-03-12"),
        importing.Column("for_reference", "仅供阅览", "Reading on the premises only",
                         parser=importing.yes_no),
        importing.Column("note", "备注", "Note", parser=importing.text(max_length=200)),
    )  # fmt: skip

    def prepare(self, rows: Sequence[importing.Row]) -> None:
        """Look up titles, branches, shelves, categories and numbers in use, each with one query."""
        self.branches = _by_names(Branch.objects.select_related("library"))
        self.shelves: dict[tuple[int, str], ShelvingLocation] = {}
        for shelf in ShelvingLocation.objects.select_related("branch"):
            for name in (shelf.code, shelf.name):
                self.shelves.setdefault((shelf.branch_id, name), shelf)
        self.categories = _by_names(ItemCategory.objects.all())
        self.first_category = next(iter(self.categories.values()), None)
        self.by_id = set(
            BibRecord.objects.filter(pk__in=[row["record_id"] for row in rows]).values_list("pk", flat=True)
        )
        numbers = BibRecord.objects.filter(control_number__in=[row["control_number"] for row in rows])
        self.by_number = dict(numbers.order_by("-id").values_list("control_number", "pk"))
        isbns = RecordIsbn.objects.filter(isbn__in=[row["isbn"] for row in rows if row["isbn"]])
        self.by_isbn = dict(isbns.order_by("-record_id").values_list("isbn", "record_id"))
        taken = Item.objects.filter(
            accession_number__in=[row["accession_number"] for row in rows if row["accession_number"]]
        )
        self.accessions = {
            (library_id, number): barcode
            for library_id, number, barcode in taken.values_list("library_id", "accession_number", "barcode")
        }
        known = Item.objects.filter(barcode__in=[row["barcode"] for row in rows])
        self.homes = {
            (library_id, barcode): home_id
            for library_id, barcode, home_id in known.values_list("library_id", "barcode", "home_branch_id")
        }

    def write(
        self, rows: Sequence[importing.Row], *, actor: Actor, now: datetime
    ) -> Sequence[importing.Outcome]:
        """Write a batch; what finds no title, branch or shelf, or belongs elsewhere already, is rejected."""
        actor = actor.narrowed(self.permission)
        judged = [self._incoming(row, actor) for row in rows]
        sound = [one for one in judged if isinstance(one, IncomingItem)]
        fates = iter(operations.load_items(incoming=sound, actor=actor, now=now))
        return [_outcome(one, next(fates)) if isinstance(one, IncomingItem) else one for one in judged]

    def _incoming(self, row: importing.Row, actor: Actor) -> IncomingItem | importing.Outcome:
        shelf = self._shelf(row, actor)
        if isinstance(shelf, importing.Outcome):
            return shelf
        branch = shelf.branch
        category = self.categories.get(row["category"]) if row["category"] else self.first_category
        if category is None:
            return _unknown(row, "category", _("There is no item category “%(value)s”."))
        if not any(row[name] for name in ("record_id", "control_number", "isbn")):
            label = _("Enter record, control number or ISBN; without one of them the title is not found.")
            return importing.lacking("record_id", label)
        record_id = self._record(row)
        if record_id is None:
            return importing.rejected("unknown-title", _("No title has this record number, number or ISBN."))
        number = row["accession_number"]
        owner = self.accessions.setdefault((branch.library_id, number), row["barcode"]) if number else ""
        if number and owner != row["barcode"]:
            label = _("Accession number %(number)s stands on copy %(barcode)s.")
            return importing.rejected("accession-taken", label % {"number": number, "barcode": owner})
        return IncomingItem(
            branch.library_id, row["barcode"], record_id, self._values(row, branch, shelf, category)
        )

    def _shelf(self, row: importing.Row, actor: Actor) -> ShelvingLocation | importing.Outcome:
        """Return the shelf the row names, in the actor's charge as the copy itself must be."""
        branch = self.branches.get(row["branch"])
        if branch is None or not actor.sees(branch.pk):
            return _unknown(row, "branch", _("There is no branch “%(value)s” in your charge."))
        if not actor.sees(self.homes.get((branch.library_id, row["barcode"]))):
            return importing.rejected("other-branch", _("This copy belongs to another branch."))
        shelf = self.shelves.get((branch.pk, row["location"]))
        if shelf is None:
            label = _("The branch has no shelving location “%(value)s”.")
            return _unknown(row, "location", label)
        return shelf

    def _record(self, row: importing.Row) -> int | None:
        if row["record_id"]:
            return row["record_id"] if row["record_id"] in self.by_id else None
        number, isbn = row["control_number"], row["isbn"]
        return (self.by_number.get(number) if number else None) or self.by_isbn.get(isbn)

    @staticmethod
    def _values(
        row: importing.Row, branch: Branch, shelf: ShelvingLocation, category: ItemCategory
    ) -> dict[str, Any]:
        """Return what the row says; a cell left empty says nothing and changes nothing."""
        said = ("call_number", "volume", "price_fen", "origin", "accession_number", "accessioned_on",
                "for_reference", "note")  # fmt: skip
        return {
            "home_branch_id": branch.pk,
            "location_id": shelf.pk,
            "category_id": category.pk,
            **{name: row[name] for name in said if row[name] is not None},
        }


def _outcome(one: IncomingItem, fate: LoadFate) -> importing.Outcome:
    said = one.values.get("origin", Origin.UNKNOWN) != Origin.UNKNOWN and "accessioned_on" in one.values
    warned = fate is LoadFate.CREATED and not said
    return importing.Outcome(importing.Fate(fate.value), warnings=(str(NOT_ADDED),) if warned else ())


def _unknown(row: importing.Row, column: str, label: Any) -> importing.Outcome:
    """Return the rejection of a row whose cell names nothing that is there."""
    return importing.rejected(f"unknown-{column}", label % {"value": row[column]}, field=column)


def _by_names(rows: Any) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        for name in (row.code, row.name):
            found.setdefault(name, row)
    return found
