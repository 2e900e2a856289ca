"""One-time codes: printed for the first log-in, or when a password was forgotten."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from yanshu.core.actor import Actor
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Invalid, Reason
from yanshu.core.secret import keyed_hash
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import AccountKind
from yanshu.readers.patrons import rules
from yanshu.readers.patrons.models import OneTimeCode, Patron, PinTry
from yanshu.readers.patrons.operations.record import demand_running, demand_served
from yanshu.readers.patrons.queries import card_to_log_in
from yanshu.readers.patrons.terms import CodePurpose

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10
CODE_VALID_DAYS = 30
VALID = timedelta(days=CODE_VALID_DAYS)
MOST_TRIES = 5


def issue_code(patron: Patron, purpose: CodePurpose, *, now: datetime) -> str:
    """Make a code for a reader and return it; it is random, shown once, and only its hash is kept."""
    code = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    OneTimeCode.objects.filter(patron=patron, used_at__isnull=True).update(used_at=now)
    OneTimeCode.objects.create(
        patron=patron, purpose=purpose, code_hash=_hash(code), made_at=now, expires_at=now + VALID
    )
    return code


@operation("patrons.issue_code")
def issue_one_time_code(*, patron_id: int, served: bool = False, actor: Actor, now: datetime) -> str:
    """Print a new code for a reader who stands at the desk; a code made before no longer opens anything.

    Args:
        served: see ``demand_served``.

    Raises:
        PermissionMissing: when the reader is another branch's and not served.
        Conflict: when the membership is cancelled.
    """
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    demand_served(patron, served=served, actor=actor)
    demand_running(patron)
    about(patron)
    purpose = CodePurpose.RESET if patron.account_id else CodePurpose.FIRST_LOGIN
    return issue_code(patron, purpose, now=now)


def set_password_by_code(
    *, card_number: str, code: str, password: str, actor: Actor, now: datetime
) -> Account | None:
    """Let a reader choose a password with his card's number and the printed code.

    The password is hashed before anything is looked up: outside the transaction, which others wait for, and
    in the same time whether or not the card is known.

    Returns:
        The account he can now log in with; ``None`` when the pair is wrong, expired or tried too often. That
        is no exception, so that the count of tries is kept.

    Raises:
        Invalid: when the password is too weak.

    Source: docs/rules/readers.md#codes.
    """
    actor.demand("patrons.activate")
    _check_password(password)
    return use_code(
        card_number=card_number, code=code, password_hash=make_password(password), actor=actor, now=now
    )


@operation("patrons.activate")
def use_code(
    *, card_number: str, code: str, password_hash: str, actor: Actor, now: datetime
) -> Account | None:
    """Use a printed code up, or count a wrong try."""
    card = card_to_log_in(card_number)
    row = (
        OneTimeCode.objects.select_for_update()
        .filter(
            patron__in=[card.patron_id] if card else [],
            used_at__isnull=True,
            expires_at__gt=now,
            tries__lt=MOST_TRIES,
        )
        .order_by("-made_at")
        .first()
    )
    if row is None:
        return None
    if not secrets.compare_digest(row.code_hash, _hash(rules.compact_number(code))):
        row.tries += 1
        row.save(update_fields=["tries"])
        return None
    row.used_at = now
    row.save(update_fields=["used_at"])
    PinTry.objects.filter(patron_id=row.patron_id).delete()
    return _account(row.patron, password_hash, now=now)


def _account(patron: Patron, password_hash: str, *, now: datetime) -> Account:
    account = patron.account or Account(
        username=f"reader-{patron.pk}", kind=AccountKind.READER, created_at=now
    )
    account.password = password_hash
    account.save()
    if patron.account_id is None:
        patron.account = account
        patron.save(update_fields=["account"])
    about(patron)
    return account


def _check_password(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as weak:
        raise Invalid(
            [Reason(code="password-weak", label=sentence, field="password") for sentence in weak.messages]
        ) from weak


def _hash(code: str) -> str:
    return keyed_hash(code, "patron-one-time-code")
