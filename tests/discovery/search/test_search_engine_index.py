"""The index as a store: changes, positions, locks, damage, rebuilding and sudden death."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from yanshu.discovery.search.engine.backend import Census
from yanshu.discovery.search.engine.document import IndexBatch, SearchDocument
from yanshu.discovery.search.engine.errors import BuildAbandoned, IndexMissing, IndexNotLocal, WriterBusy
from yanshu.discovery.search.engine.folder import file_system_of, is_being_written, refuse_network
from yanshu.discovery.search.engine.request import SearchRequest
from yanshu.discovery.search.engine.tantivy.backend import TantivyBackend
from yanshu.discovery.search.engine.typed import request_of

SOURCE = Path(__file__).resolve().parents[3] / "src"


def record(key: int, title: str = "红楼梦", rev: int = 1) -> SearchDocument:
    return SearchDocument(id=key, rev=rev, titles=(title,))


def batch(position: int, *documents: SearchDocument, removed: tuple[int, ...] = ()) -> IndexBatch:
    return IndexBatch(position=position, documents=documents, removed=removed)


def found(index: TantivyBackend, typed: str) -> set[int]:
    return set(index.search(request_of(typed)).ids)


@pytest.fixture
def index(tmp_path):
    backend = TantivyBackend(tmp_path / "index")
    backend.rebuild([record(1), record(2, "水浒传"), record(3, "三国演义")], position=10)
    yield backend
    backend.close()


def test_an_update_replaces_the_record_and_adds_none(index):
    for position in range(11, 15):
        index.apply(batch(position, record(2, "西游记", rev=position)))
    assert (index.health().records, index.position()) == (3, 14)
    assert (found(index, "水浒传"), found(index, "西游记")) == (set(), {2})


def test_the_last_of_two_versions_in_one_batch_holds(index):
    index.apply(batch(11, record(4, "旧题"), record(4, "新题")))
    assert (found(index, "旧题"), found(index, "新题")) == (set(), {4})


def test_removed_records_are_found_no_more(index):
    index.apply(batch(11, removed=(1, 99)))
    assert (found(index, "红楼梦"), index.health().records) == (set(), 2)


def test_suggestions_of_the_same_letters_are_told_apart(index):
    titles = ("历史", "力士", "《历史》")
    index.apply(batch(11, *(record(4 + number, title) for number, title in enumerate(titles))))
    shown = {(one.text, one.records) for one in index.suggest("lishi")}
    assert shown in ({("历史", 1), ("力士", 1)}, {("《历史》", 1), ("力士", 1)})


def test_what_no_record_bears_any_more_is_not_suggested(index):
    index.apply(batch(11, record(1, "西游记", rev=2)))
    assert [one.text for one in index.suggest("honglou")] == []
    assert [one.text for one in index.suggest("xiyouji")] == ["西游记"]


def test_a_title_longer_than_what_is_looked_up_is_suggested_whole(index):
    long = "中华人民共和国国民经济和社会发展第十三个五年规划纲要辅导读本上册"
    index.apply(batch(11, record(4, long)))
    assert [one.text for one in index.suggest(long)] == [long]


def test_a_batch_may_only_move_the_position(index):
    index.apply(batch(12))
    assert (index.position(), index.health().records) == (12, 3)


def test_a_batch_applied_twice_changes_nothing(index):
    change = batch(11, record(4, "聊斋志异"), removed=(2,))
    index.apply(change)
    once = index.health().records
    index.apply(change)
    assert (index.health().records, index.position()) == (once, 11)


def test_a_batch_that_fails_leaves_nothing_behind(index):
    with pytest.raises(AttributeError):
        index.apply(batch(11, record(4, "聊斋志异"), record(5, None)))
    assert (index.position(), found(index, "聊斋志异")) == (10, set())
    index.apply(batch(12, record(6, "儒林外史")))
    assert (index.position(), found(index, "儒林外史"), found(index, "聊斋志异")) == (12, {6}, set())


def test_the_position_is_no_record(index):
    assert set(index.search(SearchRequest()).ids) == {1, 2, 3}
    assert found(index, "-红楼梦") == {2, 3}


def test_the_census_shows_drift(index):
    index.apply(batch(11, record(3, "三国演义", rev=7), record(1_000, rev=5)))
    assert index.census(0, 1_000) == Census(3, 9)
    assert index.census(1_000, 2_000) == Census(1, 5)
    assert index.census(2_000, 3_000) == Census(0, 0)


def test_the_second_writer_is_refused_and_takes_over_later(index, tmp_path):
    standby = TantivyBackend(tmp_path / "index")
    index.apply(batch(11, record(4)))
    with pytest.raises(WriterBusy):
        standby.apply(batch(12, record(5)))
    assert standby.position() == 11
    index.close()
    standby.apply(batch(12, record(5)))
    standby.close()
    assert index.position() == 12


def test_readers_of_another_process_object_see_each_commit(index, tmp_path):
    reader = TantivyBackend(tmp_path / "index")
    for position in range(11, 16):
        index.apply(batch(position, record(position, "水浒传")))
        assert (reader.position(), len(found(reader, "水浒传"))) == (position, position - 9)


# Missing and damaged


def test_without_an_index_every_question_is_answered_with_its_name(tmp_path):
    empty = TantivyBackend(tmp_path / "index")
    questions = (
        lambda: empty.search(request_of("红楼梦")),
        lambda: empty.suggest("红"),
        empty.position,
        empty.health,
        lambda: empty.census(0, 1),
        lambda: empty.apply(batch(1)),
    )
    for question in questions:
        with pytest.raises(IndexMissing, match="none was built"):
            question()


def _remove_meta(folder: Path) -> None:
    (folder / "meta.json").unlink()


def _garble_meta(folder: Path) -> None:
    (folder / "meta.json").write_text("{", encoding="ascii")


def _remove_segments(folder: Path) -> None:
    for file in folder.glob("*.idx"):
        file.unlink()


def _remove_all(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def _point_nowhere(folder: Path) -> None:
    (folder.parents[1] / "current").write_text("../../etc\n", encoding="ascii")


def _garble_pointer(folder: Path) -> None:
    (folder.parents[1] / "current").write_bytes(b"\xff\xfe")


def _other_version(folder: Path) -> None:
    (folder.parents[1] / "current").write_text("000000000000-000001\n", encoding="ascii")


@pytest.mark.parametrize(
    "damage",
    [
        _remove_meta,
        _garble_meta,
        _remove_segments,
        _remove_all,
        _point_nowhere,
        _garble_pointer,
        _other_version,
    ],
)
def test_a_damaged_index_is_named_and_rebuilt(index, tmp_path, damage):
    index.close()
    damage(Path(index.health().directory))
    fresh = TantivyBackend(tmp_path / "index")
    with pytest.raises(IndexMissing):
        fresh.search(request_of("红楼梦"))
    fresh.rebuild([record(9)], position=20)
    assert (found(fresh, "红楼梦"), fresh.position()) == ({9}, 20)
    fresh.close()


def test_a_network_file_system_is_refused(tmp_path):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:50 / /mnt/with\\040space rw - nfs4 server:/x rw\n",
        encoding="ascii",
    )
    assert file_system_of(Path("/mnt/with space/index"), mounts) == "nfs4"
    assert file_system_of(Path("/mnt/with"), mounts) == "ext4"
    assert file_system_of(Path("/x"), tmp_path / "absent") == ""
    refuse_network(Path("/mnt"), mounts)
    with pytest.raises(IndexNotLocal, match="nfs4"):
        refuse_network(Path("/mnt/with space"), mounts)


# Rebuilding


def test_a_rebuild_serves_only_when_it_is_published(index):
    with index.start_build() as build:
        build.add([record(7, "儒林外史")])
        assert found(index, "儒林外史") == set()
        index.apply(batch(11, record(4, "聊斋志异")))
        assert found(index, "聊斋志异") == {4}
        build.apply(batch(12, record(8, "儒林外史")))
        build.publish(12)
    assert (found(index, "儒林外史"), found(index, "红楼梦"), index.position()) == ({7, 8}, set(), 12)
    index.apply(batch(13, record(9, "儒林外史")))
    assert found(index, "儒林外史") == {7, 8, 9}


def test_an_abandoned_rebuild_leaves_no_trace(index, tmp_path):
    before = sorted(one.name for one in (tmp_path / "index" / "data").iterdir())
    with index.start_build() as build:
        build.add([record(7)])
    assert sorted(one.name for one in (tmp_path / "index" / "data").iterdir()) == before
    with pytest.raises(BuildAbandoned):
        build.add([record(8)])
    assert found(index, "红楼梦") == {1}


def test_old_builds_are_cleaned_but_not_one_that_is_written(index, tmp_path):
    index.apply(batch(11))
    first = Path(index.health().directory)
    assert is_being_written(first)
    other = TantivyBackend(tmp_path / "index")
    other.rebuild([record(1)], position=20)
    assert first.is_dir()
    index.close()
    other.rebuild([record(1)], position=21)
    assert [one.name for one in first.parent.iterdir()] == [Path(other.health().directory).name]
    assert index.position() == 21


def test_searches_go_on_while_the_index_is_rebuilt(index):
    answers: list[set[int]] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            answers.append(found(index, "红楼梦"))

    reader = threading.Thread(target=search)
    reader.start()
    try:
        for round_ in range(3):
            index.rebuild([record(key) for key in range(100, 110 + round_)], position=20 + round_)
    finally:
        stop.set()
        reader.join()
    allowed = [{1}, *({*range(100, 110 + round_)} for round_ in range(3))]
    assert all(answer in allowed for answer in answers)
    assert found(index, "红楼梦") == allowed[-1]


def test_progress_is_told_every_thousand(index):
    told: list[int] = []
    index.rebuild((record(key) for key in range(2_500)), position=1, progress=told.append)
    assert told == [1_000, 2_000]


# Sudden death

WRITER = """
import sys
from pathlib import Path
from yanshu.discovery.search.engine.document import IndexBatch, SearchDocument
from yanshu.discovery.search.engine.tantivy.backend import TantivyBackend

index = TantivyBackend(Path(sys.argv[1]))
position = index.position()
while True:
    position += 1
    document = SearchDocument(id=position, rev=1, titles=("红楼梦",))
    index.apply(IndexBatch(position=position, documents=(document,)))
    print(position, flush=True)
"""


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path):
    root = tmp_path / "index"
    reader = TantivyBackend(root)
    reader.rebuild([], position=0)
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    for commits in (1, 7, 12):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(root)], stdout=subprocess.PIPE, env=environment, text=True
        ) as writer:
            acknowledged = [int(writer.stdout.readline()) for _ in range(commits)][-1]
            writer.send_signal(signal.SIGKILL)
        assert reader.position() >= acknowledged
        assert reader.census(0, acknowledged + 1) == Census(acknowledged, acknowledged)
        assert reader.health().records == reader.position()
    reader.apply(batch(1_000, record(1_000)))
    assert reader.position() == 1_000
    reader.close()
