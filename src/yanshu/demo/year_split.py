"""Two targets that overlap: what was bought in the year, and what was first released in it."""

from typing import NamedTuple

__all__ = ["Groups", "split_year"]

_CARRIED_OVER = 0.03
"""Share of the year's first releases that were bought at the end of the year before."""


class Groups(NamedTuple):
    """Titles and copies of the year by what happened: numbers that meet both targets exactly."""

    bought_and_released: tuple[int, int]
    bought_only: tuple[int, int]
    released_only: tuple[int, int]


def split_year(bought: tuple[int, int], released: tuple[int, int]) -> Groups:
    """Split bought and released (titles, copies) into what is both, only bought, only released.

    Some books bought late in the year wait for the next, some released early were bought in the last.

    Raises:
        ValueError: if no split gives every title at least one copy.
    """
    carried = max(round(released[0] * _CARRIED_OVER), min(released[0], 1))
    both = min(released[0] - carried, max(bought[0] - 1, 0))
    carried, waiting = released[0] - both, bought[0] - both
    # The copies of the carried titles: about in proportion, within what the other two groups need.
    least = max(carried, released[1] - bought[1] + waiting)
    most = released[1] - both
    copies = min(max(round(released[1] * carried / max(released[0], 1)), least), most)
    groups = Groups(
        bought_and_released=(both, released[1] - copies),
        bought_only=(waiting, bought[1] - released[1] + copies),
        released_only=(carried, copies),
    )
    if any(titles < 0 or number < titles or (number and not titles) for titles, number in groups):
        raise ValueError(f"bought {bought} and released {released} cannot both be met")
    return groups
