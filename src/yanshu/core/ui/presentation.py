"""What a person has chosen about how pages look: theme and large type, kept in cookies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

THEME_COOKIE: Final = "yanshu_theme"
ELDER_COOKIE: Final = "yanshu_elder"
THEMES: Final = ("light", "dark", "system")
COOKIE_AGE_SECONDS: Final = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Presentation:
    """The chosen look.

    Args:
        theme: ``light``, ``dark``, or ``system`` for what the device prefers.
        is_elder: large type, darker lines, larger targets; every function stays.
    """

    theme: str = "system"
    is_elder: bool = False

    @property
    def is_dark(self) -> bool:
        """Whether dark was asked for by name."""
        return self.theme == "dark"

    @property
    def drawn_theme(self) -> str:
        """The theme the server draws; a script settles what the device prefers before the first paint."""
        return "dark" if self.is_dark else "light"


def presentation_of(cookies: Mapping[str, str]) -> Presentation:
    """Return the look that ``cookies`` ask for; what cannot be read counts as not chosen."""
    theme = cookies.get(THEME_COOKIE, "")
    return Presentation(
        theme=theme if theme in THEMES else "system", is_elder=cookies.get(ELDER_COOKIE) == "1"
    )
