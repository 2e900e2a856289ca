"""The order of titles: by pinyin, digits and Latin letters as they stand."""

import unicodedata

from pypinyin import Style, lazy_pinyin

LONGEST = 120
READ = 24
"""How many characters of a title are read; two titles alike so far stand together anyway."""


def sort_key(title: str) -> str:
    """Return a key by which titles stand in the order of their pinyin.

    Polyphonic characters are read in their phrase (重庆 is chong qing); a tone counts after the letters.
    """
    plain = unicodedata.normalize("NFKC", title).strip().casefold()[:READ]
    syllables = lazy_pinyin(plain, style=Style.TONE3, neutral_tone_with_five=True)
    return " ".join(syllables)[:LONGEST]
