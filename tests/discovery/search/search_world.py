"""The small library with an index of its own, for the tests of searching."""

from dataclasses import dataclass

from world import NOON, World
from yanshu.collection.catalogue.engine import iso2709
from yanshu.collection.catalogue.engine.record import Field, MarcRecord
from yanshu.collection.catalogue.models import BibRecord, RecordChange
from yanshu.discovery.search import operations, queries
from yanshu.discovery.search.queries import Wish

LEADER = "00000nam a2200000   4500"


def marc21(*fields: Field) -> bytes:
    return iso2709.write(MarcRecord(LEADER, fields))


def both_scripts() -> bytes:
    """A title in both scripts: the romanised form in the field, the Chinese one in its 880."""
    return marc21(
        Field("001", "lc1"),
        Field("008", "990101s1999    cc            000 0 chi d"),
        Field.of("245", "10", [("6", "880-01"), ("a", "Zhongguo li shi /"), ("c", "Qian Mu zhu.")]),
        Field.of("880", "10", [("6", "245-01"), ("a", "中國歷史 /"), ("c", "錢穆著.")]),
        Field.of("650", " 0", [("a", "China"), ("x", "History.")]),
        Field.of("100", "1 ", [("6", "880-02"), ("a", "Qian, Mu,")]),
        Field.of("880", "1 ", [("6", "100-02"), ("a", "錢穆,")]),
    )


@dataclass
class Library:
    """The world, and what one does to its index."""

    world: World

    def record(self, title: str, *, copies: int = 1, **values) -> BibRecord:
        made = self.world.record(title=title, **values)
        for _ in range(copies):
            self.world.item(made)
        return made

    def changed(self, *records: BibRecord) -> None:
        """Tell the feed, as the catalogue's operations do."""
        for one in records:
            RecordChange.objects.create(record_id=one.pk, at=NOON)

    def catch_up(self) -> int:
        return operations.Indexer(queries.index()).catch_up()

    def find(self, typed: str, **more) -> set[int]:
        return set(queries.search(Wish(typed=typed, **more)).answer.ids)
