"""The list of readers and the page of one reader."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import NotFound
from yanshu.core.ui.context import address
from yanshu.core.ui.dates import long_date, moment
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.core.ui.masking import mask_number
from yanshu.core.ui.navigation import Crumb, way
from yanshu.core.ui.pieces import Entry
from yanshu.readers.patrons import queries, rules
from yanshu.readers.patrons.models import Card, Patron
from yanshu.readers.patrons.terms import CardState, PatronState
from yanshu.readers.patrons.web import kept
from yanshu.readers.patrons.web.filters import PatronFilter
from yanshu.readers.patrons.web.panels import panels_for
from yanshu.readers.patrons.web.tables import PatronTable

LEAST_DIGITS = 6
FIELD_WORDS = {
    "name": pgettext_lazy("reader's record", "name"),
    "birth_date": pgettext_lazy("reader's record", "date of birth"),
    "id_number": pgettext_lazy("reader's record", "identity number"),
    "telephone": pgettext_lazy("reader's record", "telephone"),
    "home_branch_id": pgettext_lazy("reader's record", "home branch"),
    "note": pgettext_lazy("reader's record", "note"),
    "category_id": pgettext_lazy("reader's record", "category"),
}


@require_safe
@requires("patrons.see")
def patrons(request: HttpRequest) -> HttpResponseBase:
    """List the readers of the clerk's branches, or those who were searched for."""
    actor, now = Actor.of(request), clock.now()
    today = clock.business_date(now)
    words = kept.words_of(request)
    rows = queries.named(queries.listed(actor), words)
    filterset = PatronFilter(request.GET, queryset=rows, actor=actor, today=today)
    table = PatronTable(filterset.qs, today=today)
    if words or filterset.form.changed_data:
        table.empty_title = ""
    page = ListPage(
        title=_("Readers"),
        unit=pgettext("readers", "persons"),
        kind="patrons-full" if request.GET.get("whole") else "patrons",
        shown="state category home_branch",
        acts=offered(
            actor,
            ("patrons.register", _("Register a reader"), "desk:patrons-register", "person-plus", "n"),
        ),
        crumbs=way(_("Readers")),
        template="patrons/desk/list.html",
    )
    return list_page(request, page, filterset=filterset, table=table, words=shown_words(words))


@require_POST
@requires("patrons.see")
def search(request: HttpRequest) -> HttpResponse:
    """Look for a reader: whoever's whole number this is opens at once, else the list is narrowed.

    The words are posted and kept in the session: a name or number in an address would stand in every log.
    """
    words = request.POST.get("words", "").strip()
    found = queries.holders_of(words)
    if len(found) == 1:
        kept.keep_words(request, "")
        kept.serve(request, found[0])
        return redirect("desk:patrons-patron", found[0])
    kept.keep_words(request, words)
    return redirect("desk:patrons-list")


@require_safe
@requires("patrons.see")
def patron(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Show one reader: how the membership stands, the cards, what was changed by whom."""
    shown = patron_of(request, patron_id)
    today = clock.business_date(clock.now())
    cards = list(queries.cards_of(shown.pk))
    return render(
        request,
        "patrons/desk/patron.html",
        {
            "patron": shown,
            "state": queries.state_of(shown, today),
            "card_number": queries.number_in_use(cards),
            "cards": [(card, _card_words(card)) for card in cards],
            "has_valid_card": any(card.state == CardState.VALID for card in cards),
            "facts": _facts(shown, today),
            "entries": [_entry(happening) for happening in queries.history(shown.pk)],
            "panels": panels_for(request, shown),
            "acts": _acts(request, shown, today),
            "lending_url": address("desk:circulation-reader"),
            "crumbs": [Crumb(_("Readers"), reverse("desk:patrons-list")), Crumb(shown.name)],
        },
    )


def patron_of(request: HttpRequest, patron_id: int) -> Patron:
    """Return the reader of a page, if this clerk serves him.

    Raises:
        NotFound: when there is none, or he belongs to another branch and has not shown his card here.
    """
    try:
        found = queries.patron(patron_id)
    except ObjectDoesNotExist:
        raise _unknown() from None
    if not kept.may_open(request, found):
        raise _unknown()
    return found


def shown_words(words: str) -> str:
    """Return what was searched for as a screen may show it: long numbers masked."""
    digits = sum(character.isdigit() for character in words)
    return mask_number(words) if digits >= LEAST_DIGITS else words


def _unknown() -> NotFound:
    return NotFound.because(
        "reader-unknown",
        _("No reader of yours stands here. Scan the card, then any branch can serve its holder."),
    )


def _facts(patron: Patron, today: Any) -> list[tuple[Any, Any]]:
    born = patron.birth_date
    years = ""
    if born is not None:
        age = rules.age_on(born, today)
        years = _("%(date)s, %(age)d years") % {"date": long_date(born), "age": age}
    return [
        (_("Patron category"), patron.category),
        (_("Home branch"), patron.home_branch),
        (_("Registered on"), long_date(patron.registered_on)),
        (_("Valid until"), long_date(patron.expires_on)),
        (_("Date of birth"), years),
        (_("Identity number"), mask_number(patron.id_number)),
        (_("Telephone"), mask_number(patron.telephone)),
        (_("Last loan"), long_date(patron.last_loan_on)),
        (_("Loan history"), _("kept, as the reader wishes") if patron.keep_history else _("not kept")),
        (_("Reader pages"), _("has a password") if patron.account_id else _("no password yet")),
        (_("Note for the desk"), patron.note),
    ]


def _card_words(card: Card) -> str:
    if queries.is_hashed(card.number):
        return _("read by the card reader")
    return mask_number(card.number)


def _entry(happening: queries.Happening) -> Entry:
    words = str(happening.label)
    if happening.fields:
        names = _(", ").join(str(FIELD_WORDS.get(name, name)) for name in happening.fields)
        words = _("%(what)s: %(fields)s") % {"what": words, "fields": names}
    return Entry(moment(happening.at), words, happening.who)


def _acts(request: HttpRequest, patron: Patron, today: Any) -> dict[str, bool]:
    """Return what this clerk may do with this reader now."""
    actor = Actor.of(request)
    running = patron.state == PatronState.ACTIVE
    suspended = patron.suspended_until is not None and patron.suspended_until >= today
    return {
        "change": running and actor.may("patrons.change") and actor.sees(patron.home_branch_id),
        "renew": running and actor.may("patrons.renew"),
        "code": running and actor.may("patrons.issue_code"),
        "card": running and actor.may("patrons.issue_card"),
        "suspend": running and not suspended and actor.may("patrons.suspend"),
        "lift": suspended and actor.may("patrons.lift_suspension"),
        "lend": running and actor.may("circulation.desk"),
    }
