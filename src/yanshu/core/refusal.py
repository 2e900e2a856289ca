"""How an operation says no: every reason at once, each with a code, words, its rule and who may lift it."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a refusal.

    Args:
        code: stable, for tests and for other systems (``loan-limit``).
        label: one sentence for people, translatable.
        detail: facts and the way out, one sentence, translatable.
        rule: which rule of which regulation or policy refused.
        lifted_by: the permission whose holder may set the reason aside; ``None`` where nobody may.
        field: the form field it belongs to, where there is one.
    """

    code: str
    label: Any
    detail: Any = ""
    rule: str = ""
    lifted_by: str | None = None
    field: str | None = None
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Refused(Exception):
    """Base of all refusals; carries every reason, not only the first."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons: tuple[Reason, ...] = tuple(reasons)
        super().__init__(", ".join(reason.code for reason in self.reasons))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons, in order."""
        return tuple(reason.code for reason in self.reasons)


class Invalid(Refused):
    """What was entered cannot be kept as it stands; each reason names its field."""

    @classmethod
    def because(cls, field_name: str, code: str, label: Any, **facts: Any) -> "Invalid":
        """Return a refusal for one field."""
        return cls([Reason(code=code, label=label, field=field_name, facts=facts)])


class NotFound(Refused):
    """What was asked for is not there, or not for this actor to see."""

    @classmethod
    def because(cls, code: str, label: Any, **facts: Any) -> "NotFound":
        """Return a refusal with one reason."""
        return cls([Reason(code=code, label=label, facts=facts)])


class Conflict(Refused):
    """The thing has changed meanwhile, or its state does not allow the act."""

    @classmethod
    def because(cls, code: str, label: Any, **facts: Any) -> "Conflict":
        """Return a refusal with one reason."""
        return cls([Reason(code=code, label=label, facts=facts)])
