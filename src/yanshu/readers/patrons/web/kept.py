"""What the desk keeps between two pages of one session: words of a search, the reader served, a fresh code.

Names and numbers never stand in an address, where logs and histories would keep them; here they lie
encrypted until the session ends, the code until it was shown once.
"""

from django.http import HttpRequest

from yanshu.core.actor import Actor
from yanshu.core.secret import KeysMissing, decrypt, encrypt
from yanshu.readers.patrons.models import Patron

WORDS = "patrons.words"
SERVING = "patrons.serving"
CODE = "patrons.code"


def keep_words(request: HttpRequest, words: str) -> None:
    """Keep what was searched for; nothing ends the search."""
    if words:
        request.session[WORDS] = encrypt(words)
    else:
        request.session.pop(WORDS, None)


def words_of(request: HttpRequest) -> str:
    """Return what was searched for last."""
    return _read(request.session.get(WORDS, ""))


def serve(request: HttpRequest, patron_id: int) -> None:
    """Remember the reader who has just shown a card, so that any branch may serve him."""
    request.session[SERVING] = patron_id


def may_open(request: HttpRequest, patron: Patron) -> bool:
    """Say whether this reader's page is for this clerk: his own branch's reader, or the one he serves."""
    return Actor.of(request).sees(patron.home_branch_id) or is_served(request, patron.pk)


def is_served(request: HttpRequest, patron_id: int) -> bool:
    """Say whether this reader is the one who has just shown a card."""
    return bool(request.session.get(SERVING) == patron_id)


def keep_code(request: HttpRequest, patron_id: int, code: str) -> None:
    """Keep a fresh one-time code for the page that prints it."""
    request.session[CODE] = [patron_id, encrypt(code)]


def take_code(request: HttpRequest, patron_id: int) -> str:
    """Return the fresh code of a reader, once."""
    kept = request.session.get(CODE)
    if not kept or kept[0] != patron_id:
        return ""
    del request.session[CODE]
    return _read(kept[1])


def _read(token: str) -> str:
    try:
        return str(decrypt(token))
    except KeysMissing:
        return ""  # the keys were changed since: one searches again
