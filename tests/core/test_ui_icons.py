"""Every icon a page asks for is in the subset that is served; another one would stay blank."""

import re
from enum import EnumMeta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps

import yanshu
from yanshu.core.ui import pages, parts

SOURCE = Path(yanshu.__file__).parent
SHEETS = ("core/static/vendor/icons.css", "core/static/yanshu/glyphs.css")
SERVED = frozenset(
    name
    for sheet in SHEETS
    for name in re.findall(r"\.bi-([a-z0-9-]+)::", (SOURCE / sheet).read_text(encoding="utf-8"))
)
ASKED = re.compile(r'\{% icon "([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"|class="bi bi-([a-z0-9-]+)')


def asked_in(pattern):
    """Return what files ask for, as (file, icon)."""
    return sorted(
        (str(path.relative_to(SOURCE)), name)
        for path in SOURCE.rglob(pattern)
        for found in ASKED.findall(path.read_text(encoding="utf-8"))
        for name in found
        if name
    )


@pytest.mark.parametrize("pattern", ["*.html", "*.py"])
def test_files_ask_for_served_icons_only(pattern):
    assert [(path, name) for path, name in asked_in(pattern) if name not in SERVED] == []


def words_of_apps():
    """Return the members of every enum in the rooms of terms that carry an icon."""
    for config in apps.get_app_configs():
        name = f"{config.name}.terms"
        if not config.name.startswith("yanshu.") or find_spec(name) is None:
            continue
        for value in vars(import_module(name)).values():
            if isinstance(value, EnumMeta):
                yield from (member for member in value if isinstance(getattr(member, "icon", None), str))


def test_state_words_have_served_icons_and_known_tones():
    odd = [member for member in words_of_apps() if member.icon not in SERVED]
    toneless = [member for member in words_of_apps() if getattr(member, "tone", "stone") not in parts.TONES]
    assert (odd, toneless) == ([], [])


def test_icons_of_notes_and_signs_are_served():
    assert set(pages.NOTE_ICONS.values()) | set(pages.SIGN_ICONS.values()) <= SERVED
