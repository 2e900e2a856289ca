"""The first page of the desk: the overview."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.waiting import waiting_for
from yanshu.institution.places.web.panels import branches_now
from yanshu.reporting.reports.web.desk import overview_facts


@dataclass(frozen=True, slots=True)
class Matter:
    """A line of the list of what needs somebody: words, how they look, where to look."""

    words: Any
    tone: str
    icon: str
    url: str


@requires("reports.overview")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show how the library stands, and what waits for the person who looks."""
    actor, now = Actor.of(request), clock.now()
    beside = {"beside": "desk/_matters.html", "matters": _matters(actor, now)}
    facts = overview_facts(request, states=branches_now(actor, now))
    return render(request, "desk/home.html", facts | beside)


def _matters(actor: Actor, now: datetime) -> list[Matter]:
    return [
        Matter(
            words=waiting.words,
            tone=waiting.work.tone,
            icon=waiting.work.icon,
            url=reverse(f"desk:{waiting.work.page}")
            + (f"?{waiting.work.query}" if waiting.work.query else ""),
        )
        for waiting in waiting_for(actor, now)
    ]
