"""What the database knows of its rows."""

import pytest
from django.db import connection

from world import make_world
from yanshu.core.db.statistics import gather_statistics

pytestmark = pytest.mark.django_db


@pytest.mark.sqlite
def test_statistics_are_gathered_of_what_is_there():
    world = make_world()
    for _number in range(5):
        world.item()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sqlite_stat1")
        gather_statistics()
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'catalogue_item_barcode'")
        assert cursor.fetchall() == [("5 1",)]
