"""Which role may do what: one table that can be read on one page (docs/rules/permissions.md).

A pattern ends in ``*`` for all permissions that begin so. The rule is minimal: a role holds what its work
needs. The auditor sees and changes nothing; the operator runs the machine and does not read readers' data.
Machines hold no role: what they may do stands with their kind (places, ``rules.terminal``).
"""

from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase

SEE_COMMON = ("places.see", "catalogue.see", "reports.overview", "staff.choose_workplace")

CLERK = (
    *SEE_COMMON,
    "circulation.desk",
    "circulation.see",
    "circulation.checkout",
    "circulation.return",
    "circulation.renew",
    "circulation.remind",
    "circulation.undo",
    "circulation.place_hold",
    "circulation.cancel_hold",
    "circulation.explain",
    "patrons.see",
    "patrons.register",
    "patrons.change",
    "patrons.issue_code",
    "patrons.issue_card",
    "patrons.renew",
    "visits.see",
    "visits.record",
)
CATALOGUER = (
    *SEE_COMMON,
    "catalogue.*",
)
BRANCH_MANAGER = (
    *CLERK,
    "circulation.*",
    "patrons.suspend",
    "patrons.lift_suspension",
    "patrons.set_category",
    "patrons.import",
    "patrons.export",
    "visits.*",
    "places.*",
    "figures.see",
    "figures.export",
    "reports.see",
    "audit.see",
)
TABLE: Mapping[str, tuple[str, ...]] = {
    "clerk": CLERK,
    "cataloguer": CATALOGUER,
    "acquisitions": (*SEE_COMMON, "catalogue.*", "figures.see"),
    "programme_officer": SEE_COMMON,
    "reference_librarian": (*SEE_COMMON, "circulation.see"),
    "branch_manager": BRANCH_MANAGER,
    "finance": (*SEE_COMMON, "figures.see", "figures.export"),
    "personnel": (*SEE_COMMON, "staff.see"),
    "party_secretary": SEE_COMMON,
    "director": (
        *BRANCH_MANAGER,
        "patrons.*",
        "catalogue.*",
        "figures.*",
        "reports.*",
        "staff.*",
        "audit.*",
    ),
    "auditor": (
        *SEE_COMMON,
        "figures.see",
        "figures.export",
        "reports.see",
        "audit.see",
        "visits.see",
        "circulation.see",
        "staff.see",
    ),
    "operator": (*SEE_COMMON, "staff.*", "places.*", "audit.see"),
}


DOOR_ONLY = frozenset({"staff.found", "patrons.activate", "patrons.change_own"})
"""Held by nobody's role: a door lends them to an actor for one act, or a reader has them for himself."""


def permissions_of(roles: Iterable[str], declared: Iterable[str]) -> frozenset[str]:
    """Return the declared permissions the roles hold between them."""
    patterns = {pattern for role in roles for pattern in TABLE[role]}
    return frozenset(
        code
        for code in declared
        if code not in DOOR_ONLY and any(fnmatchcase(code, pattern) for pattern in patterns)
    )


def matches(pattern: str, declared: Collection[str]) -> bool:
    """Say whether a pattern of the table speaks of any permission there is."""
    return any(fnmatchcase(code, pattern) for code in declared)
