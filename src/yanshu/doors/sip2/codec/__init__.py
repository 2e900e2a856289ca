"""SIP2 on the wire: a typed table of messages, read from bytes and written to bytes.

Pure: no Django, no database, no clock. Written from the public 3M specification 2.00; what vendors add to it
is kept, never dropped, and the letters that differ between vendors live in a :class:`Dialect`.
"""

from yanshu.doors.sip2.codec.dialect import Dialect
from yanshu.doors.sip2.codec.layout import Field, Fixed, Kind, Layout
from yanshu.doors.sip2.codec.message import Damage, Message, Verdict
from yanshu.doors.sip2.codec.moments import moment, wire_moment
from yanshu.doors.sip2.codec.reading import Unreadable, guess_delimiter, parse, without_trailer
from yanshu.doors.sip2.codec.requests import REQUESTS
from yanshu.doors.sip2.codec.responses import RESPONSES
from yanshu.doors.sip2.codec.text import checksum, clean, known_charset
from yanshu.doors.sip2.codec.writing import build, compose

__all__ = [
    "REQUESTS",
    "RESPONSES",
    "Damage",
    "Dialect",
    "Field",
    "Fixed",
    "Kind",
    "Layout",
    "Message",
    "Unreadable",
    "Verdict",
    "build",
    "checksum",
    "clean",
    "compose",
    "guess_delimiter",
    "known_charset",
    "moment",
    "parse",
    "wire_moment",
    "without_trailer",
]
