import pytest
from django.db import transaction

from yanshu.core import stamp
from yanshu.core.remembered import forget_all, remembered


@pytest.mark.django_db
def test_a_stamp_changes_with_every_renewal_and_stands_for_one_thing():
    assert stamp.current("tests.policies") == 0
    seen = set()
    for _renewal in range(20):
        stamp.renew("tests.policies")
        seen.add(stamp.current("tests.policies"))
    assert len(seen) == 20
    assert min(seen) > 0
    assert max(seen) < 2**63
    assert stamp.current("tests.other") == 0


@pytest.mark.django_db
def test_a_renewal_rolled_back_leaves_the_old_stamp():
    stamp.renew("tests.policies")
    before = stamp.current("tests.policies")
    with transaction.atomic():
        stamp.renew("tests.policies")
        taken_back = stamp.current("tests.policies")
        transaction.set_rollback(True)
    assert stamp.current("tests.policies") == before
    stamp.renew("tests.policies")
    assert stamp.current("tests.policies") not in {before, taken_back}


def test_what_is_remembered_is_asked_once_until_it_is_forgotten():
    asked = []

    @remembered(seconds=3600)
    def names():
        asked.append(None)
        return len(asked)

    assert [names(), names()] == [1, 1]
    forget_all()
    assert [names(), names()] == [2, 2]


def test_what_is_remembered_for_no_time_is_asked_again():
    asked = iter(range(3))
    names = remembered(seconds=-1)(lambda: next(asked))
    assert [names(), names(), names()] == [0, 1, 2]
