"""What to answer to each message: parsed fields in, the port's facts worded out. Decides nothing."""

from collections.abc import Callable
from types import MappingProxyType

from yanshu.doors.sip2.answers import items, lending, patrons, status, vendors
from yanshu.doors.sip2.answers.asking import Asking, Speech
from yanshu.doors.sip2.codec import Message

Answering = Callable[[Asking], Message]

#: Every message a terminal may send once it has logged in; log-in and resend belong to the session.
ANSWERS: MappingProxyType[str, Answering] = MappingProxyType(
    {
        "01": patrons.block,
        "09": lending.checkin,
        "11": lending.checkout,
        "15": lending.hold,
        "17": items.information,
        "19": items.status_update,
        "23": patrons.status,
        "25": patrons.enable,
        "29": lending.renew,
        "35": patrons.end_session,
        "37": patrons.fee_paid,
        "63": patrons.information,
        "65": lending.renew_all,
        "81": vendors.not_supported,
        "85": vendors.not_supported,
        "91": vendors.not_supported,
        "99": status.status,
    },
)

#: Messages that change something: the same one again is a repetition, not a second wish.
WRITES = frozenset({"01", "09", "11", "15", "19", "25", "29", "37", "65", "81"})

__all__ = ["ANSWERS", "WRITES", "Answering", "Asking", "Speech"]
