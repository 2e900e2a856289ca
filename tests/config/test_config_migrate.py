"""Bringing a database up to date: what an update adds is used at once."""

import pytest
from django.core.management import call_command
from django.db import connection

from yanshu.config.commands.upkeep import bring_up_to_date


def statistics():
    """Return whether SQLite knows how its rows lie."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        return bool(cursor.fetchone()[0])


def forget_statistics():
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sqlite_stat1")


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True, databases="__all__")
def test_statistics_are_gathered_when_something_was_migrated_and_only_then():
    forget_statistics()
    bring_up_to_date()
    assert not statistics()
    call_command("migrate", "figures", "0001", verbosity=0)
    bring_up_to_date()
    assert statistics()
