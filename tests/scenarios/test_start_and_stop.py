"""One command starts everything, Ctrl-C stops it; what stands in the way is said before anything is done."""

import socket
import subprocess
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from running_library import COMMAND, accepts, own_environment, started, stop

pytestmark = [pytest.mark.sqlite, pytest.mark.xdist_group("library")]


def port_of(address):
    return int(address.rsplit(":", 1)[1])


def opened(address):
    """Return where an address leads, and the page there."""
    with urlopen(Request(address, headers={"Accept-Language": "en"}), timeout=30) as answer:
        return urlsplit(answer.url).path, answer.read().decode()


@pytest.mark.parametrize("taken", ["YANSHU_HTTP_PORT", "YANSHU_SIP2_PORT"])
def test_a_port_in_use_is_named_before_anything_is_made(tmp_path, taken):
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = str(other.getsockname()[1])
        ended = subprocess.run(
            [*COMMAND, "up"],
            env=own_environment(tmp_path, **{taken: number}),
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert ended.returncode == 2
    assert number in ended.stderr
    assert taken in ended.stderr
    assert not (tmp_path / "yanshu.sqlite3").exists()


def test_an_empty_library_starts_stops_and_starts_again_with_what_it_had(tmp_path):
    settings = {"YANSHU_DEMO": "0"}
    with started(tmp_path, **settings) as first:
        assert not (tmp_path / "demonstration-logins.json").exists()
        assert [opened(first.web + page)[0] for page in ("/", "/desk/", "/search/")] == ["/desk/found/"] * 3
        assert f"{first.web}/desk/found/" in first.said
        founded = first.command(
            "setup",
            *("--library", "新城图书馆", "--code", "CN-NEW", "--branch", "总馆"),
            *("--director", "director", "--password", "long-enough-1"),
        )
        assert founded.returncode == 0, founded.stdout + founded.stderr
        assert stop(first.process) == 0
        assert not accepts(port_of(first.web))
        assert not accepts(first.sip2[1])
    with started(tmp_path, **settings) as second:
        where, page = opened(second.web + "/desk/")
        assert where.startswith("/account/login/")
        assert "新城图书馆" in page
        assert "/desk/found/" not in second.said
