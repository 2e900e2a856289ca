"""How visits says no."""

from yanshu.core.refusal import Invalid, Reason
from yanshu.institution.visits.terms import Fate, Taken


class ReadingRefused(Invalid):
    """A reading is not taken, or another count is recorded for its interval."""

    @classmethod
    def because_of(cls, taken: Taken) -> "ReadingRefused":
        """Return the refusal of one reading, with every reason."""
        return cls(reasons_of(taken))


def reasons_of(taken: Taken) -> tuple[Reason, ...]:
    """Return why a reading was not taken; none where it was."""
    if taken.fate == Fate.DIFFERS and taken.kept is not None and taken.sent is not None:
        return (
            Reason(
                code=Fate.DIFFERS.value,
                label=Fate.DIFFERS.label,
                field="count_in",
                lifted_by="visits.correct",
                facts={
                    "kept_in": taken.kept.raw_in,
                    "kept_visits": taken.kept.corrected,
                    "sent_visits": taken.sent.corrected,
                    "difference": taken.difference,
                },
            ),
        )
    return tuple(
        Reason(code=flaw.value, label=flaw.label, field="start", rule="docs/rules/visits.md#intake")
        for flaw in taken.flaws
    )
