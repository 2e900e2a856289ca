"""Asking a colleague to lift a refusal: who he is, and whether he may here."""

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yanshu.core.actor import Actor, Door
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.queries import staff_actor
from yanshu.institution.staff.terms import AccountKind
from yanshu.lending.circulation.rules import OVERRIDE


def lifter_of(request: HttpRequest, *, clerk: Actor) -> tuple[Actor | None, str]:
    """Return the colleague who has typed name and password over a refusal, or why nobody is recognised.

    The same limits on wrong passwords hold as at the log-in.
    """
    name = request.POST.get("lifter", "").strip()
    if not name:
        return None, ""
    try:
        account = get_adapter(request).authenticate(
            request, username=name, password=request.POST.get("lifter_password", "")
        )
    except ValidationError:
        return None, _("Too many wrong tries. Wait five minutes, or log in at another desk.")
    if not isinstance(account, Account) or account.kind != AccountKind.STAFF:
        return None, _("Name and password do not fit together.")
    lifter = staff_actor(account, door=Door.DESK, branch_id=clerk.branch_id)
    if not lifter.may(OVERRIDE) or not lifter.sees(clerk.branch_id):
        return None, _("This colleague may not lift refusals at this branch.")
    return lifter.at(clerk.branch_id), ""
