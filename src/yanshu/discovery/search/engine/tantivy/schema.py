"""The fields of the index, and the fingerprint that says which index a version of the program can read."""

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version

import tantivy

TOKENISATION = 3
"""Counts up with every change of folding, cutting, reading or keys: an older index is then rebuilt."""

WORDS_TOKENIZER = "whitespace_only"
UNINDEXED_TOKENIZER = "kept_for_order"

NO_ID = -1
"""The id of the one document that holds the feed position; records have ids from zero."""


@dataclass(frozen=True, slots=True)
class _TextSpec:
    name: str
    tokenizer: str
    record: str
    fast: bool = False
    stored: bool = False


_TEXTS = (
    # Bigrams and words, with positions for phrases.
    _TextSpec("title", WORDS_TOKENIZER, "position"),
    _TextSpec("author", WORDS_TOKENIZER, "position"),
    _TextSpec("subject", WORDS_TOKENIZER, "position"),
    _TextSpec("publisher", WORDS_TOKENIZER, "position"),
    _TextSpec("text", WORDS_TOKENIZER, "position"),
    # Single characters: plain for any field, with a letter before them for one field.
    _TextSpec("chars", WORDS_TOKENIZER, "basic"),
    # Segmented words; they only add to the score.
    _TextSpec("words", WORDS_TOKENIZER, "freq"),
    # Syllables and pairs of initials, of titles and of names.
    _TextSpec("title_py", WORDS_TOKENIZER, "position"),
    _TextSpec("author_py", WORDS_TOKENIZER, "position"),
    _TextSpec("title_pyi", WORDS_TOKENIZER, "position"),
    _TextSpec("author_pyi", WORDS_TOKENIZER, "position"),
    # Whole values.
    _TextSpec("suggest", "raw", "basic"),
    _TextSpec("isbn", "raw", "basic"),
    _TextSpec("class_prefix", "raw", "basic"),
    _TextSpec("call_number", "raw", "basic"),
    # Facets and order.
    _TextSpec("main_class", "raw", "basic", fast=True),
    _TextSpec("language", "raw", "basic", fast=True),
    _TextSpec("form", "raw", "basic", fast=True),
    _TextSpec("author_name", "raw", "basic", fast=True),
    _TextSpec("title_sort", UNINDEXED_TOKENIZER, "basic", fast=True),
    # What is suggested; its terms only point to it.
    _TextSpec("shown", UNINDEXED_TOKENIZER, "basic", stored=True),
)

RECORDS = {spec.name: spec.record for spec in _TEXTS}
"""What is kept of a term's places, by text field: documents only, counts, or positions."""

# Signed on purpose: deleting by a term of an unsigned field deletes nothing and says nothing (tantivy 0.27).
_INDEXED_INTEGERS = ("id", "year", "added", "branch", "available_branch", "available")
_FAST_INTEGERS = ("rev",)
_SOUGHT_INTEGERS = ("key",)

POSITION = "position"
"""Stored as text and read whole: a position may be a larger number than a field of numbers holds."""


def build_schema() -> tantivy.Schema:
    """Return the schema every index of this version has."""
    builder = tantivy.SchemaBuilder()
    for spec in _TEXTS:
        builder.add_text_field(
            spec.name,
            stored=spec.stored,
            tokenizer_name=spec.tokenizer,
            index_option=spec.record,
            fast=spec.fast,
        )
    for name in _INDEXED_INTEGERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in _FAST_INTEGERS:
        builder.add_integer_field(name, fast=True)
    for name in _SOUGHT_INTEGERS:
        builder.add_integer_field(name, indexed=True)
    builder.add_text_field(POSITION, stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Give an opened index the tokenizers its schema names; they are not kept in its files."""
    raw = tantivy.Tokenizer.raw
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    nothing = tantivy.TextAnalyzerBuilder(raw()).filter(tantivy.Filter.remove_long(1)).build()
    index.register_tokenizer(WORDS_TOKENIZER, words)
    index.register_tokenizer(UNINDEXED_TOKENIZER, nothing)
    index.register_fast_field_tokenizer(UNINDEXED_TOKENIZER, tantivy.TextAnalyzerBuilder(raw()).build())


def fingerprint() -> str:
    """Return the name of everything an index must share with the program to be read by it."""
    described = {
        "texts": [asdict(spec) for spec in _TEXTS],
        "integers": [_INDEXED_INTEGERS, _FAST_INTEGERS, _SOUGHT_INTEGERS],
        "stored": [POSITION],
        "tokenisation": TOKENISATION,
        "engine": version("tantivy").rsplit(".", 1)[0],
    }
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:12]
