"""The lists of readers and of categories."""

from datetime import date
from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core.ui import parts
from yanshu.core.ui.masking import mask_number
from yanshu.core.ui.tables import CodeColumn, DateColumn, ListTable, NumberColumn, TitleColumn
from yanshu.readers.patrons import queries
from yanshu.readers.patrons.models import Patron, PatronCategory


class PatronTable(ListTable):
    """Readers: whole names for the desk, numbers masked."""

    region_label = _("List of readers")
    empty_title: Any = _("No readers yet")
    empty_words = _("Whoever registers at a desk, or comes with a file of the former system, appears here.")

    name = TitleColumn(
        verbose_name=pgettext_lazy("person", "Name"),
        linkify=lambda record: reverse("desk:patrons-patron", args=[record.pk]),
    )
    state = django_tables2.Column(
        verbose_name=_("State"), orderable=False, empty_values=(), attrs={"td": {"class": "ys-nowrap"}}
    )
    card = CodeColumn(verbose_name=_("Card"), orderable=False, empty_values=())
    category = django_tables2.Column(verbose_name=_("Patron category"), order_by="category__position")
    home_branch = django_tables2.Column(verbose_name=_("Home branch"), order_by="home_branch__position")
    registered_on = DateColumn(verbose_name=_("Registered on"))
    expires_on = DateColumn(verbose_name=_("Valid until"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def render_state(self, record: Patron) -> SafeString:
        """Return the state word of the day."""
        return parts.state(queries.state_of(record, self.today))

    def render_card(self, record: Patron) -> str:
        """Return the number of the card in use, masked."""
        return mask_number(queries.number_in_use(list(record.cards.all())))


class CategoryTable(ListTable):
    """Categories of readers."""

    region_label = _("List of categories")
    empty_title = _("No categories yet")
    empty_words = _("Adult, child and senior are a good beginning: each says how long a card is valid.")

    name = TitleColumn(
        verbose_name=_("Name"),
        sub=lambda record: record.name_en and format_html('<span lang="en">{}</span>', record.name_en),
        linkify=lambda record: reverse("desk:patrons-category", args=[record.pk]),
    )
    active = django_tables2.Column(verbose_name=_("State"), orderable=False)
    code = CodeColumn(verbose_name=_("Code"))
    kind = django_tables2.Column(verbose_name=_("Group"))
    valid_months = NumberColumn(verbose_name=_("Valid, months"))
    ages = django_tables2.Column(verbose_name=_("Age"), orderable=False, empty_values=())

    def render_active(self, value: bool) -> SafeString:
        """Return whether new readers may be given it."""
        from yanshu.core.ui.pieces import State

        offered = State(_("Offered"), "yes", "check-circle-fill")
        return parts.state(offered if value else State(_("No longer offered"), "stone", "dash-lg"))

    def render_ages(self, record: PatronCategory) -> str:
        """Return the bounds of age in words."""
        if record.youngest is None and record.oldest is None:
            return str(_("any"))
        if record.youngest is None:
            return str(_("up to %(oldest)s") % {"oldest": record.oldest})
        if record.oldest is None:
            return str(_("from %(youngest)s") % {"youngest": record.youngest})
        return f"{record.youngest}–{record.oldest}"
