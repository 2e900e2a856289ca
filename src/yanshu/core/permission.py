"""The permissions there are, with their words. Which role holds which: ``institution.staff.rules``."""

from typing import Any

registry: dict[str, Any] = {}


def declare(code: str, label: Any) -> None:
    """Declare a permission; call only from an app's ``permissions`` room."""
    if code in registry:
        raise ValueError(f"permission {code} is declared twice")
    registry[code] = label
