"""Answer 98: the state of the library and what this terminal may ask."""

from yanshu.doors.sip2.answers.asking import Asking
from yanshu.doors.sip2.codec import Message

#: The order of BX is the specification's.
_OFFERED = (
    "23",
    "11",
    "09",
    "01",
    "99",
    "97",
    "93",
    "63",
    "35",
    "37",
    "17",
    "19",
    "25",
    "15",
    "29",
    "65",
)
_NOT_YET = frozenset({"19"})


def status(asking: Asking) -> Message:
    """Answer 99."""
    settings = asking.settings
    refused = settings.refused_messages | asking.terminal.unsupported | _NOT_YET
    return asking.answer(
        {
            "online": True,
            "checkin_ok": "09" not in refused,
            "checkout_ok": "11" not in refused,
            "renewal_policy": "29" not in refused,
            "status_update_ok": False,
            "offline_ok": settings.takes_offline,
            "timeout": settings.timeout_tenths,
            "retries": settings.retries,
            "protocol": "2.00",
        },
        [
            ("AM", asking.terminal.library_name),
            ("BX", "".join("N" if code in refused else "Y" for code in _OFFERED)),
            ("AN", asking.terminal.location),
        ],
    )
