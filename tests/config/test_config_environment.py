"""The signing key: made once, whoever comes first, and never silently replaced."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from yanshu.config import environment

RACERS = 16


def test_processes_that_start_together_sign_with_one_key(tmp_path):
    gate = Barrier(RACERS)

    def read(_number):
        gate.wait()
        return environment.secret_key(tmp_path)

    with ThreadPoolExecutor(RACERS) as pool:
        keys = set(pool.map(read, range(RACERS)))
    assert keys == {environment.secret_key(tmp_path)}
    assert len(keys.pop()) == 64


def test_the_key_of_the_environment_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("YANSHU_SECRET_KEY", "given")
    assert environment.secret_key(tmp_path) == "given"
    assert not (tmp_path / "keys").exists()


def test_an_empty_key_file_is_reported_and_not_signed_with(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret-key").write_text("\n")
    with pytest.raises(ValueError, match="secret-key is empty"):
        environment.secret_key(tmp_path)
