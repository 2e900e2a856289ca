"""Certificates anybody can check: a code on the paper, and what was issued under it.

The code is written in Crockford's base 32 (no I, L, O, U): eight random characters and two check characters.
It is a word of a Reed–Solomon code over the field of 32 elements, so that every error in one or two
characters is found: a wrong character as well as a swap of two, neighbours or not.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from yanshu.core.secret import keyed_hash
from yanshu.core.sequence import next_number

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_DATA_LENGTH = 8
_CODE_LENGTH = _DATA_LENGTH + 2
_GROUP = 5
_SIZE = 32
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


class Certificate(models.Model):
    """One certificate as it was issued; it is revoked, never changed."""

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40, db_index=True)
    title = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    issued_to_hash = models.CharField(max_length=64, blank=True, db_index=True)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    check_code = models.CharField(max_length=_CODE_LENGTH, unique=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def printed_code(self) -> str:
        """The check code as it stands on paper: ``7KQ2M-X04TD``."""
        return grouped(self.check_code)


class Standing(StrEnum):
    """What a check of a code comes to."""

    VALID = "valid"
    REVOKED = "revoked"
    MISTYPED = "mistyped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to somebody who holds a certificate; the certificate where there is one."""

    standing: Standing
    certificate: Certificate | None = None


def issue(
    *, kind: str, title: str, now: datetime, issued_to: str = "", payload: dict[str, Any] | None = None
) -> Certificate:
    """Issue a certificate with the next number of its kind and year; call it inside an operation.

    Args:
        issued_to: what the holder can prove (an identity or card number); only its keyed hash is kept.
        payload: what stands on the certificate (JSON values), as it was when issued.
    """
    number = next_number(f"certificate.{kind}.{now:%Y}")
    for _attempt in range(5):
        certificate = Certificate(
            number=f"{kind}-{now:%Y}-{number:06d}",
            kind=kind,
            title=title,
            issued_at=now,
            issued_to_hash=keyed_hash(issued_to, "certificate"),
            payload=payload or {},
            check_code=new_code(),
        )
        if not Certificate.objects.filter(check_code=certificate.check_code).exists():
            certificate.save(force_insert=True)
            return certificate
    raise RuntimeError("five random codes were taken: the source of randomness is broken")


def revoke(certificate: Certificate, *, because: str, now: datetime) -> Certificate:
    """Revoke a certificate, which then says so when checked; the first revocation stands."""
    with transaction.atomic():
        kept = Certificate.objects.select_for_update().get(pk=certificate.pk)
        if kept.revoked_at is None:
            kept.revoked_at, kept.revoked_because = now, because[:200]
            kept.save(update_fields=["revoked_at", "revoked_because"])
    return kept


def verify(code: str) -> Verdict:
    """Say what stands behind a code as somebody typed it; case, blanks and hyphens do not matter."""
    plain = plain_code(code)
    if plain is None:
        return Verdict(Standing.MISTYPED)
    certificate = Certificate.objects.filter(check_code=plain).first()
    if certificate is None:
        return Verdict(Standing.UNKNOWN)
    return Verdict(Standing.REVOKED if certificate.revoked_at else Standing.VALID, certificate)


# --- the code -------------------------------------------------------------------------------------------


def new_code() -> str:
    """Return a random code with its check characters, ungrouped."""
    return with_checks("".join(secrets.choice(ALPHABET) for _place in range(_DATA_LENGTH)))


def grouped(code: str) -> str:
    """Return a code in groups of five."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def plain_code(typed: str) -> str | None:
    """Return a typed code in its plain form, or ``None`` when its check characters do not fit."""
    text = re.sub(r"[\s\-\u2010-\u2015\u2212]", "", unicodedata.normalize("NFKC", typed)).upper()
    if len(text) != _CODE_LENGTH or any(character not in _VALUES for character in text):
        return None
    values = [_VALUES[character] for character in text]
    return "".join(ALPHABET[value] for value in values) if _syndromes(values) == (0, 0) else None


def with_checks(data: str) -> str:
    """Return eight characters followed by the two that make the sums of the code zero.

    With the values v at places 0…9 and the generator a of the field: Σ v = 0 and Σ v·aⁱ = 0. An error e at
    place i changes the first sum by e; a swap of places i and j leaves the first sum and changes the second
    by (vᵢ − vⱼ)(aⁱ − aʲ), which is zero only where both characters are the same.
    """
    values = [_VALUES[character] for character in data]
    plain, weighted = _syndromes(values)
    # Two equations for the checks p, q at places m, n: p + q = plain, p·aᵐ + q·aⁿ = weighted.
    first, second = _power(len(values)), _power(len(values) + 1)
    last = _times(weighted ^ _times(plain, first), _inverse(first ^ second))
    return data + ALPHABET[plain ^ last] + ALPHABET[last]


def _syndromes(values: list[int]) -> tuple[int, int]:
    plain = weighted = 0
    for place, value in enumerate(values):
        plain ^= value
        weighted ^= _times(value, _power(place))
    return plain, weighted


def _times(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        right >>= 1
        left <<= 1
        if left & _SIZE:
            left ^= _POLYNOMIAL
    return product


def _power(exponent: int) -> int:
    value = 1
    for _step in range(exponent):
        value = _times(value, 2)
    return value


def _inverse(value: int) -> int:
    """Return the inverse of a non-zero element: its 30th power, since the 31st is 1."""
    found = 1
    for _step in range(_SIZE - 2):
        found = _times(found, value)
    return found
