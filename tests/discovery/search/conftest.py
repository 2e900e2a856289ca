"""An index of its own for each test of the pages and the indexer."""

from typing import Any

import pytest


@pytest.fixture
def library(db: None, settings: Any, tmp_path: Any) -> Any:
    """Return the small library; its models are imported when Django stands."""
    from search_world import Library

    from world import make_world

    settings.INDEX_FOLDER = tmp_path / "index"
    return Library(make_world())
