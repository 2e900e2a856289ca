"""What the circulation desk shows: the reader, the acts of the turn, the answer to a scan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yanshu.core.refusal import Reason
from yanshu.core.ui.dates import full_date, short_date, table_date, weekday
from yanshu.core.ui.masking import mask_name, mask_surname
from yanshu.core.ui.pieces import State
from yanshu.lending.circulation import queries
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent
from yanshu.lending.circulation.operations import Return
from yanshu.lending.circulation.queries import Standing
from yanshu.lending.circulation.terms import HoldState, LoanEventKind, ReturnIssueKind
from yanshu.lending.circulation.web.turn import Turn
from yanshu.readers.patrons import queries as patrons
from yanshu.readers.patrons.models import Patron

LOANS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ReaderShown:
    """The reader at the desk: how he stands, and how much of it is shown."""

    standing: Standing
    card_number: str

    @property
    def patron(self) -> Patron:
        """The reader."""
        return self.standing.patron

    @property
    def loans_shown(self) -> Sequence[Loan]:
        """The loans due first; the rest stands on the reader's page."""
        return self.standing.loans[:LOANS_SHOWN]

    @property
    def loans_more(self) -> int:
        """How many loans are not shown."""
        return max(len(self.standing.loans) - LOANS_SHOWN, 0)

    @property
    def limit_words(self) -> str:
        """How much of the limit is used, in words."""
        loans, limit = len(self.standing.loans), self.standing.limit
        if limit is None:
            return ngettext("%(loans)d item on loan", "%(loans)d items on loan", loans) % {"loans": loans}
        return _("%(loans)d of %(limit)d on loan") % {"loans": loans, "limit": limit}

    @property
    def limit_tone(self) -> str:
        """The tone of the meter."""
        return "no" if self.standing.is_at_limit else "xiang"


def reader_shown(patron_id: int, *, branch_id: int | None, today: date) -> ReaderShown:
    """Return the reader at the desk with what he has and what waits for him, in five statements at most."""
    found = queries.standing(patrons.patron(patron_id), branch_id=branch_id, today=today)
    return ReaderShown(standing=found, card_number=patrons.valid_card_number(patron_id))


@dataclass(frozen=True, slots=True)
class ActShown:
    """One line of what was done in this turn."""

    key: str
    state: State
    title: str
    author: str = ""
    barcode: str = ""
    at: datetime | None = None
    when: str = ""
    when_words: str = ""
    undo_line: int | None = None
    undo_words: str = ""
    tone: str = ""


_DONE = {
    LoanEventKind.CHECKOUT.value: ("yes", "check-circle-fill"),
    LoanEventKind.RENEWAL.value: ("yes", "arrow-repeat"),
    LoanEventKind.RETURN.value: ("yes", "arrow-return-left"),
}


def acts_shown(turn: Turn, *, branch_id: int | None) -> list[ActShown]:
    """Return the acts of a turn, newest first, in a fixed number of statements."""
    lines = {line.pk: line for line in queries.lines(turn.lines)}
    odd = [act["item"] for act in turn.acts if act.get("item")]
    items = queries.items_with_titles([*(line.item_id for line in lines.values()), *odd])
    loans = queries.loans_by_key([line.loan_id for line in lines.values()])
    keys = [act.get("hold") or act["kept"] for act in turn.acts if "hold" in act or "kept" in act]
    holds = {hold.pk: hold for hold in queries.holds_by_key(keys)} if keys else {}
    shown = []
    for act in turn.acts:
        if "line" in act and act["line"] in lines:
            line = lines[act["line"]]
            shown.append(_line_shown(line, items.get(line.item_id), loans.get(line.loan_id), branch_id))
        elif "hold" in act and act["hold"] in holds:
            shown.append(_hold_shown(holds[act["hold"]]))
        elif "kept" in act and act["kept"] in holds:
            shown.append(_kept_shown(act, holds[act["kept"]]))
        elif "issue" in act:
            shown.append(_issue_shown(act, items.get(act["item"] or 0)))
    return shown


def _line_shown(line: LoanEvent, item: Any, loan: Loan | None, branch_id: int | None) -> ActShown:
    undone = getattr(line, "corrected_by", None) is not None
    tone, icon = ("stone", "arrow-counterclockwise") if undone else _DONE[line.kind]
    done = {
        LoanEventKind.CHECKOUT.value: pgettext("desk act", "Lent"),
        LoanEventKind.RENEWAL.value: pgettext("desk act", "Renewed"),
        LoanEventKind.RETURN.value: pgettext("desk act", "Returned"),
    }[line.kind]
    title = item.record.title if item else ""
    when, words = ("", "") if undone else _when(line, item, loan, branch_id)
    return ActShown(
        key=f"line-{line.pk}",
        state=State(pgettext("desk act", "Taken back") if undone else done, tone, icon),
        title=title,
        author=item.record.author if item else "",
        barcode=item.barcode if item else "",
        at=line.happened_at,
        when=when,
        when_words=words,
        undo_line=None if undone else line.pk,
        undo_words=_("Take back: %(act)s %(title)s") % {"act": done, "title": title},
        tone=tone,
    )


def _when(line: LoanEvent, item: Any, loan: Loan | None, branch_id: int | None) -> tuple[str, str]:
    if line.kind == LoanEventKind.RETURN:
        return _returned_words(line, item, branch_id)
    if line.due_on is None:
        return "", ""
    if loan is not None and loan.due_moved_from is not None and loan.due_on == line.due_on:
        return table_date(line.due_on), moved_words(loan.due_moved_from)
    days = (line.due_on - line.business_date).days
    words = ngettext("%(weekday)s, %(days)d day", "%(weekday)s, %(days)d days", days)
    return table_date(line.due_on), words % {"weekday": weekday(line.due_on), "days": days}


def moved_words(moved_from: date) -> str:
    """Return from where and why a due date was moved: 原 12-16 周一闭馆，顺延."""
    return _("from %(day)s, %(weekday)s, closed that day") % {
        "day": f"{moved_from:%m-%d}",
        "weekday": weekday(moved_from),
    }


def _returned_words(line: LoanEvent, item: Any, branch_id: int | None) -> tuple[str, str]:
    late = ""
    if line.overdue_days:
        late = ngettext("%(days)d day overdue", "%(days)d days overdue", line.overdue_days) % {
            "days": line.overdue_days
        }
    away = item is not None and branch_id is not None and item.home_branch_id != branch_id
    home = _("belongs to %(branch)s") % {"branch": item.home_branch} if away else ""
    return late, home


def _hold_shown(hold: Hold) -> ActShown:
    gone = hold.state == HoldState.CANCELLED
    return ActShown(
        key=f"hold-{hold.pk}",
        state=State(
            _("Hold cancelled") if gone else pgettext("desk act", "Reserved"),
            "stone" if gone else "kept",
            "bookmark" if gone else "bookmark-fill",
        ),
        title=hold.record.title,
        author=hold.record.author,
        at=hold.placed_at,
        when="",
        when_words=_("to be collected at %(branch)s") % {"branch": hold.pickup_branch},
    )


def _kept_shown(act: Mapping[str, Any], hold: Hold) -> ActShown:
    return ActShown(
        key=f"kept-{act['code']}",
        state=State(_("Taken in"), "kept", "bookmark-fill"),
        title=hold.record.title,
        author=hold.record.author,
        barcode=act["code"],
        when_words=_("to be collected at %(branch)s") % {"branch": hold.pickup_branch},
    )


def _issue_shown(act: Mapping[str, Any], item: Any) -> ActShown:
    return ActShown(
        key=f"issue-{act['code']}",
        state=State(_("Taken in"), "wait", "box-seam"),
        title=item.record.title if item else _("Unknown barcode"),
        author=item.record.author if item else "",
        barcode=act["code"],
        when_words=str(ReturnIssueKind(act["issue"]).label),
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scan brought: a panel (``sign`` and reasons), words to be spoken, or both.

    ``hint`` is shown quietly: nothing was refused, there is only something to know.
    ``again`` is what the form of the panel sends when a refusal is lifted: fields and values. ``of_copy``
    says that a copy was scanned, so that a no counts as one refused.
    """

    tone: str
    say: str
    hint: str = ""
    sign: str = ""
    what: str = ""
    code: str = ""
    at: datetime | None = None
    reasons: tuple[Reason, ...] = ()
    again: tuple[tuple[str, str], ...] = ()
    choices: Sequence[Any] = ()
    ask_lifter: bool = False
    lifter_fault: str = ""
    liftable: tuple[str, ...] = field(default=())
    of_copy: bool = False

    @property
    def status(self) -> int:
        """The status of the answer: a refusal is 422."""
        return 422 if self.tone == "no" else 200


def lent_words(title: str, due_on: date) -> str:
    """Return what is spoken after a checkout or renewal."""
    return _("%(title)s, due %(day)s") % {"title": title, "day": full_date(due_on)}


def return_reasons(
    back: Return, *, item: Any, hold: Hold | None, branch_id: int | None
) -> tuple[Reason, ...]:
    """Return what the person at the desk has to do with what has come back, most urgent first."""
    found: list[Reason] = [] if back.repeats is None else [back.repeats]
    if hold is not None:
        found.append(_hold_reason(hold, branch_id))
    elif item is not None and branch_id is not None and item.home_branch_id != branch_id:
        found.append(
            Reason(
                code="other-branch",
                label=_("Belongs to %(branch)s") % {"branch": item.home_branch},
                detail=_("Put it into the crate for %(branch)s.") % {"branch": item.home_branch},
            )
        )
    if back.overdue_days:
        found.append(_overdue_reason(back))
    found.extend(_issue_reason(kind, is_held=hold is not None) for kind in back.issues)
    return tuple(found)


def _hold_reason(hold: Hold, branch_id: int | None) -> Reason:
    who = mask_surname(hold.patron.name) if hold.patron else ""
    label = _("Reserved by %(who)s") % {"who": who}
    if hold.pickup_branch_id == branch_id:
        detail = _("Put it on the hold shelf; it is kept until %(day)s.") % {
            "day": short_date(hold.pickup_until)
        }
    else:
        detail = _("Send it to %(branch)s, where it will be collected.") % {"branch": hold.pickup_branch}
    return Reason(code="hold-ready", label=label, detail=detail)


def _overdue_reason(back: Return) -> Reason:
    label = ngettext("%(days)d day overdue", "%(days)d days overdue", back.overdue_days)
    detail = ""
    if back.suspended_until is not None:
        # Whoever returns need not be the reader at the desk, whose panel stands beside this.
        detail = _("%(who)s may not borrow until %(day)s. Nothing is to be paid.") % {
            "who": _borrower(back),
            "day": full_date(back.suspended_until),
        }
    return Reason(code="overdue", label=label % {"days": back.overdue_days}, detail=detail)


def _borrower(back: Return) -> str:
    found = None if back.patron_id is None else Patron.objects.filter(pk=back.patron_id).first()
    return mask_name(found.name) if found is not None else _("The borrower")


def _issue_reason(kind: ReturnIssueKind, *, is_held: bool) -> Reason:
    """Return what is odd; where a reader waits for the copy, the hold says where it goes."""
    details = {
        ReturnIssueKind.UNKNOWN_BARCODE: _("It has been noted. Lay the book aside for technical services."),
        ReturnIssueKind.NOT_ON_LOAN: _("It has been noted. Put the book back on its shelf."),
        ReturnIssueKind.WITHDRAWN_ITEM: _("It has been noted. Lay the book aside for technical services."),
        ReturnIssueKind.LOST_ITEM_FOUND: _("It has been noted, and the copy is on the shelf again."),
    }
    return Reason(
        code=kind.value, label=kind.label, detail=_("It has been noted.") if is_held else details[kind]
    )
