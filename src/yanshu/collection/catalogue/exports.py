"""What can be taken out of the catalogue: records with their MARC, copies."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue import queries
from yanshu.collection.catalogue.engine.marcxml import NAMESPACE
from yanshu.collection.catalogue.models import BibRecord, Item
from yanshu.collection.catalogue.terms import Form, ItemState, Origin, RecordState
from yanshu.core import exporting, money
from yanshu.core.actor import Actor

_XML_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{NAMESPACE}">\n'.encode()


def _label(choices: Callable[[str], Any]) -> Callable[[Any], str]:
    return lambda value: str(choices(value).label) if value else ""


def _iso2709(rows: Iterator[BibRecord]) -> Iterator[bytes]:
    for row in rows:
        if row.marc:
            yield bytes(row.marc)


def _marcxml(rows: Iterator[BibRecord]) -> Iterator[bytes]:
    yield _XML_HEAD
    for row in rows:
        if row.marc:
            yield queries.marcxml_of(bytes(row.marc)) + b"\n"
    yield b"</collection>\n"


@exporting.declare
class Records(exporting.Exporter):
    """Bibliographic records: their columns, or their MARC as ISO 2709 or MARCXML."""

    kind = "bib"
    title = _("Bibliographic records")
    permission = "catalogue.export"
    chunk_size = 500
    formats = {
        "mrc": exporting.Format("application/marc", _iso2709),
        "xml": exporting.Format("application/marcxml+xml", _marcxml),
    }
    columns = (
        exporting.Column("id", _("Record"), "pk"),
        exporting.Column("control_number", _("Control number")),
        exporting.Column("title", _("Title")),
        exporting.Column("subtitle", _("Subtitle")),
        exporting.Column("volume", _("Volume")),
        exporting.Column("responsibility", _("Statement of responsibility")),
        exporting.Column("publisher", _("Publisher")),
        exporting.Column("place", _("Place of publication")),
        exporting.Column("year", _("Year")),
        exporting.Column("isbn", _("ISBN")),
        exporting.Column("class_number", _("Class number")),
        exporting.Column("language", _("Language")),
        exporting.Column("form", _("Form"), shown=_label(Form)),
        exporting.Column("price_fen", _("Price"), shown=money.yuan),
        exporting.Column("state", _("State"), shown=_label(RecordState)),
        exporting.Column("released_on", _("First released on")),
        exporting.Column("created_at", _("Entered at")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[BibRecord]:
        """Return all records; they belong to the whole library."""
        del actor
        return BibRecord.objects.order_by("pk")


@exporting.declare
class Items(exporting.Exporter):
    """Copies, with the headings the import knows."""

    kind = "items"
    title = _("Copies")
    permission = "catalogue.export"
    columns = (
        exporting.Column("barcode", _("Barcode")),
        exporting.Column("record_id", _("Record")),
        exporting.Column("title", _("Title"), "record__title"),
        exporting.Column("responsibility", _("Statement of responsibility"), "record__responsibility"),
        exporting.Column("isbn", _("ISBN"), "record__isbn"),
        exporting.Column("branch", _("Branch"), "home_branch__code"),
        exporting.Column("location", _("Shelving location"), "location__code"),
        exporting.Column("now_at", _("Now at"), "branch__name"),
        exporting.Column("category", _("Category"), "category__code"),
        exporting.Column("call_number", _("Call number")),
        exporting.Column("volume", _("Volume")),
        exporting.Column("price_fen", _("Price"), shown=money.yuan),
        exporting.Column("origin", _("Origin"), shown=_label(Origin)),
        exporting.Column("accession_number", _("Accession number")),
        exporting.Column("accessioned_on", _("Accessioned on")),
        exporting.Column("released_on", _("First released on")),
        exporting.Column("withdrawn_on", _("Withdrawn on")),
        exporting.Column("state", _("State"), shown=_label(ItemState)),
        exporting.Column("for_reference", _("Reading on the premises only")),
        exporting.Column("note", _("Note")),
    )

    def rows(self, *, actor: Actor) -> Iterable[Item]:
        """Return the copies of the actor's branches."""
        return queries.copies_seen_by(actor).order_by("pk")
