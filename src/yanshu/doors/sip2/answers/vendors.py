"""Answers 82, 86, 92 of Chinese self-service vendors: registering readers at a machine."""

from yanshu.doors.sip2 import wording
from yanshu.doors.sip2.answers.asking import Asking
from yanshu.doors.sip2.codec import Message


def not_supported(asking: Asking) -> Message:
    """Refuse in the vendor's own letters, so that the machine shows the text and goes on."""
    return asking.refuse(wording.NOT_SUPPORTED)
