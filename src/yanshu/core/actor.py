"""Who acts, through which door, where, and what they may do."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yanshu.core.refusal import Reason, Refused


class Door(models.TextChoices):
    """The way an act came in."""

    DESK = "desk", _("Staff desk")
    OPAC = "opac", _("Reader pages")
    API = "api", _("Programming interface")
    SIP2 = "sip2", _("Self-service machine")
    KIOSK = "kiosk", _("Kiosk")
    COMMAND = "command", _("Command line")
    JOB = "job", _("Scheduled job")


class PermissionMissing(Refused):
    """The actor lacks a permission, or the branch in question is outside its scope."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or machine an operation is done for.

    ``scope`` holds the branches whose data the actor may see and change; ``None`` means the whole library.
    ``reach`` says so for single permissions: a role held at one branch reaches no further than that branch,
    whatever other roles the same person holds elsewhere. Views and operations narrow the actor to the
    permission they ask for (``narrowed``), so that ``scope`` is then the reach of just that permission.
    ``patron_id`` is set when a reader acts for himself.
    """

    label: str
    door: Door
    permissions: frozenset[str] = dataclasses.field(default=frozenset(), repr=False)
    account_id: int | None = None
    patron_id: int | None = None
    terminal_id: int | None = None
    branch_id: int | None = None
    scope: frozenset[int] | None = frozenset()
    reach: Mapping[str, frozenset[int] | None] = dataclasses.field(default_factory=dict, repr=False)

    @property
    def answerable_id(self) -> int | None:
        """The account that stands on ledger and journal lines: a colleague's, never a reader's."""
        return None if self.patron_id is not None else self.account_id

    def may(self, permission: str) -> bool:
        """Say whether the actor holds ``permission`` (``*`` holds all)."""
        return permission in self.permissions or "*" in self.permissions

    def sees(self, branch_id: int | None) -> bool:
        """Say whether data of ``branch_id`` lies inside the actor's scope."""
        return self.scope is None or branch_id is None or branch_id in self.scope

    def demand(self, permission: str) -> None:
        """Refuse unless the actor holds ``permission``.

        Raises:
            PermissionMissing: naming the permission that is lacking.
        """
        if not self.may(permission):
            raise PermissionMissing(
                [
                    Reason(
                        code="permission-missing",
                        label=_("Your role does not include this."),
                        rule=permission,
                    )
                ]
            )

    def demand_branch(self, branch_id: int | None) -> None:
        """Refuse unless ``branch_id`` lies inside the actor's scope.

        Raises:
            PermissionMissing: when it belongs to another branch only.
        """
        if not self.sees(branch_id):
            raise PermissionMissing(
                [Reason(code="other-branch", label=_("This belongs to another branch."), rule=str(branch_id))]
            )

    def demand_whole_library(self) -> None:
        """Refuse unless the actor acts for the whole library: one branch does not change what holds for all.

        Raises:
            PermissionMissing: when his role holds for single branches only.
        """
        if self.scope is not None:
            label = _("This concerns the whole library; your role holds for single branches only.")
            raise PermissionMissing([Reason(code="whole-library", label=label)])

    def narrowed(self, permission: str) -> "Actor":
        """Return the actor as far as ``permission`` reaches."""
        return replace(self, scope=self.reach[permission]) if permission in self.reach else self

    def at(self, branch_id: int | None) -> "Actor":
        """Return the same actor acting at ``branch_id``."""
        return replace(self, branch_id=branch_id)

    @classmethod
    def of(cls, request: HttpRequest) -> "Actor":
        """Return the actor the door's middleware has set on ``request``."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return actor

    @classmethod
    def nobody(cls, door: Door) -> "Actor":
        """Return the actor of a visitor who has not logged in."""
        return cls(label="", door=door)

    @classmethod
    def system(
        cls, door: Door, *, permissions: Iterable[str] = ("*",), branch_id: int | None = None
    ) -> "Actor":
        """Return the actor of jobs and commands, which act for the library itself."""
        return cls(
            label="yanshu",
            door=door,
            permissions=frozenset(permissions),
            branch_id=branch_id,
            scope=None,
        )
