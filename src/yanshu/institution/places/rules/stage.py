"""When a branch is in service."""

from datetime import date

from yanshu.institution.places.terms import BranchStage


def branch_stage(
    *, day: date, service_from: date | None, service_until: date | None, construction_started_on: date | None
) -> BranchStage:
    """Return where a branch stands on ``day``; ``service_until`` is its first day out of service."""
    if service_until is not None and day >= service_until:
        return BranchStage.ENDED
    if service_from is None:
        return BranchStage.CONSTRUCTION if construction_started_on is not None else BranchStage.SERVICE
    if day >= service_from:
        return BranchStage.SERVICE
    building = construction_started_on is not None and day >= construction_started_on
    return BranchStage.CONSTRUCTION if building else BranchStage.COMING


def in_service(
    *, day: date, service_from: date | None, service_until: date | None, construction_started_on: date | None
) -> bool:
    """Say whether a branch serves on ``day``."""
    stage = branch_stage(
        day=day,
        service_from=service_from,
        service_until=service_until,
        construction_started_on=construction_started_on,
    )
    return stage is BranchStage.SERVICE
