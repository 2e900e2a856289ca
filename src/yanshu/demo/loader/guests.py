"""The demonstration's readers: a few of the year's readers who can log in."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from yanshu.demo.loader.ledger import LoanBook
from yanshu.demo.loader.terms import Loading
from yanshu.demo.people import Reader
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import AccountKind
from yanshu.lending.circulation.terms import HoldState

__all__ = ["Guests", "choose_guests"]

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
PASSWORD_LENGTH = 12
_CATEGORIES = 3
"""One reader of each of the first categories, one for whom a copy is kept, and one at his limit."""
_FEW = 2
"""How many open loans show a list worth looking at."""


@dataclass(frozen=True, slots=True)
class Guests:
    """Accounts by place of the reader, log-ins by card number, and who keeps his loan history."""

    accounts: dict[int, int]
    logins: dict[str, str]
    keeping: frozenset[int]


def choose_guests(loading: Loading, readers: Sequence[Reader], book: LoanBook) -> Guests:
    """Give a few readers with something on loan an account and a random password.

    All but the last can borrow and renew; the last has reached his limit, where there is such a reader.
    """
    chosen = _choose(loading, readers, book)
    accounts: dict[int, int] = {}
    logins: dict[str, str] = {}
    for number in chosen:
        password = "".join(secrets.choice(ALPHABET) for _place in range(PASSWORD_LENGTH))
        account = Account(
            username=f"reader-{number + 1}",
            kind=AccountKind.READER,
            is_demonstration=True,
            created_at=loading.now,
        )
        account.set_password(password)
        account.save()
        accounts[number] = account.pk
        logins[readers[number].card] = password
    return Guests(accounts, logins, frozenset(chosen[:1]))


def _choose(loading: Loading, readers: Sequence[Reader], book: LoanBook) -> list[int]:
    """Return readers who can borrow and renew, one of each category and one awaited; last, one refused."""
    today = (loading.scenario.library.today - loading.scenario.first_day).days
    policies = [category.policy for category in loading.scenario.readers.categories]
    still_open = [loan for loan in book.loans.values() if loan.closed_at is None]
    barred = {loan.reader for loan in still_open if loan.due < today}
    barred |= {reader for reader, until in book.suspended_until.items() if until >= today}
    on_loan = Counter(loan.reader for loan in still_open if loan.reader not in barred)
    renewable = {
        loan.reader for loan in still_open if loan.renewals < policies[readers[loan.reader].category].renewals
    }
    limit = {number: policies[readers[number].category].loan_limit for number in on_loan}
    easy = sorted(
        (number for number in on_loan if number in renewable and on_loan[number] <= limit[number] // 2),
        key=lambda number: (abs(on_loan[number] - _FEW), number),
    )
    awaited = {hold.reader for hold in book.holds.values() if hold.state == HoldState.READY.value}
    chosen = []
    for category in range(_CATEGORIES):
        chosen += [number for number in easy if readers[number].category == category][:1]
    chosen += [number for number in easy if number in awaited][:1]
    chosen += [number for number in on_loan if on_loan[number] >= limit[number]][:1]
    return list(dict.fromkeys(chosen))
