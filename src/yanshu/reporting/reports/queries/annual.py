"""The annual report, counted: the outline and the apps' drafts, with every figure in its place.

What cannot be counted is listed under its section, never left blank and never invented. So is what was
recorded only for a part of the year, and what was none: a sentence tells no achievement of 0.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from string import Formatter
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yanshu.core import draft
from yanshu.core.span import Span
from yanshu.core.ui.chart import Chart
from yanshu.reporting.figures import queries as figures
from yanshu.reporting.figures.queries import Figure
from yanshu.reporting.reports.engine import outline as plan
from yanshu.reporting.reports.queries.outline import outline

STOPS = "。；，：.;,:"


@dataclass(frozen=True, slots=True)
class ToldFigure:
    """A figure in the text or a table, told as its card tells it.

    Attributes:
        code: what its card stands under.
        is_drifted: whether something else was printed.
        chosen: what it is narrowed to, as its card's address says it.
    """

    words: str
    code: str
    is_drifted: bool = False
    chosen: tuple[tuple[str, str], ...] = ()


Piece = str | ToldFigure


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of words and figures."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart and its caption."""

    caption: str
    chart: Chart
    code: str


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table of words and figures; ``foot`` is its total, where it has one."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Piece, ...], ...]
    foot: tuple[Piece, ...] = ()


Shown = Text | Picture | TableShown


class Untold(StrEnum):
    """Why a sentence does not tell something."""

    UNKNOWN = "unknown"
    UNCOUNTED = "uncounted"
    UNRECORDED = "unrecorded"
    PARTLY = "partly"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Missing:
    """What no sentence tells, and why.

    Attributes:
        subject: what to call it.
        code: what it would stand under; empty where no record can ever tell it.
        words: what the rows give all the same, where it is told only in part.
    """

    subject: str
    code: str
    why: Untold
    words: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """A figure counted otherwise than it was printed: both in words, and where the other one stands."""

    subject: str
    code: str
    counted: str
    printed: str
    source: str


@dataclass(slots=True)
class Chapter:
    """A section of the report with what it shows, what it lacks, and what the library writes itself."""

    number: str
    title: str
    level: int
    shown: list[Shown] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    drifts: list[Drift] = field(default_factory=list)

    def lacks(self, missing: Missing) -> None:
        """List something once."""
        if missing not in self.missing:
            self.missing.append(missing)


@dataclass(frozen=True, slots=True)
class Report:
    """The annual report of a year."""

    year: int
    span: Span
    chapters: tuple[Chapter, ...]
    figures: Mapping[str, Figure]
    untold: frozenset[str] = frozenset()

    @property
    def missing(self) -> int:
        """How many subjects cannot be told yet."""
        listed = (one for chapter in self.chapters for one in chapter.missing)
        return len({one.subject for one in listed if one.why is not Untold.NONE})

    @property
    def told(self) -> int:
        """How many figures were counted."""
        told = (code for code, figure in self.figures.items() if figure.value is not None)
        return sum(code not in self.untold for code in told)


def annual_report(year: int, *, today: date, scope: frozenset[int] | None = None) -> Report:
    """Return the annual report of a calendar year with every figure counted now.

    Args:
        today: months after it are shown as not yet come.
        scope: the branches it is counted for; ``None`` for the whole library.
    """
    span = Span.year(year)
    sections = outline()
    drafts = {section.number: draft.passages(section.number, span) for section in sections}
    codes = {*_codes_of(sections), *_codes_drafted(drafts.values())}
    known = figures.all_sources(span)
    declared = [code for code in sorted(codes) if code in known]
    coverage = figures.Coverage()
    counted = figures.measure_seen(declared, span, scope, coverage)
    unrecorded = figures.unrecorded(counted.values())
    partly = figures.partly_recorded(counted.values()) - unrecorded
    teller = _Teller(span, today, scope, counted, unrecorded, partly, coverage)
    chapters = tuple(teller.chapter(section, drafts[section.number]) for section in sections)
    return Report(year, span, chapters, counted, unrecorded | partly)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells sections, once their figures are counted."""

    span: Span
    today: date
    scope: frozenset[int] | None
    counted: Mapping[str, Figure]
    unrecorded: frozenset[str]
    partly: frozenset[str]
    coverage: figures.Coverage

    def chapter(self, section: plan.Section, drafts: Sequence[draft.Passage]) -> Chapter:
        """Return a section with its blocks told and its drafts after them."""
        chapter = Chapter(section.number, section.title, section.level)
        for block in section.blocks:
            chapter.shown.extend(self._block(block, chapter))
        for passage in drafts:
            chapter.shown.extend(self._draft(passage, chapter))
        chapter.drifts.extend(self._drifts(chapter.shown))
        return chapter

    def _block(self, block: plan.Block, chapter: Chapter) -> Iterator[Shown]:
        if isinstance(block, plan.Paragraph):
            yield from self._paragraph(block, chapter)
        elif isinstance(block, plan.Months):
            yield from self._months(block)
        elif isinstance(block, plan.Parts):
            yield from self._parts(block)
        elif isinstance(block, plan.Gap):
            chapter.lacks(Missing(block.subject, "", Untold.UNKNOWN))
        else:
            chapter.prose.append(block.about)

    def _paragraph(self, paragraph: plan.Paragraph, chapter: Chapter) -> Iterator[Shown]:
        told = [pieces for clause in paragraph.clauses if (pieces := self._clause(clause, chapter))]
        if told:
            yield Text(tuple(_joined(told)))

    def _clause(self, clause: plan.Clause, chapter: Chapter) -> list[Piece]:
        """Return a clause with its figures told; nothing when one of them cannot be, or all are 0."""
        untold = self._untold({one.code: one.subject for one in clause.references})
        if clause.unless_zero:
            untold = [one for one in untold if one.why not in {Untold.UNRECORDED, Untold.NONE}]
        for one in untold:
            chapter.lacks(one)
        if untold or (clause.unless_zero and any(not self._value(one.code) for one in clause.references)):
            return []
        return [piece if isinstance(piece, str) else self._figure(piece) for piece in clause.pieces]

    def _untold(self, subjects: Mapping[str, str]) -> list[Missing]:
        """Return why a sentence with these figures is not told; nothing where it is.

        Figures that cannot be told for the whole year keep it back, and figures that are all 0: none of what
        a sentence praises.
        """
        lacking = [self._missing(subject, code) for code, subject in subjects.items()]
        if found := [one for one in lacking if one is not None]:
            return found
        if not subjects or any(self._value(code) for code in subjects):
            return []
        return [Missing(subject, code, Untold.NONE) for code, subject in subjects.items()]

    def _value(self, code: str) -> Any:
        """Return a figure's value; nothing where it cannot be counted, or not for the whole year."""
        return self.counted[code].value if code in self.counted and not self._missing("", code) else None

    def _missing(self, subject: str, code: str) -> Missing | None:
        """Return why a figure cannot be told; nothing where it can."""
        if code not in self.counted:
            return Missing(subject, code, Untold.UNKNOWN)
        figure = self.counted[code]
        if code in self.unrecorded:
            return Missing(subject, code, Untold.UNRECORDED)
        if figure.value is None:
            return Missing(subject, code, Untold.UNCOUNTED)
        if code in self.partly:
            words = figures.in_prose(figure.value, figure.unit, wan=False)
            return Missing(subject, code, Untold.PARTLY, words)
        return None

    def _figure(self, reference: plan.Reference) -> ToldFigure:
        figure = self.counted[reference.code]
        if reference.form == "number":
            return self._told(figures.number_words(figure.value), figure.code)
        return self._told(
            figures.in_prose(figure.value, figure.unit, wan=reference.form == "wan"), figure.code
        )

    def _told(self, words: str, code: str) -> ToldFigure:
        return ToldFigure(words, code, is_drifted=bool(figures.drifted(self.counted[code])))

    def _drifts(self, shown: Iterable[Shown]) -> Iterator[Drift]:
        """Yield, once each, what was printed otherwise of the figures shown."""
        codes = dict.fromkeys(piece.code for piece in _told_in(shown) if piece.is_drifted)
        for figure in (self.counted[code] for code in codes):
            counted = figures.in_prose(figure.value, figure.unit, wan=False)
            for stated in figures.drifted(figure):
                printed = figures.in_prose(stated.value, figure.unit, wan=False)
                yield Drift(str(figure.name), figure.code, counted, printed, stated.source)

    def _months(self, block: plan.Months) -> Iterator[Shown]:
        if not self._value(block.code):
            return
        figure = self.counted[block.code]
        drawn = figures.year_chart(
            block.code,
            figure.name,
            self.span.first_day.year,
            today=self.today,
            closed=figures.closures(self.span),
            chosen=figures.within_scope(self.scope, block.code, self.span),
            coverage=self.coverage,
        )
        yield Picture(block.caption, drawn, block.code)

    def _parts(self, block: plan.Parts) -> Iterator[Shown]:
        if not self._value(block.code):
            return
        figure = self.counted[block.code]
        if block.by not in {split.name for split in figures.splits_of(block.code, self.span)}:
            return
        within = figures.within_scope(self.scope, block.code, self.span)
        whole = figure.parts[0] if figure.parts else figure
        parting = figures.splits(block.code, self.span, block.by, within, whole=whole, coverage=self.coverage)
        yield TableShown(
            block.caption,
            (str(parting.split.label), figures.unit_word(figure.unit)),
            tuple(
                (
                    str(part.label),
                    ToldFigure(figures.number_words(part.value), whole.code, chosen=((block.by, part.key),)),
                )
                for part in parting.parts
            ),
            (_("Total"), self._told(figures.number_words(figure.value), figure.code)),
        )

    def _draft(self, passage: draft.Passage, chapter: Chapter) -> Iterator[Shown]:
        if isinstance(passage, draft.Table):
            rows = tuple(tuple(self._cell(cell) for cell in row) for row in passage.rows)
            yield TableShown(str(passage.title), tuple(map(str, passage.heads)), rows)
            return
        codes = passage.figures.values()
        subjects = {code: str(self.counted[code].name) if code in self.counted else code for code in codes}
        untold = self._untold(subjects)
        for one in untold:
            chapter.lacks(one)
        if not untold:
            yield Text(tuple(self._sentence(passage)))

    def _sentence(self, sentence: draft.Sentence) -> Iterator[Piece]:
        for words, name, _form, _conversion in Formatter().parse(str(sentence.text)):
            if words:
                yield words
            if name:
                yield self._figure(plan.Reference(sentence.figures[name], name, "wan"))

    def _cell(self, cell: Any) -> Piece:
        if not isinstance(cell, draft.Cell):
            return figures.number_words(cell) if isinstance(cell, int) else str(cell)
        if cell.code in self.unrecorded:
            return _("no record")
        if not cell.chosen:
            words = figures.number_words(self._value(cell.code))
            return self._told(words, cell.code) if cell.code in self.counted else words
        within = {**figures.within_scope(self.scope, cell.code, self.span), **cell.chosen}
        counted = figures.measure(cell.code, self.span, within, self.coverage)
        words = figures.number_words(counted.value)
        return ToldFigure(words, cell.code, chosen=figures.address_of(cell.chosen))


def _joined(clauses: Iterable[Sequence[Piece]]) -> Iterator[Piece]:
    """Yield the pieces of clauses as a paragraph: a comma between, a full stop at the end."""
    comma, stop = ("，", "。") if (get_language() or "").startswith("zh") else (" ", ".")
    paragraph: list[Piece] = []
    for clause in clauses:
        last = paragraph[-1] if paragraph else ""
        ends = isinstance(last, str) and last.endswith(tuple(STOPS))
        opens = isinstance(clause[0], str) and clause[0].startswith("（")
        if paragraph and (not ends or comma == " ") and not opens:
            paragraph.append(comma)
        paragraph.extend(clause)
    last = paragraph[-1]
    if isinstance(last, str) and last.endswith(tuple(STOPS)):
        paragraph[-1] = last[:-1]
    yield from (*paragraph, stop)


def _told_in(shown: Iterable[Shown]) -> Iterator[ToldFigure]:
    """Yield the figures of texts and tables, in order."""
    for one in shown:
        pieces: Iterable[Piece] = ()
        if isinstance(one, Text):
            pieces = one.pieces
        elif isinstance(one, TableShown):
            pieces = (*(cell for row in one.rows for cell in row), *one.foot)
        yield from (piece for piece in pieces if isinstance(piece, ToldFigure))


def _codes_of(sections: Iterable[plan.Section]) -> Iterator[str]:
    for section in sections:
        for block in section.blocks:
            if isinstance(block, plan.Paragraph):
                yield from (one.code for clause in block.clauses for one in clause.references)
            elif isinstance(block, plan.Months | plan.Parts):
                yield block.code


def _codes_drafted(drafts: Iterable[Sequence[draft.Passage]]) -> Iterator[str]:
    for passages in drafts:
        for passage in passages:
            if isinstance(passage, draft.Sentence):
                yield from passage.figures.values()
            else:
                yield from (cell.code for row in passage.rows for cell in row if isinstance(cell, draft.Cell))
