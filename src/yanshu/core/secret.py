"""Keys and what they keep: encrypted columns, and keyed hashes to look encrypted values up.

Keys stand in the keys folder, apart from the data and never in a backup. A ring is a file of keys, one a
line, newest first: the newest encrypts, all decrypt. Personal data and party texts have rings of their own.
"""

import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import connections, models, router
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from yanshu.core.key_file import write, write_once
from yanshu.core.refusal import Conflict, Invalid

PERSONAL = "personal"
PARTY = "party"
_LOOKUP_KEY = "lookup-key"
_SIGNING_KEY = "secret-key"
_EXPORTED = "yanshu-keys-1"


class KeysMissing(Exception):
    """There is encrypted data, and the keys that read it are not at hand."""


class SecretText(str):
    """Text that was kept encrypted; it does not show itself in ``repr``, so neither in logs nor in traces."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<secret>"


# --- key files ------------------------------------------------------------------------------------------


def _ring_path(ring: str) -> Path:
    return Path(settings.KEYS_FOLDER) / ("field-keys" if ring == PERSONAL else f"{ring}-keys")


def make_keys(ring: str) -> None:
    """Make the first key of a ring; a ring that is there already stays as it is."""
    write_once(_ring_path(ring), Fernet.generate_key().decode())


def rotate_keys(ring: str) -> None:
    """Put a new key on top of a ring; older ones go on reading. ``renew_tokens`` then re-encrypts."""
    older = _keys(ring)
    write(_ring_path(ring), "\n".join([Fernet.generate_key().decode(), *older]))


def retire_keys(ring: str) -> int:
    """Renew every token of a ring and drop all keys but the newest; return how many were dropped."""
    renew_tokens(ring)
    newest, *older = _keys(ring)
    write(_ring_path(ring), newest)
    return len(older)


def keys_export(path: Path) -> None:
    """Write all keys to one file only its owner can read, to be kept apart from the backups.

    Raises:
        Conflict: when the file is there already.
    """
    files = {key.name: key.read_text("ascii") for key in sorted(_key_files())}
    if not write_once(path, json.dumps({"format": _EXPORTED, "files": files}, indent=1)):
        raise Conflict.because("file-exists", _("The file is there already; choose another name."))


def keys_import(path: Path) -> None:
    """Take over the keys of an exported file; keys of a ring that is there already join it.

    A signing key that is there stays: the first command on a new machine has made one, and it opens no data.

    Raises:
        Invalid: when the file is no export of keys.
        Conflict: when another look-up key is in use: hashes made with it would find nothing any more.
    """
    files = _exported(path)
    lookup = Path(settings.KEYS_FOLDER) / _LOOKUP_KEY
    if (
        _LOOKUP_KEY in files
        and lookup.exists()
        and lookup.read_text("ascii").strip() != files[_LOOKUP_KEY].strip()
    ):
        raise Conflict.because("other-keys", _("Other keys are in use here already."), file=_LOOKUP_KEY)
    for name, content in files.items():
        kept = Path(settings.KEYS_FOLDER) / name
        if name == _SIGNING_KEY and kept.exists():
            continue
        if name.endswith("-keys") and kept.exists():
            content = "\n".join(dict.fromkeys([*kept.read_text("ascii").split(), *content.split()]))  # noqa: PLW2901
        write(kept, content.strip())


def _exported(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text("ascii"))
        files = content["files"] if content["format"] == _EXPORTED else None
    except (ValueError, KeyError, TypeError):
        files = None
    if not isinstance(files, dict) or not all(_is_key_file(name) for name in files):
        raise Invalid.because("file", "no-keys", _("The file is no export of keys."))
    return files


def _is_key_file(name: str) -> bool:
    plain = name.replace("-", "").isalnum()
    return plain and (name.endswith("-keys") or name in {_LOOKUP_KEY, _SIGNING_KEY})


def _key_files() -> Iterator[Path]:
    folder = Path(settings.KEYS_FOLDER)
    return (path for path in folder.iterdir() if _is_key_file(path.name)) if folder.is_dir() else iter(())


def _keys(ring: str) -> list[str]:
    path = _ring_path(ring)
    if not path.exists():
        _demand_nothing_encrypted()
        make_keys(ring)
    return path.read_text("ascii").split()


def _demand_nothing_encrypted() -> None:
    """Refuse to make keys where data encrypted with lost ones stands; new keys would hide the loss."""
    for field in encrypted_fields():
        model = field.model
        connection = connections[router.db_for_read(model)]
        if model._meta.db_table not in connection.introspection.table_names():
            continue
        kept = models.QuerySet(model).annotate(_token=_raw(field)).exclude(_token="").exclude(_token=None)
        if kept.exists():
            raise KeysMissing(
                f"{model._meta.label}.{field.name} is encrypted, but its keys are not in {_folder()}"
            )


def _folder() -> str:
    return str(settings.KEYS_FOLDER)


# --- encryption -----------------------------------------------------------------------------------------


def encrypt(value: str, *, ring: str = PERSONAL) -> str:
    """Return ``value`` as a token; the empty text stays empty."""
    return _fernet(ring).encrypt(value.encode()).decode() if value else ""


def decrypt(token: str, *, ring: str = PERSONAL) -> SecretText:
    """Return the text of a token.

    Raises:
        KeysMissing: when no key of the ring reads it.
    """
    if not token:
        return SecretText("")
    try:
        return SecretText(_fernet(ring).decrypt(token.encode()).decode())
    except InvalidToken:
        raise KeysMissing(f"no key of the ring {ring} in {_folder()} reads this") from None


def keyed_hash(value: str, purpose: str) -> str:
    """Return the hash by which an encrypted value is found again, 64 hexadecimal digits.

    Width, case and blanks do not matter. Hashes of different purposes cannot be compared. The empty text
    has no hash: the answer is empty.
    """
    plain = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    if not plain:
        return ""
    message = f"{purpose}\0{plain}".encode()
    return hmac.new(_lookup_key(), message, hashlib.sha256).hexdigest()


def _lookup_key() -> bytes:
    path = Path(settings.KEYS_FOLDER) / _LOOKUP_KEY
    if not path.exists():
        _demand_nothing_encrypted()
        write_once(path, secrets.token_hex(32))
    return _read_key(str(path), path.stat().st_mtime_ns)


def _fernet(ring: str) -> MultiFernet:
    path = _ring_path(ring)
    if not path.exists():
        _keys(ring)
    return _read_ring(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read_ring(path: str, changed_ns: int) -> MultiFernet:  # noqa: ARG001  a changed file is read again
    keys = Path(path).read_text("ascii").split()
    if not keys:
        raise KeysMissing(f"{path} holds no key")
    return MultiFernet([Fernet(key) for key in keys])


@lru_cache(maxsize=4)
def _read_key(path: str, changed_ns: int) -> bytes:  # noqa: ARG001  a changed file is read again
    key = bytes.fromhex(Path(path).read_text("ascii").strip())
    if not key:
        raise KeysMissing(f"{path} holds no key")
    return key


# --- the column -----------------------------------------------------------------------------------------


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # generic in the stubs alone
    """Text kept as a token. It cannot be searched or sorted; beside it stands a hash column for that."""

    description = "Encrypted text"

    def __init__(self, *args: Any, ring: str = PERSONAL, **kwargs: Any) -> None:
        self.ring = ring
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Return what a migration writes for the field."""
        name, path, args, kwargs = super().deconstruct()
        if self.ring != PERSONAL:
            kwargs["ring"] = self.ring
        return name, path, args, kwargs

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Encrypt on the way into the database."""
        text = super().get_db_prep_value(value, connection, prepared)
        return text if text is None else encrypt(str(text), ring=self.ring)

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> SecretText | None:
        """Decrypt on the way out."""
        return None if value is None else decrypt(value, ring=self.ring)

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every search but the one for presence."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and cannot be searched; look up its keyed hash")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:  # noqa: ARG002  whatever it is
        """Refuse what would work on the token."""
        raise FieldError(f"{self.name} is encrypted and cannot be searched; look up its keyed hash")


def _raw(field: EncryptedTextField) -> Cast:
    return Cast(models.F(field.attname), models.TextField())


def encrypted_fields(ring: str | None = None) -> Iterator[EncryptedTextField]:
    """Yield the encrypted columns of all models, of one ring or of all."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField) and ring in {None, field.ring}:
                yield field


def unread_columns() -> Iterator[str]:
    """Yield the columns with data that the keys at hand do not read, as after a restore without the keys."""
    for field in encrypted_fields():
        tokens = models.QuerySet(field.model).annotate(_token=_raw(field)).exclude(_token="")
        token = tokens.exclude(_token=None).values_list("_token", flat=True).first()
        try:
            decrypt(token or "", ring=field.ring)
        except KeysMissing:
            yield f"{field.model._meta.label}.{field.name}"


def renew_tokens(ring: str, *, batch: int = 500) -> int:
    """Encrypt every value of a ring with its newest key; return how many. Can be broken off and run again."""
    fernet, renewed = _fernet(ring), 0
    for field in encrypted_fields(ring):
        rows = models.QuerySet(field.model).annotate(_token=_raw(field)).exclude(_token="").order_by("pk")
        for pk, token in rows.values_list("pk", "_token").iterator(chunk_size=batch):
            if token is None:
                continue
            newer = models.Value(fernet.rotate(token.encode()).decode(), output_field=models.TextField())
            # Only where the token is still the one read: a value changed meanwhile has a newer one already.
            renewed += rows.filter(pk=pk, _token=token).update(**{field.attname: newer})
    return renewed
