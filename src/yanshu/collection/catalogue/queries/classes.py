"""The Chinese Library Classification: the shipped outline, and below it what the library has loaded."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import get_language

from yanshu.collection.catalogue.engine.classification import OutlineClass, outline, stem
from yanshu.collection.catalogue.models import ClcClass
from yanshu.core.remembered import remembered

NAMES_KEPT_SECONDS = 30
MAIN_CLASS_LENGTH = 2


class ClassNode(NamedTuple):
    """A class in the tree."""

    code: str
    name: str
    name_en: str
    parent: str
    has_children: bool = False

    @property
    def shown(self) -> str:
        """The name in the language of the page."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


def children_of(code: str = "") -> list[ClassNode]:
    """Return the classes directly below one, or the main classes; two queries at most."""
    found = {one.code: _node(one) for one in outline().values() if one.parent == code}
    for row in ClcClass.objects.filter(parent=code):
        found[row.code] = _node(row)
    parents = {one.parent for one in outline().values()}
    parents |= set(ClcClass.objects.filter(parent__in=found).order_by().values_list("parent", flat=True))
    return [
        node._replace(has_children=node.code in parents)
        for node in sorted(found.values(), key=lambda node: _order(node.code))
    ]


def class_node(code: str) -> ClassNode | None:
    """Return one class, or nothing where neither outline nor library knows it."""
    row = ClcClass.objects.filter(code=code).first()
    if row is not None:
        return _node(row)
    known = outline().get(code)
    return _node(known) if known is not None else None


def class_trail(class_number: str) -> list[ClassNode]:
    """Return the known classes a class number lies in, from its main class down; one query."""
    number = stem(class_number)
    heads = [number[:length] for length in range(1, len(number) + 1)]
    if not heads:
        return []
    loaded = {row.code: _node(row) for row in ClcClass.objects.filter(Q(code__in=heads))}
    shipped = {code: _node(outline()[code]) for code in heads if code in outline()}
    both = shipped | loaded
    return [both[code] for code in heads if code in both]


def class_name(class_number: str) -> str:
    """Return the name of the nearest known class of a number; nothing where there is none.

    Example:
        With the outline alone ``class_name("I247.57")`` is 中国文学, the name of I2.
    """
    trail = class_trail(class_number)
    return trail[-1].shown if trail else ""


@remembered(seconds=NAMES_KEPT_SECONDS)
def _main_classes() -> dict[str, ClassNode]:
    """Return the classes short enough to be kept with a loan or a record, shipped and loaded."""
    loaded = ClcClass.objects.annotate(length=Length("code")).filter(length__lte=MAIN_CLASS_LENGTH)
    shipped = {code: _node(row) for code, row in outline().items() if len(code) <= MAIN_CLASS_LENGTH}
    return shipped | {row.code: _node(row) for row in loaded}


def main_class_words(code: str) -> str:
    """Return a main class with its name, as figures show it; the code alone where nothing bears it.

    Example:
        ``main_class_words("I")`` is I 文学.
    """
    known = _main_classes().get(code)
    return f"{code} {known.shown}" if known is not None else code


def _node(row: ClcClass | OutlineClass) -> ClassNode:
    return ClassNode(row.code, row.name, row.name_en, row.parent)


def _order(code: str) -> tuple[str, ...]:
    """Order codes as the schedules do: general divisions (B-4) before figures, figures before letters."""
    return tuple(_ranks(code.strip("[]")))


def _ranks(code: str) -> Iterator[str]:
    for sign in code:
        yield f"0{sign}" if sign == "-" else f"1{sign}" if sign.isdigit() else f"2{sign}"
