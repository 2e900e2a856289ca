"""Keep the Chinese catalogues complete: every message in the source has its sentence in zh_Hans.

    python scripts/messages.py check     say what is missing, unused, fuzzy, empty or told in two ways; exit 1
    python scripts/messages.py merge     write new messages, still empty, into the catalogue of their app
    python scripts/messages.py compile   .po to .mo, where the .po is newer

Message ids are English, so English needs no catalogue. A message belongs to the catalogue of the app it
stands in; what stands outside an app (config, demo, the kernel) belongs to the kernel's. The same message may
be used in several apps and is translated once. An entry that overrides the words of a library bears the
comment ``#. override``: it is in no source of ours and not reported as unused.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "yanshu"
LOCALE = "zh_Hans"
CATALOGUE = Path("locale") / LOCALE / "LC_MESSAGES" / "django.po"
HEADER = "# Simplified Chinese messages of Yanshu."
OVERRIDE = "override"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Words = str | tuple[str, ...]
Key = tuple[Words, str | None]


@dataclass(slots=True)
class Use:
    """A message and the places in the source where it stands."""

    words: Words
    context: str | None
    places: list[tuple[Path, int]] = field(default_factory=list)


def sources(package: Path) -> list[Path]:
    """Return the Python files and templates that may hold messages."""
    files = [path for path in package.rglob("*.py") if "migrations" not in path.parts]
    files += [path for path in package.rglob("templates/**/*") if path.suffix in {".html", ".txt", ".xml"}]
    return sorted(files)


def messages_of(path: Path) -> Iterator[tuple[int, Words, str | None]]:
    """Yield line, words and context of each message in a Python file or a Django template."""
    text = path.read_text(encoding="utf-8")
    shift = 0
    if path.suffix != ".py":
        # Django turns its tags into calls and all else into letters; the brackets let lines be indented.
        text = f"(\n{templatize(text, origin=str(path))}\n)"
        shift = 1
    for line, words, _comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        if words and words != ("", ""):
            yield line - shift, words, context


def uses(package: Path) -> dict[Key, Use]:
    """Return every message of the source with its places."""
    found: dict[Key, Use] = {}
    for path in sources(package):
        for line, words, context in messages_of(path):
            use = found.setdefault((singular(words), context), Use(words, context))
            if isinstance(words, tuple):
                use.words = words
            use.places.append((path, line))
    return found


def singular(words: Words) -> str:
    """Return the form a message is looked up by."""
    return words if isinstance(words, str) else words[0]


def home(path: Path, package: Path) -> Path:
    """Return the catalogue a source file's messages belong to: its app's, or else the kernel's."""
    for folder in path.parents:
        if folder == package:
            break
        if (folder / "apps.py").exists():
            return folder / CATALOGUE
    return package / "core" / CATALOGUE


def catalogues(package: Path) -> dict[Path, Catalog]:
    """Read every catalogue there is."""
    read = {}
    for path in sorted(package.rglob(str(CATALOGUE))):
        with path.open("rb") as handle:
            read[path] = read_po(handle, locale=LOCALE, abort_invalid=True)
    return read


def entries(catalogue: Catalog) -> Iterator[Message]:
    """Yield a catalogue's messages without its header."""
    return (message for message in catalogue if message.id)


def key_of(message: Message) -> Key:
    """Return what a catalogue's message is looked up by."""
    return singular(message.id), message.context


def is_override(message: Message) -> bool:
    """Say whether the entry replaces the words of a library."""
    return any(comment.strip().startswith(OVERRIDE) for comment in message.auto_comments)


def is_empty(message: Message) -> bool:
    """Say whether a form of the translation is lacking."""
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return not forms or not all(form and form.strip() for form in forms)


def faults(message: Message) -> Iterator[str]:
    """Yield what is wrong with one entry by itself."""
    if message.fuzzy:
        yield "fuzzy"
    if is_empty(message):
        yield "empty"
        return
    ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    asked = set(PLACEHOLDER.findall(ids[-1]))
    for form in forms:
        if len(ids) == 1 and set(PLACEHOLDER.findall(form)) != asked:
            yield f"placeholders differ: {' '.join(sorted(asked)) or 'none'} asked for"
        elif strange := set(PLACEHOLDER.findall(form)) - asked:
            yield f"unknown placeholder {' '.join(sorted(strange))}"


def findings(package: Path) -> list[str]:
    """Return one line for each message that is missing, unused, empty, fuzzy, damaged or told in two ways."""
    used, found = uses(package), []
    told: dict[Key, tuple[Path, Message]] = {}
    for path, catalogue in catalogues(package).items():
        for message in entries(catalogue):
            place, words = f"{shown(path)}:{message.lineno}", key_of(message)
            found += [f"{place}: {fault}: {words[0]!r}" for fault in faults(message)]
            if words not in used and not is_override(message):
                found.append(f"{place}: unused: {words[0]!r}")
            first, other = told.setdefault(words, (path, message))
            if other.string != message.string:
                found.append(f"{place}: told otherwise in {shown(first)}:{other.lineno}: {words[0]!r}")
    for words, use in used.items():
        if words not in told:
            path, line = use.places[0]
            found.append(f"{shown(path)}:{line}: missing in {LOCALE}: {words[0]!r}")
    return sorted(found)


def shown(path: Path) -> str:
    """Return a path as one would type it from the project's folder."""
    return os.path.relpath(path, ROOT)


def merge(package: Path) -> list[Path]:
    """Write messages that no catalogue has into the catalogue of their first place; return those changed."""
    books = catalogues(package)
    told = {key_of(message) for catalogue in books.values() for message in entries(catalogue)}
    changed: set[Path] = set()
    for words, use in uses(package).items():
        if words in told:
            continue
        path = home(use.places[0][0], package)
        catalogue = books.setdefault(path, Catalog(locale=LOCALE, header_comment=HEADER, fuzzy=False))
        files = sorted({source.relative_to(package).as_posix() for source, _line in use.places})
        # No line numbers, as in the catalogues read: babel cannot sort one file with and without them.
        places: list[Any] = [(name, None) for name in files]
        catalogue.add(use.words, locations=places, context=use.context)
        changed.add(path)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, books[path], po=True)
    return sorted(changed)


def compile_stale(package: Path) -> list[Path]:
    """Write the ``.mo`` of every ``.po`` that is newer; return those written."""
    written = []
    for path in sorted(package.rglob(str(CATALOGUE))):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as handle:
            replace(target, read_po(handle, locale=LOCALE, abort_invalid=True), po=False)
        written.append(target)
    return written


def replace(path: Path, catalogue: Catalog, *, po: bool) -> None:
    """Write a catalogue beside its place and move it there, so that no reader sees half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as handle:
        if po:
            write_po(handle, catalogue, width=110, sort_by_file=True, include_lineno=False)
        else:
            write_mo(handle, catalogue)
    Path(handle.name).chmod(0o644)
    Path(handle.name).replace(path)


def say(lines: Iterable[str]) -> None:
    """Print line by line."""
    for line in lines:
        print(line)


def main(mode: str, package: Path = PACKAGE) -> int:
    """Do what ``mode`` says and return the exit status."""
    if not settings.configured:
        settings.configure(USE_I18N=False)
    if mode == "compile":
        compile_stale(package)
        return 0
    if mode == "merge":
        say(f"{shown(path)}: new messages to translate" for path in merge(package))
        return 0
    found = findings(package)
    say(found)
    print(f"translations: {len(found)} to mend" if found else "translations: complete")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {"check", "merge", "compile"}:  # noqa: PLR2004  one argument
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
