"""Documents that tests read: what is in the code has its heading, and no heading speaks of what is gone."""

import re
from pathlib import Path

import pytest
import typer
from django.utils import translation
from django.utils.functional import Promise

from yanshu.config.cli import build
from yanshu.config.environment import SETTINGS
from yanshu.core import permission
from yanshu.institution.staff.queries import declared_permissions
from yanshu.lending.circulation.rules import LIFTED_BY
from yanshu.lending.circulation.terms import Block

DOCS = Path(__file__).parents[2] / "docs"
LINK = re.compile(r"\]\(([^)#\s]+)?(?:#([\w.-]+))?\)")
PAGES = sorted([*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")])


def sections(page, mark):
    """Return the text under each heading that begins with ``mark`` and a space, by the heading's words."""
    parts = re.split(rf"^{mark} (.+)$", (DOCS / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {
        heading.strip(): re.split(r"^#", text, maxsplit=1, flags=re.MULTILINE)[0]
        for heading, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def names(words: Promise):
    """Return a label in both languages."""
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append(str(words))
    return found


def commands(group, before="yanshu"):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


COMMANDS = dict(commands(typer.main.get_command(build())))
PERMISSIONS = sections("rules/permissions.md", "###")
BLOCKS = sections("rules/blocks.md", "##")
SETTINGS_PAGE = sections("guide/settings.md", "##")
COMMANDS_PAGE = sections("guide/commands.md", "##")


def test_every_permission_has_its_heading_and_no_other():
    assert sorted(PERMISSIONS) == sorted(declared_permissions())


def test_permissions_are_named_as_on_screen():
    unlike = {code: names(permission.registry[code]) for code in PERMISSIONS}
    assert {
        code: said for code, said in unlike.items() if not all(name in PERMISSIONS[code] for name in said)
    } == {}


def test_every_block_has_its_heading_in_order():
    assert list(BLOCKS) == [block.value for block in Block]


@pytest.mark.parametrize("block", Block)
def test_a_block_is_named_as_on_screen_and_says_who_lifts_it(block):
    text = BLOCKS[block.value]
    assert all(name in text for name in names(block.label))
    lifter = LIFTED_BY.get(block)
    assert (f"Lifted by: `{lifter}`" if lifter else "Lifted by: nobody") in text
    assert "Way out: " in text


def test_every_setting_has_its_heading_with_its_default():
    assert sorted(SETTINGS_PAGE) == sorted(setting.variable for setting in SETTINGS)
    silent = [
        setting.variable
        for setting in SETTINGS
        if setting.default.partition(" ")[0] not in SETTINGS_PAGE[setting.variable]
        or "ithout it" not in SETTINGS_PAGE[setting.variable]
    ]
    assert silent == []


def test_every_command_has_its_heading_and_names_its_options():
    assert sorted(COMMANDS_PAGE) == sorted(COMMANDS)
    unnamed = {
        (name, option)
        for name, command in COMMANDS.items()
        for parameter in command.params
        for option in parameter.opts[:1]
        if option.startswith("-") and option not in COMMANDS_PAGE[name]
    }
    assert unnamed == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS.parent).as_posix())
def test_links_lead_somewhere(page):
    broken = []
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        aim = (page.parent / target).resolve() if target else page
        if not aim.exists() or (anchor and anchor not in anchors(aim)):
            broken.append(f"{target}#{anchor}")
    assert broken == []


def anchors(page):
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_the_proxy_of_the_guide_lets_through_what_an_import_may_have():
    guide = (DOCS / "guide" / "production.md").read_text()
    allowed = re.search(r"client_max_body_size (\d+)m;", guide)
    usual = next(one.default for one in SETTINGS if one.variable == "YANSHU_IMPORT_MEGABYTES")
    assert allowed is not None
    assert int(allowed[1]) == int(usual)
