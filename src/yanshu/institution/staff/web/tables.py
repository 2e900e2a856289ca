"""The lists of accounts and of the audit log."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2 import Column

from yanshu.core.models import JournalLine
from yanshu.core.ui.pieces import State
from yanshu.core.ui.tables import ListTable, MomentColumn, StateColumn, TitleColumn
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.web.words import acts, thing


class AccountTable(ListTable):
    """Accounts."""

    region_label = gettext_lazy("Accounts")
    empty_title = gettext_lazy("No account by that name")
    empty_words = gettext_lazy("Search for a part of the name, or make a new account.")
    name = TitleColumn(
        verbose_name=gettext_lazy("Name"),
        accessor="display_name",
        empty_values=(),
        sub=lambda account: format_html('<span class="ys-code">{}</span>', account.username),
        linkify=lambda record: reverse("desk:staff-account", args=[record.pk]),
    )
    state = StateColumn(
        verbose_name=gettext_lazy("State"),
        accessor="is_active",
        enum=lambda active: (
            State(_("Active"), "yes", "check-circle-fill")
            if active
            else State(_("Switched off"), "stone", "dash-circle")
        ),
    )
    roles = Column(
        verbose_name=gettext_lazy("Roles"), accessor="pk", orderable=False, attrs={"td": {"class": "ys-2"}}
    )
    home_branch = Column(verbose_name=gettext_lazy("Workplace"))
    last_login = MomentColumn(verbose_name=gettext_lazy("Last log-in"), default=gettext_lazy("Never"))

    class Meta(ListTable.Meta):
        model = Account
        fields = ("name", "state", "roles", "home_branch", "last_login")

    def render_name(self, record: Account) -> str:
        """Return the name, or the user name of an account without one."""
        return record.display_name or record.username

    def render_roles(self, record: Account) -> Any:
        """Return the roles a line each, with the branch where they hold."""
        roles = [
            (grant.get_role_display(), grant.branch or _("The whole library"))
            for grant in record.grants.all()
        ]
        if not roles:
            return _("No role yet")
        return format_html_join(SafeString("<br>"), "{}　{}", roles)


class JournalTable(ListTable):
    """The audit log."""

    region_label = gettext_lazy("Audit log")
    empty_title = gettext_lazy("Nothing of this kind has been done")
    empty_words = gettext_lazy(
        "Every change made at the desk, by machine or on the command line is kept here."
    )
    is_compact = True
    at = MomentColumn(verbose_name=gettext_lazy("When"))
    operation = TitleColumn(
        verbose_name=gettext_lazy("Act"),
        orderable=False,
        sub=lambda line: format_html('<span class="ys-code">{}</span>', line.operation),
    )
    actor_label = Column(verbose_name=gettext_lazy("Who"), orderable=False)
    door = Column(verbose_name=gettext_lazy("Door"), orderable=False)
    subject_kind = Column(verbose_name=gettext_lazy("About"), orderable=False)

    class Meta(ListTable.Meta):
        model = JournalLine
        fields = ("at", "operation", "actor_label", "door", "subject_kind")

    @cached_property
    def acts(self) -> dict[str, str]:
        """The words of the acts, looked up once a page."""
        return acts()

    def render_operation(self, value: str) -> str:
        """Return what was done, in words."""
        return self.acts.get(value, value)

    def render_subject_kind(self, record: JournalLine) -> Any:
        """Return what it was done to."""
        return format_html(
            '{} <span class="ys-code">{}</span>', thing(record.subject_kind), record.subject_id
        )
