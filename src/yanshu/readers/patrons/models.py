"""Readers: one person, one record, several carriers."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yanshu.core.ledger import LedgerLine
from yanshu.core.secret import EncryptedTextField
from yanshu.readers.patrons.terms import (
    AgeBand,
    CardKind,
    CardState,
    CategoryKind,
    CodePurpose,
    MembershipEventKind,
    PatronState,
)

OVERDUE = "overdue"
"""The reason lending gives for a suspension after a late return."""


class PatronCategory(models.Model):
    """A kind of membership; what it may borrow is lending's policy."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=50)
    name_en = models.CharField(_("English name"), max_length=50, blank=True)
    kind = models.CharField(_("group"), max_length=20, choices=CategoryKind.choices)
    valid_months = models.PositiveSmallIntegerField(_("valid for, months"), default=36)
    youngest = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    oldest = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "patron category")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        english = self.name_en and (get_language() or "").startswith("en")
        return self.name_en if english else self.name


class Patron(models.Model):
    """A reader: the person as far as the library needs to know him."""

    name = models.CharField(_("name"), max_length=60)
    name_initials = models.CharField(max_length=20, blank=True, db_index=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    id_number = EncryptedTextField(_("identity number"), blank=True, default="")
    id_number_hash = models.CharField(max_length=64, null=True, blank=True)
    telephone = EncryptedTextField(_("telephone"), blank=True, default="")
    telephone_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    category = models.ForeignKey(
        PatronCategory, on_delete=models.PROTECT, related_name="patrons", verbose_name=_("category")
    )
    home_branch = models.ForeignKey(
        "places.Branch", on_delete=models.PROTECT, related_name="patrons", verbose_name=_("home branch")
    )
    account = models.OneToOneField(
        "staff.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="patron"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PatronState.choices, default=PatronState.ACTIVE
    )
    registered_on = models.DateField(_("registered on"))
    expires_on = models.DateField(_("valid until"))
    suspended_until = models.DateField(_("borrowing suspended until"), null=True, blank=True)
    suspension_reason = models.CharField(max_length=200, blank=True)
    keep_history = models.BooleanField(_("keep my loan history"), default=False)
    last_loan_on = models.DateField(null=True, blank=True)
    note = models.CharField(_("note for the desk"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "reader")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["name"], name="patrons_patron_name"),
            models.Index(fields=["registered_on"], name="patrons_patron_registered"),
            models.Index(fields=["category", "-id"], name="patrons_patron_category"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_hash"],
                condition=Q(id_number_hash__isnull=False) & Q(state="active"),
                name="patrons_one_membership_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def suspension_words(self) -> Any:
        """Why borrowing is suspended, in words; what a colleague has written stands as written."""
        return _("Books came back late.") if self.suspension_reason == OVERDUE else self.suspension_reason


class Card(models.Model):
    """A carrier of a reader: the library's card, an identity card, a code on a phone."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="cards")
    library = models.ForeignKey("places.Library", on_delete=models.PROTECT)
    kind = models.CharField(_("kind"), max_length=25, choices=CardKind.choices)
    number = models.CharField(_("number"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=CardState.choices, default=CardState.VALID)
    issued_on = models.DateField(_("issued on"))

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "card")
        ordering = ["patron", "id"]
        constraints = [
            models.UniqueConstraint(fields=["library", "number"], name="patrons_card_number_once_an_owner")
        ]

    def __str__(self) -> str:
        return f"**** {self.number[-4:]}"

    @property
    def state_word(self) -> CardState:
        """The state with its tone and icon."""
        return CardState(self.state)


class OneTimeCode(models.Model):
    """A printed code for the first log-in or a new password; only its hash is kept."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="one_time_codes")
    purpose = models.CharField(max_length=15, choices=CodePurpose.choices)
    code_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.made_at:%Y-%m-%d}"


class PinTry(models.Model):
    """Wrong passwords shown for a reader at machines since the first of a row of them."""

    patron = models.OneToOneField(Patron, on_delete=models.CASCADE, related_name="pin_try")
    wrong = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        ordering = ["-since"]

    def __str__(self) -> str:
        return f"{self.patron_id}: {self.wrong}"


class MembershipEvent(LedgerLine):
    """What happened to memberships, as statistics keep it: no person, only category, age band and place."""

    kind = models.CharField(max_length=20, choices=MembershipEventKind.choices)
    quantity = models.SmallIntegerField(default=1)
    category_code = models.CharField(max_length=20)
    category_kind = models.CharField(max_length=20, choices=CategoryKind.choices)
    age_band = models.CharField(max_length=10, choices=AgeBand.choices)

    class Meta:
        ordering = ["happened_at", "id"]
        indexes = [
            models.Index(fields=["tx", "id"], name="patrons_membership_feed"),
            models.Index(fields=["business_date", "kind"], name="patrons_membership_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.business_date}"
