"""What can be taken out of accounts and the audit log."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.core import exporting
from yanshu.core.actor import Actor, Door
from yanshu.core.models import JournalLine
from yanshu.institution.staff import queries
from yanshu.institution.staff.models import Account


def _roles(account: Account) -> str:
    return "; ".join(
        f"{grant.get_role_display()} ({grant.branch.code})" if grant.branch else str(grant.get_role_display())
        for grant in account.grants.all()
    )


@exporting.declare
class Accounts(exporting.Exporter):
    """Accounts of staff with their roles; a role at one branch has its code behind it."""

    kind = "accounts"
    title = _("Accounts")
    permission = "staff.see"
    columns = (
        exporting.Column("username", _("User name")),
        exporting.Column("display_name", _("Display name")),
        exporting.Column("active", _("Active"), "is_active"),
        exporting.Column("roles", _("Roles"), _roles),
        exporting.Column("workplace", _("Workplace"), "home_branch__code"),
        exporting.Column("last_login", _("Last log-in")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[Account]:
        """Return all accounts, by user name."""
        del actor
        return queries.accounts()


def _door(value: Any) -> Any:
    return Door(value).label


@exporting.declare
class Journal(exporting.Exporter):
    """The audit log; what is personal in it stays in its side rows."""

    kind = "journal"
    title = _("Audit log")
    permission = "audit.see"
    columns = (
        exporting.Column("at", _("When")),
        exporting.Column("operation", _("Act")),
        exporting.Column("actor", _("Who"), "actor_label"),
        exporting.Column("door", _("Door"), shown=_door),
        exporting.Column("subject", _("About"), "subject_kind"),
        exporting.Column("subject_id", _("Its number")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[JournalLine]:
        """Return the lines of the actor's branches, the newest first."""
        return queries.journal(actor=actor)
