import logging

import pytest
from django.db import IntegrityError, OperationalError

from yanshu.core.log import QuietFormatter

NAME = "何秋月"


def fail_with(fault):
    raise fault


def fail_in_a_chain():
    try:
        int(NAME)
    except ValueError as wrong:
        raise IntegrityError(f"Key (name)=({NAME}) already exists") from wrong


def fail_while_handling():
    try:
        int(NAME)
    except ValueError:
        {}[NAME]


def written(act, *arguments):
    """Return what the log gets to read of a fault."""
    logger, lines = logging.getLogger("tests.of-the-log"), []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(handler.format(record))
    handler.setFormatter(QuietFormatter("%(levelname)s %(message)s"))
    logger.addHandler(handler)
    try:
        act(*arguments)
    except Exception:
        logger.exception("job %s failed", "nightly")
    logger.removeHandler(handler)
    return lines[0]


@pytest.mark.parametrize(
    ("act", "arguments", "kinds"),
    [
        (fail_with, [ValueError(NAME)], ["ValueError"]),
        (fail_in_a_chain, [], ["ValueError", "django.db.utils.IntegrityError"]),
        (fail_while_handling, [], ["ValueError", "KeyError"]),
    ],
)
def test_faults_are_written_by_kind_and_place_without_what_they_quote(act, arguments, kinds):
    lines = written(act, *arguments).splitlines()
    assert lines[0] == "ERROR job nightly failed"
    assert [line for line in lines if line in kinds] == kinds
    assert f"in {act.__name__}" in "\n".join(lines)
    assert [line for line in lines if NAME in line] == []


@pytest.mark.parametrize(
    "fault", [OSError("No space left on device"), OperationalError("database is locked")], ids=str
)
def test_faults_of_the_machine_keep_their_words(fault):
    assert str(fault) in written(fail_with, fault)


def test_the_log_of_the_house_is_written_so(settings):
    assert settings.LOGGING["formatters"]["plain"]["()"] == "yanshu.core.log.QuietFormatter"
    assert settings.LOGGING["handlers"].keys() == {"stderr"}
    assert settings.LOGGING["handlers"]["stderr"]["formatter"] == "plain"
