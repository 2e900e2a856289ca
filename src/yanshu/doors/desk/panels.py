"""Which apps' sections stand on pages of other apps."""

from yanshu.lending.circulation.web.panels import borrowed
from yanshu.readers.patrons.web.panels import patron_panels


def hang_up() -> None:
    """Hang the sections up, in the order in which they are shown."""
    patron_panels[:] = [borrowed]
