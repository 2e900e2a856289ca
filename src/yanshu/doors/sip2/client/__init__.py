"""A SIP2 terminal made of software: for tests, benches and for trying a real server out."""

from yanshu.doors.sip2.client.requests import Requests
from yanshu.doors.sip2.client.speaker import NoAnswer, Speaker
from yanshu.doors.sip2.client.terminals import AsyncTerminal, BlockingTerminal

__all__ = ["AsyncTerminal", "BlockingTerminal", "NoAnswer", "Requests", "Speaker"]
