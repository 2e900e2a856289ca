"""The circulation desk: one scan field, the reader, the acts of the turn, yes or no to every scan."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import NotFound, Reason
from yanshu.core.ui.masking import mask_name
from yanshu.core.ui.navigation import Crumb
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import operations, queries
from yanshu.lending.circulation.errors import UndoRefused
from yanshu.lending.circulation.terms import Block, LoanEventKind
from yanshu.lending.circulation.web import scanning
from yanshu.lending.circulation.web.lifter import lifter_of
from yanshu.lending.circulation.web.shown import Answer, acts_shown, reader_shown
from yanshu.lending.circulation.web.turn import HINTS, KEYS, Mode, Turn
from yanshu.readers.patrons.models import Patron

PAGE = "circulation/desk/desk.html"
NOTHING = Answer(tone="none", say="")
MOST_CODE = 64
SERVING = "patrons.serving"  # where the pages of readers keep who has just shown his card there
SHORT_KEY = re.compile(r"[0-9]{1,18}")


@requires("circulation.desk")
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk as the turn left it, or ready for what the palette named."""
    actor, today = Actor.of(request), clock.business_date(clock.now())
    turn = Turn.of(request, today)
    if wanted := request.GET.get("mode"):
        turn.mode = _mode(wanted).value
    return _show(request, turn, NOTHING, actor=actor, today=today)


@requires("circulation.desk")
@sensitive_post_parameters("lifter_password")
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """Take a scan, or the same scan once more with a refusal lifted."""
    actor, now = Actor.of(request), clock.now()
    today = clock.business_date(now)
    turn = Turn.of(request, today)
    mode = _mode(request.POST.get("mode", turn.mode))
    turn.mode = mode.value
    lifter, fault = lifter_of(request, clerk=actor)
    read = scanning.Scan(
        code=request.POST.get("code", "").strip()[:MOST_CODE],
        mode=mode,
        actor=actor,
        now=now,
        waive=frozenset() if fault else _blocks(request.POST.getlist("waive")),
        lifter=lifter,
        lifter_fault=fault,
    )
    answer = _no_workplace() if actor.branch_id is None else scanning.take(read, turn)
    return _show(request, turn, answer, actor=actor, today=today)


@requires("circulation.desk")
@require_POST
def mode(request: HttpRequest) -> HttpResponse:
    """Change what the next scan is for."""
    actor, today = Actor.of(request), clock.business_date(clock.now())
    turn = Turn.of(request, today)
    turn.mode = _mode(request.POST.get("mode", "")).value
    say = str(Mode(turn.mode).label)
    return _show(request, turn, Answer(tone="none", say=say), actor=actor, today=today)


@requires("circulation.desk")
@require_POST
def reader(request: HttpRequest) -> HttpResponse:
    """Let the reader chosen from a list or on his page come to the desk; without one, end the turn.

    He comes to borrow: what the desk did for whoever came before him does not decide what his first scan is.
    """
    actor, today = Actor.of(request), clock.business_date(clock.now())
    turn = Turn.of(request, today)
    wanted = request.POST.get("patron", "")
    if not wanted:
        turn.begin(None)
        turn.acts, turn.refused, turn.mode = [], 0, Mode.LEND.value
        return _show(request, turn, Answer(tone="none", say=_("Reader ended")), actor=actor, today=today)
    actor.demand("patrons.see")
    chosen = _chosen(request, wanted, turn, actor)
    turn.begin(chosen.pk)
    turn.mode = Mode.LEND.value
    say = _("Reader %(name)s") % {"name": mask_name(chosen.name)}
    return _show(request, turn, Answer(tone="yes", say=say), actor=actor, today=today)


@requires("circulation.renew")
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Renew one loan of the reader at the desk, or all of them."""
    actor, now = Actor.of(request), clock.now()
    today = clock.business_date(now)
    turn = Turn.of(request, today)
    wanted = request.POST.get("loan", "")
    if not wanted.isdigit():
        answer = scanning.renew_all(turn, actor=actor, now=now)
        return _show(request, turn, answer, actor=actor, today=today)
    loan = queries.loans_by_key([int(wanted)]).get(int(wanted))
    if loan is None or loan.patron_id is None or loan.patron_id != turn.patron_id:
        raise NotFound.because(Block.NOT_ON_LOAN.value, Block.NOT_ON_LOAN.label)
    read = scanning.Scan(code=loan.item.barcode, mode=Mode.RENEW, actor=actor, now=now)
    answer = scanning.renew_loan(loan, read, turn, item=loan.item)
    return _show(request, turn, answer, actor=actor, today=today)


def _line_to_undo(request: HttpRequest, actor: Actor, today: date) -> int | None:
    wanted = request.POST.get("line", "")
    if wanted.isdigit():
        return int(wanted)
    last = queries.last_line_of(actor=actor, day=today)
    return last.pk if last is not None else None


@requires("circulation.undo")
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the named line, or the last one this colleague wrote here today."""
    actor, now = Actor.of(request), clock.now()
    today = clock.business_date(now)
    turn = Turn.of(request, today)
    line_id = _line_to_undo(request, actor, today)
    if line_id is None:
        nothing = _("There is nothing of today to take back.")
        return _show(request, turn, Answer(tone="none", say=nothing, hint=nothing), actor=actor, today=today)
    try:
        line = operations.undo(line_id=line_id, actor=actor, now=now)
    except UndoRefused as refused:
        answer = Answer(tone="no", say="", sign=_("Cannot be taken back"), reasons=refused.reasons)
        return _show(request, turn, answer, actor=actor, today=today)
    if line_id not in turn.lines:
        turn.did(line=line_id)
    item = queries.items_with_titles([line.item_id]).get(line.item_id)
    say = _("Taken back: %(act)s %(title)s") % {
        "act": LoanEventKind(line.kind).label,
        "title": item.record.title if item else "",
    }
    return _show(request, turn, Answer(tone="yes", say=say), actor=actor, today=today)


def _chosen(request: HttpRequest, wanted: str, turn: Turn, actor: Actor) -> Patron:
    """Return the reader posted, if he is of the actor's branches, was offered here or has shown his card."""
    chosen = Patron.objects.filter(pk=wanted).first() if SHORT_KEY.fullmatch(wanted) else None
    if chosen is None or not (
        chosen.pk in turn.offered
        or request.session.get(SERVING) == chosen.pk
        or actor.narrowed("patrons.see").sees(chosen.home_branch_id)
    ):
        raise NotFound.because(Block.PATRON_UNKNOWN.value, Block.PATRON_UNKNOWN.label)
    return chosen


def _show(request: HttpRequest, turn: Turn, answer: Answer, *, actor: Actor, today: date) -> HttpResponse:
    turn.keep(request)
    part = "#answer" if request.headers.get("HX-Request") else ""
    facts = _facts(turn, answer, actor=actor, today=today)
    return render(request, f"{PAGE}{part}", {**facts, "oob": bool(part)}, status=answer.status)


def _facts(turn: Turn, answer: Answer, *, actor: Actor, today: date) -> dict[str, Any]:
    acts = acts_shown(turn, branch_id=actor.branch_id)
    shown = (
        reader_shown(turn.patron_id, branch_id=actor.branch_id, today=today)
        if turn.patron_id is not None
        else None
    )
    current = Mode(turn.mode)
    return {
        "answer": answer,
        "reader": shown,
        "acts": acts,
        "act_words": _act_words(acts, turn),
        "counts": queries.today_counts(branch_id=actor.branch_id, day=today) if shown is None else {},
        "mode": current,
        "hint": HINTS[current],
        "modes": [(one, KEYS[one]) for one in Mode],
        "workplace": places.branch_name(actor.branch_id),
        "day": today,
        "may_undo": actor.may("circulation.undo"),
        "crumbs": [Crumb(_("Lending")), Crumb(_("Circulation desk"))],
        "is_focused": True,
    }


def _act_words(acts: Iterable[Any], turn: Turn) -> str:
    counted: dict[str, int] = {}
    for act in acts:
        counted[str(act.state.label)] = counted.get(str(act.state.label), 0) + 1
    words = [_("%(act)s %(count)d") % {"act": act, "count": count} for act, count in counted.items()]
    if turn.refused:
        words.append(_("refused %(count)d") % {"count": turn.refused})
    return _(", ").join(words)


def _mode(value: str) -> Mode:
    return Mode(value) if value in Mode.values else Mode.LEND


def _blocks(values: Iterable[str]) -> frozenset[Block]:
    return frozenset(Block(value) for value in values if value in Block.values)


def _no_workplace() -> Answer:
    reason = Reason(
        code="no-workplace",
        label=_("This account has no workplace"),
        detail=_("Choose the branch you work at today; every act is written down with its branch."),
    )
    return Answer(tone="no", say="", sign=_("Not yet"), reasons=(reason,))
