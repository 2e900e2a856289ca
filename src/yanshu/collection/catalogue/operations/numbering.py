"""Accession numbers: counted up for each owner, those that copies bear already passed over."""

from django.db.models import Max

from yanshu.collection.catalogue.models import Item
from yanshu.core.sequence import peek, start_at, take

_DIGITS = 8


def take_accession_numbers(library_id: int, count: int) -> list[str]:
    """Take the next accession numbers of an owner.

    Where numbers of an older system were loaded and the next ones meet them, counting goes on behind the
    highest of them.

    Raises:
        TransactionMissing: outside a transaction.
    """
    name = f"catalogue.accession.{library_id}"
    owned = Item.objects.filter(library_id=library_id)
    numbers = _written(take(name, count))
    if owned.filter(accession_number__in=numbers).exists():
        numbered = owned.filter(accession_number__regex=rf"^[0-9]{{{_DIGITS}}}$")
        highest = numbered.aggregate(highest=Max("accession_number"))["highest"]
        start_at(name, max(int(highest) + 1, peek(name)))
        numbers = _written(take(name, count))
    return numbers


def _written(numbers: range) -> list[str]:
    return [f"{number:0{_DIGITS}d}" for number in numbers]
