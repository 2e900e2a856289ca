"""Parts other apps show on a reader's page; the desk's door hangs them up here."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from yanshu.readers.patrons.models import Patron

PatronPanel = Callable[[HttpRequest, Patron], SafeString]
"""Returns a section of the page about one reader, or nothing where it has nothing to say."""

patron_panels: list[PatronPanel] = []


def panels_for(request: HttpRequest, patron: Patron) -> list[SafeString]:
    """Return the sections of other apps about a reader, in the order they were hung up."""
    return [section for panel in patron_panels if (section := panel(request, patron))]
