"""The outline of the Chinese Library Classification (中图法): its main classes and their divisions.

Source: the outline of 中国图书馆分类法, 5th edition, two levels; a library loads deeper ones itself.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

FILE = "classes.csv"


class OutlineClass(NamedTuple):
    """A class of the outline; ``parent`` is empty for a main class."""

    code: str
    name: str
    name_en: str
    parent: str


@cache
def outline() -> Mapping[str, OutlineClass]:
    """Return the shipped classes by code, in their order."""
    path = files("yanshu.collection.catalogue") / "data" / FILE
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["code"]: OutlineClass(**row) for row in rows}


def stem(class_number: str) -> str:
    """Return the part of a class number that names a class, without auxiliary signs and book number.

    Example:
        ``stem("K825.6=76/12")`` is ``K825.6``; ``stem("TU-092.964")`` is ``TU-092.964``.
    """
    number = class_number.strip().strip("[]{}").split("/", 1)[0]
    for mark in '=:+(<"#&':
        number = number.split(mark, 1)[0]
    return number
