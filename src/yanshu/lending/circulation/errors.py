"""How lending says no."""

from yanshu.core.refusal import Refused


class CirculationRefused(Refused):
    """Base of lending's refusals; every block is one reason."""


class CheckoutRefused(CirculationRefused):
    """The item was not lent."""


class RenewalRefused(CirculationRefused):
    """The loan was not renewed."""


class HoldRefused(CirculationRefused):
    """The hold was not placed."""


class UndoRefused(CirculationRefused):
    """The act cannot be taken back."""
