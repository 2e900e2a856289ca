"""Text as the index compares it: folding, runs, bigrams and words.

Two forms of the same text are kept apart. *Folded* text is for matching: every character is mapped by
itself, so a part of a text folds to the same part of the folded text, and any substring stays findable.
*Simplified* text is for reading: words and pinyin need 乾隆 and 名著 as they are, not character by character.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from operator import add

import opencc
import rjieba

# Characters written without spaces: Han with its extensions, 〇, 々, kana and hangul.
_HAN = (
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\u3041-\u3096\u309d\u309e\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\uac00-\ud7af\U00020000-\U000323af"
)
_FIRST_HAN = "\u3005"
_RUN = re.compile(rf"[{_HAN}]+|[a-z]\+\+|[a-z]#|[^\W_{_HAN}]+")
_HAN_CHARACTER = re.compile(rf"[{_HAN}]")
_HAN_RUN = re.compile(rf"[{_HAN}]+")

# Variants that OpenCC leaves alone because the right form depends on the word. Matching needs one form only.
_VARIANTS = str.maketrans("著锺馀甯藉衹瞭覆髪祇", "着钟余宁借只了复发只")

# Signs that stand inside a word or a name and never divide it: apostrophes of romanisations, middle dots.
_SILENT = frozenset(
    "'`\u2018\u2019\u02b9\u02bb\u02bc\u02be\u02bf\u00b4\u00b7\u2022\u2027\u30fb\uff65\u2219\u22c5"
)

BREAK = "|"
"""A token no text contains; it keeps phrases from reaching over the border of two values."""


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _fold_character(character: str) -> str:
    compatible = "".join(c for c in unicodedata.normalize("NFKC", character).casefold() if c not in _SILENT)
    bare = "".join(
        c
        for c in unicodedata.normalize("NFD", compatible)
        if not "\u0300" <= c <= "\u036f" and unicodedata.category(c) != "Cf"
    )
    simplified: str = _simplifier().convert(unicodedata.normalize("NFC", bare))
    return simplified.translate(_VARIANTS)


class _FoldTable(dict[int, str]):
    """Character folding, worked out once for each character that is met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = "" if character in _SILENT else _fold_character(character)
        self[code] = folded
        return folded


class _SimpleTable(dict[int, str]):
    """Each character's simplified form; a text it leaves alone needs no conversion by word."""

    def __missing__(self, code: int) -> str:
        simple: str = _simplifier().convert(chr(code))
        self[code] = simple
        return simple


_FOLD = _FoldTable()
_SIMPLE = _SimpleTable()


def fold(value: str) -> str:
    """Return ``value`` in the one form that is compared.

    NFKC, lower case, Latin letters without diacritics, simplified characters, no apostrophes or middle dots.
    ``fold(a + b) == fold(a) + fold(b)``.

    Example: ``fold("紅樓夢") == "红楼梦"``, ``fold("Lǐ Dàzhāo") == "li dazhao"``.
    """
    if value.isascii() and "'" not in value and "`" not in value:
        return value.lower()
    return value.translate(_FOLD)


def simplify(value: str) -> str:
    """Return ``value`` in simplified characters as a reader writes them, chosen by word."""
    if value.isascii() or value.translate(_SIMPLE) == value:
        return value
    simplified: str = _simplifier().convert(unicodedata.normalize("NFKC", value))
    return simplified


def is_han(run: str) -> bool:
    """Say whether ``run`` is written without spaces (Han, kana, hangul)."""
    return run >= _FIRST_HAN and _HAN_CHARACTER.match(run) is not None


def all_han(value: str) -> bool:
    """Say whether every character of ``value`` is written without spaces."""
    return _HAN_RUN.fullmatch(value) is not None


def runs(value: str) -> list[str]:
    """Divide text into folded runs: of Han characters, and words of other scripts; punctuation divides."""
    return _RUN.findall(fold(value))


def joined_runs(value: str) -> list[str]:
    """Divide one stored value into runs, joining Han runs over punctuation and space.

    A reader types 红楼梦脂砚斋评 for 《红楼梦》: 脂砚斋评; no border of the stored text need be known.
    """
    found = runs(value)
    if len(found) < 2 or value.isascii():  # noqa: PLR2004 - one run or none: nothing to join
        return found
    joined: list[str] = []
    after_han = False
    for run in found:
        han = is_han(run)
        if han and after_han:
            joined[-1] += run
        else:
            joined.append(run)
        after_han = han
    return joined


def bigrams(run: str) -> list[str]:
    """Return the overlapping pairs of a Han run in order; none for a single character."""
    return list(map(add, run, run[1:]))


def tokens(found: Iterable[str]) -> list[str]:
    """Return the tokens that stand for ``found`` runs in order: bigrams of Han runs, other words whole.

    A Han run of one character is a token itself.
    """
    result: list[str] = []
    for run in found:
        if not is_han(run):
            result.append(run)
            continue
        if result and result[-1][-1] == run[0]:
            result.append(BREAK)
        result += map(add, run, run[1:]) if len(run) > 1 else run
    return result


def join_tokens(values: Iterable[str]) -> str:
    """Put the spaced tokens of several values one after the other, so that no phrase reaches over two."""
    whole = ""
    for value in values:
        if not value:
            continue
        if not whole:
            whole = value
        elif whole[-1] == value[0]:
            whole = f"{whole} {BREAK} {value}"
        else:
            whole = f"{whole} {value}"
    return whole


def key(value: str) -> str:
    """Return the comparison key of a whole title or name: folded, without punctuation and spaces.

    Example: ``key("《红楼梦》 (上册)") == "红楼梦上册"``.
    """
    return "".join(runs(value))


def segments(value: str) -> list[str]:
    """Cut text into words after simplification; spaces and punctuation come as segments too."""
    cut: list[str] = rjieba.cut(simplify(value))
    return cut


@lru_cache(maxsize=200_000)
def word(segment: str) -> str:
    """Return the folded word a segment is; nothing for one character, a Latin word or a sign."""
    return fold(segment) if len(segment) > 1 and not segment.isascii() and segment.isalnum() else ""


def words(cut: Iterable[str]) -> list[str]:
    """Return the folded words of two or more characters among ``cut`` segments, Latin words left out."""
    return list(filter(None, map(word, cut)))
