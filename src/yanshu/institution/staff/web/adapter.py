"""How allauth behaves here: nobody signs up by himself, and each goes to his own door after log-in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yanshu.institution.staff.terms import AccountKind


class AccountAdapter(DefaultAccountAdapter):
    """Log-in only; accounts are made by the library."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "Card number or account name and password do not belong together. Compare both, and try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        """Say no: staff accounts are made by the operator, readers' at the desk."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead staff to the desk and readers to their account."""
        user: Any = request.user
        return reverse("desk:home" if user.kind == AccountKind.STAFF else "opac:account")

    def set_password(self, user: Any, password: str) -> None:
        """Keep a password its owner has chosen; a first password handed over has done its service."""
        if hasattr(user, "must_change_password"):
            user.must_change_password = False
        super().set_password(user, password)

    def add_message(self, *_message: Any, **_more: Any) -> None:
        """Say nothing: the page one arrives at says that one has logged in or out."""
