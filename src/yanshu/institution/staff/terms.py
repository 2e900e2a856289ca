"""The words of accounts and roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

WORKPLACE = "workplace"
"""Where a session keeps the branch its member of staff has chosen to work at."""


class AccountKind(models.TextChoices):
    """Whose account it is."""

    STAFF = "staff", _("Staff")
    READER = "reader", _("Reader")


class Role(models.TextChoices):
    """What a member of staff is there for; the permission table lists what each may do."""

    CLERK = "clerk", _("Circulation clerk")
    CATALOGUER = "cataloguer", _("Cataloguer")
    ACQUISITIONS = "acquisitions", _("Acquisitions librarian")
    PROGRAMME_OFFICER = "programme_officer", _("Programme officer")
    REFERENCE_LIBRARIAN = "reference_librarian", _("Reference librarian")
    BRANCH_MANAGER = "branch_manager", _("Branch manager")
    FINANCE = "finance", _("Finance officer")
    PERSONNEL = "personnel", _("Personnel officer")
    PARTY_SECRETARY = "party_secretary", _("Party-branch secretary")
    DIRECTOR = "director", _("Director")
    AUDITOR = "auditor", _("Auditor")
    OPERATOR = "operator", _("System operator")


READER_PERMISSIONS = (
    "circulation.renew",
    "circulation.place_hold",
    "circulation.cancel_hold",
    "patrons.change_own",
)
"""What a reader may do for himself once he has logged in."""
