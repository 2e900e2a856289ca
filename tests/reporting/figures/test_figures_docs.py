import re
from datetime import date
from pathlib import Path

import pytest

from yanshu.core import indicator as declared
from yanshu.reporting.figures.queries import keeps_rollup

DOCS = Path(__file__).parents[3] / "docs" / "indicators"
VERSIONS = [version for versions in declared.registry.values() for version in versions]


def headings():
    return {
        line.removeprefix("## ").strip()
        for page in DOCS.glob("*.md")
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    }


def test_every_indicator_has_its_heading():
    assert sorted(set(declared.registry) - headings()) == []


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.code)
def test_a_source_in_our_documents_is_there(version):
    for page, anchor in re.findall(r"docs/indicators/([\w]+\.md)#([\w-]+)", version.source):
        text = (DOCS / page).read_text(encoding="utf-8")
        anchors = {
            re.sub(r"[^\w -]", "", line[3:].strip().lower()).replace(" ", "-")
            for line in text.splitlines()
            if line.startswith("## ")
        }
        assert anchor in anchors


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.code)
def test_an_indicator_says_what_a_card_needs(version):
    assert str(version.name)
    assert str(version.counted_from)
    assert version.source
    assert version.valid_until is None or version.valid_from < version.valid_until
    if version.rows is None:
        assert {version.numerator, version.denominator} <= set(declared.registry)
    else:
        assert version.columns


@pytest.mark.parametrize(
    "version", [one for one in VERSIONS if one.rollup is not None], ids=lambda version: version.code
)
def test_a_declared_rollup_can_be_kept(version):
    assert keeps_rollup(version)
    assert version.valid_from <= date.max
