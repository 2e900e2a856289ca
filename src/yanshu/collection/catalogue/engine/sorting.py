"""The order of titles: by pinyin, digits and Latin letters as they stand."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.mmseg import seg as phrases

LONGEST = 120
READ = 24
"""How many characters of a title are read; two titles alike so far stand together anyway."""
_RUNS = re.compile(
    "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]+|[^\\s]+?(?=[\u3400-\u9fff\uf900-\ufaff]|\\s|$)"
)
_REMEMBERED_PHRASES = 1 << 16


def sort_key(title: str) -> str:
    """Return a key by which titles stand in the order of their pinyin.

    Polyphonic characters are read in their phrase (重庆 is chong qing); a tone counts after the letters.
    """
    plain = unicodedata.normalize("NFKC", title).strip().casefold()[:READ]
    if plain.isascii():
        return plain
    return " ".join(_read(phrase) for run in _RUNS.findall(plain) for phrase in _phrases(run))[:LONGEST]


def _phrases(run: str) -> "list[str]":
    return [run] if run.isascii() else list(phrases.cut(run))


@lru_cache(maxsize=_REMEMBERED_PHRASES)
def _read(phrase: str) -> str:
    """Return the syllables of one phrase; loading a catalogue meets the same ones again and again."""
    return " ".join(lazy_pinyin(phrase, style=Style.TONE3, neutral_tone_with_five=True))
