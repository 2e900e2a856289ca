"""What the index is told about one record."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """One record as the database gives it to the index.

    Texts are given as they stand in the record, in every script it has; the engine folds them. The index
    keeps no text to show: what a page shows comes from the database.

    Args:
        id: the record's key in the database; zero or more.
        rev: a number that grows with each change of the record; drift is found by summing it.
        titles: the title first, then parallel, variant and linked titles.
        subtitle: found like a title, but what is typed whole is rather a title proper.
        authors: names without the word for what they did (著, 编).
        isbns: ISBN, ISSN and 统一书号 as printed; brackets behind the number do no harm.
        classes: class marks of the 中图法.
        call_numbers: as on the spine label.
        year: of publication; ``None`` when not stated.
        language: a code such as ``chi``; with a Chinese code a romanised title is also found as pinyin.
        form: the code of the form (book, serial, sound, …) the facet shows.
        branches: ids of the branches that hold a copy.
        available_branches: those of them where a copy may be borrowed now.
        added_on: the day the record came into the catalogue.
        title_sort_key: the order of the title list; made from the first title when empty.
    """

    id: int
    rev: int
    titles: tuple[str, ...]
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    publisher: str = ""
    isbns: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    call_numbers: tuple[str, ...] = ()
    year: int | None = None
    language: str = ""
    form: str = ""
    branches: tuple[int, ...] = ()
    available_branches: tuple[int, ...] = ()
    added_on: date | None = None
    title_sort_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexBatch:
    """Changes that become visible together.

    Args:
        position: how far the feed was read, a number of any size; it is kept in the same commit.
        documents: records as they are now; each replaces what the index knew under its id.
        removed: ids of records that are no longer to be found.
    """

    position: int
    documents: tuple[SearchDocument, ...] = ()
    removed: tuple[int, ...] = ()
