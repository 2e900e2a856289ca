"""Makes the thread-bound cover of a book that has none: the same title always gets the same cover.

Cloth by class letter of the Chinese Library Classification and a hash of the title, a paper slip with the
title in vertical Song type at the upper left, five stitches at the right, the class letter in a red seal.
"""

import hashlib
import re
from xml.sax.saxutils import escape

# One to four dyes for each class letter; X, Z and books without a class take the last line.
_DYES: dict[str, tuple[str, ...]] = {
    "A": ("#7a2e2a",),
    "B": ("#5b3a4a", "#4d3d57"),
    "C": ("#4b5a3a", "#5a5048"),
    "D": ("#6b2f2f", "#5a3434"),
    "E": ("#3f4f3a",),
    "F": ("#2f4a5a", "#6a5527"),
    "G": ("#7a5a22", "#3a5560"),
    "H": ("#35576b", "#5c3f5e"),
    "I": ("#4a3f5c", "#7d3b2f", "#2f5a4a", "#1e4f63"),
    "J": ("#7b3a55", "#4f4a78"),
    "K": ("#6b4a2b", "#4c4a3a"),
    "N": ("#2f5566",),
    "O": ("#2d4a6b", "#3b3f6b"),
    "P": ("#3b3f6b", "#26505c"),
    "Q": ("#3a6140", "#2f5a4a"),
    "R": ("#5f6b3a", "#3d6656"),
    "S": ("#7a5a2a", "#4f6330"),
    "T": ("#5a5048", "#48545c", "#3f4d66"),
    "U": ("#4a5568",),
    "V": ("#33496b",),
    "X": ("#3d6048",),
    "Z": ("#54504a", "#3f5458"),
}
_LETTERS_A_COLUMN = 8
_COLUMNS = 2
_LATIN_LINE = 13
_LATIN_LINES = 4
_AUTHOR_UNITS = 16
_SLIP_ROOM = 125.5
_WIDE = re.compile(r"[⺀-鿿豈-﫿\U00020000-\U0003ffff぀-ヿ가-힯]")
_BREAKS = re.compile(r"\s*[:：/／=＝]\s*")
_VERTICAL_ONLY = str.maketrans(
    {"（": "︵", "）": "︶", "《": "︽", "》": "︾", "—": "︱", "(": "︵", ")": "︶"}
)

_WEAVE = (
    '<g stroke="#fff" stroke-opacity=".055" stroke-width=".6" fill="none"><path d="'
    + "".join(f"M0 {y}H120" for y in range(3, 168, 4))
    + "".join(f"M{x} 0V168" for x in range(2, 120, 4))
    + '"/></g>'
)
_STITCHES = (
    '<path d="M108.5 0V168M108.5 14H120M108.5 49H120M108.5 84H120M108.5 119H120M108.5 154H120" '
    'stroke="#f4efe2" stroke-opacity=".85" stroke-width=".9" fill="none"/>'
)
_SONG = "'Source Han Serif SC','Noto Serif CJK SC','Songti SC','STSong',serif"
_HEI = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
_LATIN = "Georgia,'Times New Roman',serif"


def cover_svg(title: str, author: str = "", class_letter: str = "") -> str:
    """Return the cover as an SVG document of 120 × 168 units (5:7).

    Args:
        class_letter: a class number or its first letter; what is no letter gets the dyes of general works.
    """
    title = " ".join(title.split()) or "—"
    letter = class_letter.strip()[:1].upper()
    letter = letter if letter in _DYES else ""
    slip = _vertical_slip(title) if _WIDE.search(title) else _latin_slip(title)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 168" width="120" height="168" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect width="120" height="168" fill="{_dye(title, letter)}"/>'
        f"{_WEAVE}{_STITCHES}{slip}{_foot(author, letter)}</svg>"
    )


def _dye(title: str, letter: str) -> str:
    dyes = _DYES[letter or "Z"]
    return dyes[hashlib.sha256(title.encode()).digest()[0] % len(dyes)]


def _columns(title: str) -> list[str]:
    """Return the title in one or two columns: a colon breaks, 16 characters are balanced, more ends in …."""
    parts = [part for part in _BREAKS.split(title) if part]
    if len(parts) == 1 and len(title) <= _LETTERS_A_COLUMN:
        return parts
    if len(parts) >= _COLUMNS and len(parts[0]) <= _LETTERS_A_COLUMN:
        return [parts[0], _shortened(" ".join(parts[1:]), _LETTERS_A_COLUMN)]
    text = _shortened("".join(parts), _LETTERS_A_COLUMN * _COLUMNS)
    half = -(-len(text) // _COLUMNS)
    return [text[:half], text[half:]]


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _vertical_slip(title: str) -> str:
    columns = [column.translate(_VERTICAL_ONLY) for column in _columns(title)]
    longest = max(len(column) for column in columns)
    size = 15.0 if longest * 16.6 + 16 <= _SLIP_ROOM else min(12.1, (_SLIP_ROOM - 16) / longest / 1.13)
    step = size * (1.107 if size > 14 else 1.132)  # noqa: PLR2004  15 units is the large size above
    width = 12 + size * 1.2 * len(columns)
    height = min(_SLIP_ROOM, longest * step + 16)
    glyphs = []
    for index, column in enumerate(columns):
        x = 11 + width - 6 - size * 1.2 * (index + 0.5)
        for row, glyph in enumerate(column):
            if glyph.strip():
                y = 11 + 6.2 + size + row * step
                glyphs.append(f'<text x="{x:.1f}" y="{y:.1f}">{escape(glyph)}</text>')
    return _paper(11, 11, width, height) + (
        f'<g fill="#15222a" font-family="{_SONG}" font-weight="700" font-size="{size:.1f}" '
        f'text-anchor="middle">{"".join(glyphs)}</g>'
    )


def _latin_slip(title: str) -> str:
    lines = _latin_lines(title)
    height = len(lines) * 14 + 16
    text = "".join(
        f'<text x="54" y="{34 + 14 * row}">{escape(line)}</text>' for row, line in enumerate(lines)
    )
    return _paper(11, 16, 86, height) + (
        f'<g fill="#15222a" font-family="{_LATIN}" font-weight="700" font-size="10.5" '
        f'text-anchor="middle">{text}</g>'
    )


def _latin_lines(title: str) -> list[str]:
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= _LATIN_LINE or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    shown = [_shortened(line, _LATIN_LINE + 2) for line in lines[:_LATIN_LINES]]
    if len(lines) > _LATIN_LINES:
        shown[-1] = f"{shown[-1][:_LATIN_LINE]}…"
    return shown


def _paper(x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width:.1f}" height="{height:.1f}" fill="#f6f2e6"/>'
        f'<rect x="{x + 2}" y="{y + 2}" width="{width - 4:.1f}" height="{height - 4:.1f}" fill="none" '
        'stroke="#15222a" stroke-width=".7"/>'
    )


def _foot(author: str, letter: str) -> str:
    name = _fitted(" ".join(author.split()), _AUTHOR_UNITS)
    parts = []
    if name:
        parts.append(
            f'<text x="12" y="155" fill="#fff" fill-opacity=".92" font-family="{_HEI}" '
            f'font-size="8.5">{escape(name)}</text>'
        )
    if letter:
        parts.append(
            '<rect x="84" y="146" width="13" height="13" rx="1.5" fill="#a8281f"/>'
            '<text x="90.5" y="155.6" fill="#fff" font-family="Georgia,serif" font-weight="700" '
            f'font-size="9" text-anchor="middle">{letter}</text>'
        )
    return "".join(parts)


def _fitted(text: str, units: int) -> str:
    """Return ``text`` within ``units`` half-widths, ending in … where it was cut."""
    used, kept = 0, 0
    for index, glyph in enumerate(text):
        used += 2 if _WIDE.match(glyph) or glyph in "（）《》，、" else 1
        if used > units:
            return f"{text[:kept].rstrip()}…"
        if used <= units - 2:  # room for …
            kept = index + 1
    return text
