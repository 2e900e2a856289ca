"""What a closure order must have, and what it means on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yanshu.institution.places.terms import ClosureFlaw, ClosureStage, ClosureState

LONGEST_DAYS = 3 * 366


@dataclass(frozen=True, slots=True)
class ClosureFacts:
    """What decides whether a closure can be ordered."""

    branches: int
    first_closed_day: date
    reopens_on: date
    reason: str
    notice: str
    notice_on: date
    branch_out_of_service: bool = False
    days_closed_already: int = 0


def closure_flaws(facts: ClosureFacts) -> tuple[ClosureFlaw, ...]:
    """Return everything that is wrong with an order.

    Source: 公共图书馆法, duty to announce opening hours and changes of them beforehand
    (docs/rules/places.md#closures).
    """
    days = (facts.reopens_on - facts.first_closed_day).days
    wrong = {
        ClosureFlaw.NO_BRANCH: not facts.branches,
        ClosureFlaw.NO_DAYS: days <= 0,
        ClosureFlaw.TOO_LONG: days > LONGEST_DAYS,
        ClosureFlaw.NO_REASON: not facts.reason.strip(),
        ClosureFlaw.NO_NOTICE: not facts.notice.strip(),
        ClosureFlaw.LATE_NOTICE: facts.notice_on > facts.first_closed_day,
        ClosureFlaw.NOT_IN_SERVICE: facts.branch_out_of_service,
        ClosureFlaw.OVERLAP: facts.days_closed_already > 0,
    }
    return tuple(flaw for flaw, holds in wrong.items() if holds)


def closure_stage(
    *, state: ClosureState | str, first_closed_day: date, reopens_on: date, day: date
) -> ClosureStage:
    """Return what an order means on ``day``."""
    if state == ClosureState.REVOKED:
        return ClosureStage.REVOKED
    if day < first_closed_day:
        return ClosureStage.ANNOUNCED
    return ClosureStage.CLOSED if day < reopens_on else ClosureStage.OVER


def draft_notice(
    *, library: str, branches: Sequence[str], reason: str, first_closed_day: date, reopens_on: date
) -> str:
    """Return the text of a notice as a Chinese library would post it; the library edits and signs it.

    The notice is a document of the library, so it is in Chinese whatever the language of the page.
    """
    days = (reopens_on - first_closed_day).days
    return (
        f"因{reason or '……'}，{'、'.join(branches) or library}自{_chinese(first_closed_day)}起闭馆，"
        f"{_chinese(reopens_on)}恢复开放，共闭馆{days}天。\n"
        "闭馆期间到期的图书自动顺延，不计超期。其他服务点照常开放。\n"
        f"给您带来的不便，敬请谅解。\n{library}"
    )


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
