"""Log-in accounts and the roles they hold at branches; the personnel register is another subject."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.institution.staff.terms import AccountKind, Role


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by user name; making one is an operation."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account with this user name."""
        return self.get(username=username)


class Account(AbstractBaseUser):
    """Somebody who can log in: a member of staff, or a reader (then the reader's record points here)."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    display_name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=AccountKind.choices, default=AccountKind.STAFF)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    is_demonstration = models.BooleanField(default=False)
    home_branch = models.ForeignKey(
        "places.Branch", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("workplace")
    )
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: Any = AccountManager()

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "account")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """Return the name shown on pages."""
        return self.display_name


class RoleGrant(models.Model):
    """A role held by an account, at one branch or in the whole library."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    branch = models.ForeignKey(
        "places.Branch", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("branch")
    )
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "role")
        ordering = ["account", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "branch"], name="staff_grant_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_role_display()}"
