"""Loading records: ISO 2709 and MARCXML, of any character set found in the wild."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yanshu.collection.catalogue import operations
from yanshu.collection.catalogue.engine import formats
from yanshu.collection.catalogue.engine.damage import Reading
from yanshu.collection.catalogue.engine.dialect import dialect_of
from yanshu.collection.catalogue.engine.holdings import holdings
from yanshu.collection.catalogue.engine.iso2709 import (
    FieldTooLongError,
    RecordTooLongError,
    UnwritableRecordError,
)
from yanshu.collection.catalogue.operations.columns import parse
from yanshu.collection.catalogue.operations.loading import Incoming, Loaded, LoadFate, LoadRemark
from yanshu.collection.catalogue.queries.wording import damage_words
from yanshu.collection.catalogue.terms import RecordState
from yanshu.core import importing
from yanshu.core.actor import Actor
from yanshu.core.file import RECORDS
from yanshu.core.refusal import Invalid

REMARKS = {
    LoadRemark.LIKE_ANOTHER: gettext_lazy("ISBN, title and volume are those of record %(about)s already."),
    LoadRemark.BARCODE_TAKEN: gettext_lazy("Barcode %(about)s stands on another copy; it was left out."),
    LoadRemark.NO_SHELF: gettext_lazy(
        "Copy %(about)s was left out: set up a branch, a shelf and an item category first."
    ),
    LoadRemark.OTHER_BRANCH: gettext_lazy("Copy %(about)s was left out: its branch is not in your charge."),
    LoadRemark.NOT_ADDED: gettext_lazy(
        "Copies entered: %(about)s. A record does not say how they came: they are held, and count among no "
        "books bought until a file of copies names origin and day of accession."
    ),
}


@importing.declare
class Records(importing.Importer):
    """Bibliographic records in ISO 2709 or MARCXML, of any character set found in the wild."""

    kind = "bib"
    title = gettext_lazy("Bibliographic records")
    permission = "catalogue.import"
    page = "desk:catalogue-records"
    choice = importing.Choice(
        title=gettext_lazy("State of new records"),
        among=RecordState,
        default=RecordState.DRAFT,
        unsaid=RecordState.RELEASED,
        help=gettext_lazy(
            "Drafts are proofread and released before readers find them, one by one or many at once. "
            "Released suits the catalogue of a former system: readers find the records at once, and they "
            "count as no cataloguing work. Records known already keep their state."
        ),
    )
    files = RECORDS
    tried_whole = False
    batch_size = 500

    def read(self, path: Path) -> Iterator[importing.Record | importing.Damage]:
        """Yield the records; what cannot be read at all is damage with its place."""
        with path.open("rb") as stream:
            try:
                readings = formats.read_any(stream)
            except formats.UnreadableFileError as unreadable:
                label = _("The file holds no MARC records, neither as ISO 2709 nor as MARCXML.")
                raise importing.Unreadable.because("file", "no-marc", label) from unreadable
            for reading in readings:
                place = reading.number, reading.offset
                if reading.record is None:
                    yield importing.Damage.at(*place, "record-unreadable", damages_words(reading))
                elif reading.is_cut_short:
                    words = _("The record is not whole, so nothing of it was taken: %(damages)s")
                    words %= {"damages": damages_words(reading)}
                    yield importing.Damage.at(*place, "record-cut-short", words)
                else:
                    yield importing.Record(reading.number, reading.offset, reading)

    def parse(self, record: importing.Record) -> importing.Row:
        """Take a record apart."""
        reading: Reading = record.payload
        assert reading.record is not None
        dialect = dialect_of(reading.record)
        try:
            parsed = parse(reading.record, dialect)
        except (FieldTooLongError, RecordTooLongError, UnwritableRecordError) as unwritable:
            raise Invalid.because("record", "record-unwritable", str(unwritable)) from unwritable
        seen = parsed.columns
        if not seen.main_title:
            raise Invalid.because("title", "title-missing", _("The record has no title."))
        number = seen.control_number[:60]
        incoming = Incoming(
            key=(dialect.value, number) if number else ("alike", parsed.duplicate_key),
            parsed=parsed,
            holdings=holdings(reading.record, dialect),
            is_damaged=reading.has_damaged_fields,
        )
        damages = tuple(damage_words(damage) for damage in reading.damages)
        return importing.Row(record.number, record.offset, {"damages": damages}, payload=incoming)

    def key_of(self, row: importing.Row) -> Any:
        """Return what a record is known by in its file."""
        incoming: Incoming = row.payload
        return incoming.key

    def write(
        self, rows: Sequence[importing.Row], *, actor: Actor, now: datetime
    ) -> Sequence[importing.Outcome]:
        """Write a batch."""
        fates = operations.load_records(
            incoming=[row.payload for row in rows], state=RecordState(self.chosen), actor=actor, now=now
        )
        return [_outcome(row, fate) for row, fate in zip(rows, fates, strict=True)]


def damages_words(reading: Reading) -> str:
    """Say what was wrong with a record, each damage with its place in the file."""
    return _("; ").join(damage_words(damage) for damage in reading.damages)


def _outcome(row: importing.Row, fate: Loaded) -> importing.Outcome:
    if fate.fate is LoadFate.REFUSED:
        label = _(
            "The record is damaged and would change record %(record)s, which was left as it is: %(damages)s"
        )
        words = label % {"record": fate.record_id, "damages": _("; ").join(row["damages"])}
        return importing.rejected("damaged-change", words)
    said = [str(REMARKS[remark]) % {"about": about} for remark, about in fate.remarks]
    return importing.Outcome(importing.Fate(fate.fate.value), warnings=(*row["damages"], *said))
