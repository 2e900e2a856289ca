"""Running numbers without gaps: accession numbers, certificate numbers, slips.

A number is taken inside the caller's transaction; when that is rolled back the number is free again, and
whoever waited for the row takes it. That is the price: writers of one sequence go one after another.
"""

from django.db import connections, models, router
from django.db.models import F


class TransactionMissing(RuntimeError):
    """A number was asked for outside a transaction, where it could be lost."""


class Sequence(models.Model):
    """A named run of numbers and the next one to give out."""

    name = models.CharField(max_length=100, unique=True)
    next_value = models.PositiveBigIntegerField(default=1)

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return f"{self.name}: {self.next_value}"


def take(name: str, count: int = 1) -> range:
    """Take the next ``count`` numbers of a sequence, which begins at 1 on first use.

    Raises:
        TransactionMissing: outside a transaction.
        ValueError: for less than one number.
    """
    if count < 1:
        raise ValueError(f"{count} numbers cannot be taken")
    database = router.db_for_write(Sequence)
    if not connections[database].in_atomic_block:
        raise TransactionMissing(name)
    rows = Sequence.objects.using(database).filter(name=name)
    # The update locks the row until the transaction ends, so that what is read after it is ours.
    if not rows.update(next_value=F("next_value") + count):
        Sequence.objects.using(database).bulk_create([Sequence(name=name)], ignore_conflicts=True)
        rows.update(next_value=F("next_value") + count)
    end = rows.values_list("next_value", flat=True).get()
    return range(end - count, end)


def next_number(name: str) -> int:
    """Take the next number of a sequence.

    Raises:
        TransactionMissing: outside a transaction.
    """
    return take(name)[0]


def peek(name: str) -> int:
    """Return the number that would be given out next, without taking it."""
    return Sequence.objects.filter(name=name).values_list("next_value", flat=True).first() or 1


def start_at(name: str, value: int) -> None:
    """Let a sequence go on at ``value``, as when numbers of an older system are continued.

    Raises:
        ValueError: when that would give out numbers again.
    """
    if value < peek(name):
        raise ValueError(f"{name} stands at {peek(name)} already")
    Sequence.objects.update_or_create(name=name, defaults={"next_value": value})
