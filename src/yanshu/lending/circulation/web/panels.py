"""What other pages show of lending: what a reader has and waits for, on his page at the desk."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.lending.circulation import queries
from yanshu.lending.circulation.web.tables import hold_state
from yanshu.readers.patrons.models import Patron


def borrowed(request: HttpRequest, patron: Patron) -> SafeString:
    """Return the section with a reader's open loans and holds, for who may see both; else nothing."""
    actor, today = Actor.of(request), clock.business_date(clock.now())
    if not actor.may("circulation.see"):
        return SafeString()
    standing = queries.standing(patron, branch_id=actor.branch_id, today=today)
    places = queries.queue_places(standing.holds)
    return render_to_string(
        "circulation/desk/borrowed.html",
        {
            "standing": standing,
            "holds": [(hold, hold_state(hold.state), places.get(hold.pk)) for hold in standing.holds],
            "today": today,
        },
        request=request,
    )
