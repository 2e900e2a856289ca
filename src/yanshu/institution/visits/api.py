"""The intake of gate readings by HTTP: a terminal with its key sends readings, again if need be."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.institution.visits import operations
from yanshu.institution.visits.errors import reasons_of
from yanshu.institution.visits.terms import Fate, Quality, ReadingData, Source, Taken

MOST_READINGS = 2000
PROBLEM = "application/problem+json"


router = Router(tags=["visits"])


class ReadingIn(Schema):
    """One reading. Instants without offset are on the library's clock; ``end`` is an hour on by default."""

    gate: str
    start: datetime
    end: datetime | None = None
    count_in: int
    count_out: int = 0
    quality: Quality = Quality.MEASURED
    note: str = ""


class ReadingsIn(Schema):
    """Readings, taken in one transaction."""

    readings: Annotated[list[ReadingIn], Field(min_length=1, max_length=MOST_READINGS)]


class ReadingOut(Schema):
    """What became of a reading: ``recorded``, ``unchanged``, ``differs`` or ``refused``."""

    gate: str
    start: datetime
    fate: str
    codes: list[str]
    detail: str
    kept_visits: int | None
    sent_visits: int | None


class IntakeOut(Schema):
    """The outcome of an intake; the counts add up to the readings sent."""

    recorded: int
    unchanged: int
    refused: int
    readings: list[ReadingOut]


@router.post(
    "/readings",
    response={HTTPStatus.OK: IntakeOut},
    summary="Hand in gate readings",
    url_name="visits-readings",
)
def readings(request: HttpRequest, sent: ReadingsIn) -> Any:
    """Record readings; sending the same ones again changes nothing.

    What can be taken is taken. Where a reading was refused, or another count is recorded for its interval,
    the answer is 422 with a problem that holds the same members.
    """
    taken = operations.record_readings(
        [_data(one) for one in sent.readings], source=Source.HTTP, actor=Actor.of(request), now=clock.now()
    )
    answer = _intake(taken)
    if not answer.refused:
        return answer
    problem = {
        "type": "about:blank",
        "title": _("Some readings were not taken."),
        "status": HTTPStatus.UNPROCESSABLE_ENTITY,
        "code": "readings-refused",
        **answer.model_dump(mode="json"),
    }
    return JsonResponse(problem, status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type=PROBLEM)


def _data(reading: ReadingIn) -> ReadingData:
    start = _aware(reading.start)
    return ReadingData(
        gate_code=reading.gate,
        start=start,
        end=_aware(reading.end) if reading.end else start + timedelta(hours=1),
        count_in=reading.count_in,
        count_out=reading.count_out,
        quality=reading.quality,
        note=reading.note,
    )


def _aware(moment: datetime) -> datetime:
    wall = moment if moment.tzinfo is not None else moment.replace(tzinfo=clock.zone())
    return wall.astimezone(UTC)


def _intake(taken: list[Taken]) -> IntakeOut:
    fates = [one.fate for one in taken]
    return IntakeOut(
        recorded=fates.count(Fate.RECORDED),
        unchanged=fates.count(Fate.UNCHANGED),
        refused=fates.count(Fate.REFUSED) + fates.count(Fate.DIFFERS),
        readings=[_one(one) for one in taken],
    )


def _one(taken: Taken) -> ReadingOut:
    reasons = reasons_of(taken)
    return ReadingOut(
        gate=taken.data.gate_code,
        start=taken.data.start,
        fate=taken.fate.value,
        codes=[reason.code for reason in reasons],
        detail=" ".join(str(reason.label) for reason in reasons),
        kept_visits=taken.kept.corrected if taken.kept else None,
        sent_visits=taken.sent.corrected if taken.sent else None,
    )
