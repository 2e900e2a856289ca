import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from yanshu.core import key_file

RACERS = 16


def test_of_many_writers_one_wins_and_the_file_is_whole(tmp_path):
    path, gate = tmp_path / "keys" / "a-key", Barrier(RACERS)

    def write(number):
        gate.wait()
        return key_file.write_once(path, f"{number}" * 1000)

    with ThreadPoolExecutor(RACERS) as pool:
        won = list(pool.map(write, range(RACERS)))
    assert won.count(True) == 1
    assert path.read_text("ascii") == f"{won.index(True)}" * 1000 + "\n"
    assert [one.name for one in path.parent.iterdir()] == ["a-key"]


def test_only_the_owner_reads_a_key_file(tmp_path):
    path = tmp_path / "keys" / "a-key"
    key_file.write(path, "one")
    key_file.write(path, "two")
    assert path.read_text("ascii") == "two\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
