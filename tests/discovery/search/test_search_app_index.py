"""The index follows the catalogue and lending, can always be made anew, and says how it stands."""

import fcntl
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from search_world import Library, both_scripts

from world import NOON
from yanshu.collection.catalogue import operations as catalogue
from yanshu.collection.catalogue.models import BibRecord, Item, RecordChange
from yanshu.collection.catalogue.terms import ItemState, RecordState, Shown
from yanshu.core import doctor
from yanshu.discovery.search import operations, queries
from yanshu.discovery.search.engine.errors import IndexMissing
from yanshu.discovery.search.queries import Filters, Wish, census, documents, feeds
from yanshu.discovery.search.queries.finding import FACETS
from yanshu.discovery.search.queries.holdings import copies_of
from yanshu.discovery.search.rules import FeedPosition, Place
from yanshu.lending.circulation import operations as circulation
from yanshu.lending.circulation.models import LoanEvent

# Feeds are read below the oldest running transaction: rows must be committed to be seen.
pytestmark = pytest.mark.django_db(transaction=True)
AVAILABLE = Filters(available=True)


def available(library: Library, title: str) -> bool:
    return bool(library.find(title, filters=AVAILABLE))


@pytest.mark.parametrize(
    "position",
    [
        FeedPosition(Place(0, 0), Place(0, 0)),
        FeedPosition(Place(0, 7), Place(0, 9)),
        FeedPosition(Place(2**63 - 1, 2**63 - 1), Place(2**63 - 1, 2**63 - 1)),
    ],
)
def test_a_position_is_one_number_and_comes_back(position):
    assert FeedPosition.of_number(position.number) == position


def test_rebuilding_keeps_what_readers_may_find(library):
    told = library.record("红楼梦")
    draft = library.record("草稿", state=RecordState.DRAFT)
    gone = library.record("剔旧的书")
    Item.objects.filter(record=gone).update(withdrawn_on=NOON.date(), state=ItemState.WITHDRAWN)
    bare = library.record("无册之书", copies=0)
    assert operations.rebuild().records == 2
    assert library.find("") == {told.pk, bare.pk}
    assert draft.pk not in library.find("草稿")


def test_a_record_is_told_in_both_scripts(library):
    made = library.record(
        "中國歷史", marc=both_scripts(), dialect="marc21", language="chi", author="錢穆", class_number="K2"
    )
    (document,) = documents.documents_of([made.pk])
    assert document.titles == ("中國歷史", "Zhongguo li shi")
    assert document.authors == ("錢穆", "Qian, Mu")
    assert document.subjects == ("China--History",)
    assert (document.classes, document.language, document.rev) == (("K2",), "chi", 2)


def test_a_batch_takes_four_queries_whatever_it_holds(library):
    records = [library.record(f"书{number}", copies=number) for number in range(4)]
    for wanted in (records[:1], records):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(documents.documents_of([one.pk for one in wanted])) == len(wanted)
        assert len(asked) == 4


@pytest.mark.parametrize("state", ItemState.values)
@pytest.mark.parametrize("for_reference", [False, True])
def test_a_copy_is_available_in_the_index_when_the_page_says_so(library, state, for_reference):
    made = library.record("红楼梦")
    Item.objects.filter(record=made).update(state=state, for_reference=for_reference)
    (document,) = documents.documents_of([made.pk])
    (copy,) = copies_of([made.pk])[made.pk]
    assert bool(document.available_branches) is (copy.shown is Shown.AVAILABLE)


@pytest.mark.sqlite  # PostgreSQL keeps no such text in the first place
def test_texts_are_given_clean(library):
    made = library.record("二行\n之书", publisher="社\x00名")
    (document,) = documents.documents_of([made.pk])
    assert (document.titles, document.publisher) == (("二行 之书",), "社\x00名")


def test_the_indexer_builds_what_is_missing_then_follows_the_catalogue(library):
    first = library.record("水浒传")
    with pytest.raises(IndexMissing):
        queries.index().health()
    assert library.catch_up() == 0
    assert library.find("水浒传") == {first.pk}
    second = library.record("西游记")
    assert library.find("西游记") == set()
    library.changed(second, second)
    assert library.catch_up() == 2
    assert library.find("西游记") == {second.pk}
    BibRecord.objects.filter(pk=first.pk).update(state=RecordState.DRAFT)
    library.changed(first)
    library.catch_up()
    assert library.find("水浒传") == set()
    assert library.catch_up() == 0


def test_the_indexer_follows_the_shelf(library):
    made = library.record("三国演义")
    item = Item.objects.get(record=made)
    operations.rebuild()
    assert available(library, "三国演义")
    actor, patron = library.world.actor(), library.world.patron()
    circulation.checkout(patron_id=patron.pk, item_id=item.pk, actor=actor, now=NOON)
    assert library.catch_up() == 1
    assert not available(library, "三国演义")
    circulation.return_item(barcode=item.barcode, item_id=item.pk, actor=actor, now=NOON)
    assert library.catch_up() == 1
    assert available(library, "三国演义")
    catalogue.place_item(item_id=item.pk, state=ItemState.BINDERY, actor=actor, now=NOON)
    assert library.catch_up() == 1
    assert not available(library, "三国演义")


def test_what_is_read_here_only_is_not_available(library):
    made = library.record("地方志", copies=0)
    library.world.item(made, for_reference=True)
    operations.rebuild()
    assert (library.find("地方志"), available(library, "地方志")) == ({made.pk}, False)


def test_both_feeds_are_read_in_batches_and_none_is_skipped(library):
    operations.rebuild()
    records = [library.record(f"第{number}种书") for number in range(5)]
    library.changed(*records)
    start = feeds.head()
    assert start.records.row_id == RecordChange.objects.order_by("-id").values_list("id", flat=True)[0]
    seen, position = [], FeedPosition(Place(), Place())
    while (changes := feeds.changes_after(position, limit=2)).rows:
        seen.extend(changes.record_ids)
        position = changes.position
    assert (seen, position) == ([one.pk for one in records], start)


def test_rows_of_later_transactions_come_after_the_rest_of_this_one(library):
    rows = [(5, 1), (5, 2), (7, 3), (6, 4)]
    for tx, record_id in rows:
        RecordChange.objects.create(record_id=record_id, at=NOON, tx=tx)
    first = RecordChange.objects.get(record_id=1)
    after = feeds.changes_after(FeedPosition(Place(5, first.pk), Place()), limit=10)
    assert (after.record_ids, after.position.records.tx) == ((2, 4, 3), 7)


def test_a_rebuild_takes_up_what_changed_while_it_read(library):
    library.record("旧书")
    position = feeds.head()
    late = library.record("新到的书")
    library.changed(late)
    queries.index().rebuild([], position=position.number)
    assert library.catch_up() == 1
    assert library.find("新到的书") == {late.pk}


def test_an_index_ahead_of_its_feeds_is_made_anew(library):
    made = library.record("家")
    queries.index().rebuild([], position=FeedPosition(Place(0, 999), Place()).number)
    library.catch_up()
    assert library.find("家") == {made.pk}


def test_silent_drift_is_found_and_mended(library):
    kept, missed = library.record("春"), library.record("秋")
    operations.rebuild()
    assert (queries.silent_drift(), list(doctor.examine(["search.index"]))) == (frozenset(), [])
    Item.objects.filter(record=missed).update(state=ItemState.BINDERY, version=2)
    removed = library.record("冬")
    assert queries.silent_drift() == {0}
    assert len(list(doctor.examine(["search.index"]))) == 1
    assert operations.Indexer(queries.index()).mend_drift() == 1
    assert (queries.silent_drift(), available(library, "秋")) == (frozenset(), False)
    assert library.find("") == {kept.pk, missed.pk, removed.pk}


def test_a_change_that_waits_is_no_drift(library):
    operations.rebuild()
    made = library.record("夏")
    library.changed(made)
    assert queries.silent_drift() == frozenset()
    assert queries.status().waiting == 1


def test_the_database_is_counted_as_the_index_counts(library):
    lent = library.record("论语", copies=2)
    gone = library.record("孟子")
    Item.objects.filter(record=gone).update(withdrawn_on=NOON.date())
    library.record("大学", copies=0)
    item = Item.objects.filter(record=lent).first()
    circulation.checkout(
        patron_id=library.world.patron().pk, item_id=item.pk, actor=library.world.actor(), now=NOON
    )
    operations.rebuild()
    assert census.database_census() == {0: queries.index().census(0, census.RANGE)}
    assert queries.index().census(0, census.RANGE).records == 2


def test_doctor_says_when_there_is_no_index_or_nobody_follows(library):
    assert list(doctor.examine(["search.index"])) == []
    made = library.record("诗经")
    (finding,) = doctor.examine(["search.index"])
    assert "yanshu index rebuild" in finding.says
    operations.rebuild()
    library.changed(made)
    RecordChange.objects.create(record_id=made.pk, at=NOON + timedelta(minutes=6))
    (finding,) = doctor.examine(["search.index"])
    assert "does the indexer run?" in finding.says


def test_status_counts(library):
    library.record("楚辞")
    standing = queries.status()
    assert (standing.health, standing.missing, standing.waiting) == (None, "none was built", 1)
    operations.rebuild()
    standing = queries.status()
    assert (standing.health.records, standing.waiting, standing.position) == (1, 0, feeds.head())


def test_the_daily_comparison_runs_at_the_start_and_once_a_day(library):
    operations.rebuild()
    indexer = operations.Indexer(queries.index())
    library.record("漏掉的书")
    indexer.mend_daily(NOON)
    assert library.find("漏掉的书")
    library.record("又漏的书")
    indexer.mend_daily(NOON + timedelta(hours=14))
    assert not library.find("又漏的书")
    indexer.mend_daily(NOON + timedelta(hours=16))
    assert library.find("又漏的书")


@pytest.mark.django_db(transaction=True)
def test_following_brings_the_index_up_to_date_until_told_to_end(settings, tmp_path):
    settings.INDEX_FOLDER = tmp_path / "index"
    ended = threading.Event()

    def tick():
        ended.set()
        return NOON

    operations.follow(ended, tick=tick)
    assert queries.index().health().records == 0


@pytest.mark.django_db(transaction=True)
def test_a_second_indexer_of_the_node_stands_by(settings, tmp_path):
    settings.INDEX_FOLDER = tmp_path / "index"
    root = queries.index().folder.root
    ended = threading.Event()
    ended.set()
    with (root / "indexer.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        operations.follow(ended, tick=lambda: NOON)
    with pytest.raises(IndexMissing):
        queries.index().health()


def test_facets_of_the_page_are_those_a_reader_chooses_from(library):
    library.record("茶经", class_main="S5", class_number="S571.1", language="chi", year=1999)
    operations.rebuild()
    answer = queries.search(Wish(typed="茶经")).answer
    assert {name: [(one.value, one.records) for one in counts] for name, counts in answer.facets.items()} == {
        FACETS[0]: [("available", 1), ("unavailable", 0)],
        FACETS[1]: [(library.world.central.pk, 1)],
        FACETS[2]: [("book", 1)],
        FACETS[3]: [("S", 1)],
        FACETS[4]: [("chi", 1)],
        FACETS[5]: [(1999, 1)],
    }
    assert LoanEvent.objects.count() == 0
