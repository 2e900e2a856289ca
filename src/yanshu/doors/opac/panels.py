"""What the pages that span wings are put together from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yanshu.collection.catalogue.models import BibRecord
from yanshu.core import clock
from yanshu.core.remembered import remembered
from yanshu.discovery.search import queries as discovery
from yanshu.lending.circulation import queries as circulation

NEW_FOR = timedelta(days=60)
RANKED_OVER = timedelta(days=60)
RANKED = 50
RANKING_KEPT_SECONDS = 300
NEW_ON_HOME = 6
RANKED_ON_HOME = 8
BESIDE = 6


@dataclass(frozen=True, slots=True)
class Ranked:
    """A title of the ranking and how often it was lent."""

    record: BibRecord
    loans: int


@remembered(seconds=RANKING_KEPT_SECONDS)
def ranking() -> list[Ranked]:
    """Return the titles lent most in the last sixty days; counted anew every five minutes."""
    end = clock.business_date(clock.now()) + timedelta(days=1)
    counted = circulation.most_borrowed(first_day=end - RANKED_OVER, end_day=end, limit=RANKED)
    loans = {record_id: times for record_id, times in counted if times > 0}
    return [Ranked(record, loans[record.pk]) for record in discovery.titles(list(loans))]


def new_books(today: date, *, limit: int) -> list[discovery.Found]:
    """Return what was released in the last sixty days, newest first, with its copies."""
    keys = list(discovery.new_records(since=today - NEW_FOR).values_list("pk", flat=True)[:limit])
    return discovery.found(keys)


def same_class(record: BibRecord) -> Sequence[BibRecord]:
    """Return other records of the same class, newly added first; nothing without a class or an index."""
    mark = record.class_number or record.class_main
    if not mark:
        return ()
    keys = [key for key in discovery.same_class(mark, limit=BESIDE + 1) if key != record.pk]
    return discovery.titles(keys[:BESIDE])
