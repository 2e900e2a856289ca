"""Readers log in with the number of any of their cards."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from yanshu.institution.staff.models import Account
from yanshu.readers.patrons.queries import card_to_log_in


class CardBackend(BaseBackend):
    """Finds a reader's account by card number."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002  Django's signature
        **credentials: Any,
    ) -> Account | None:
        """Return the account whose card and password these are, or nothing."""
        number = str(credentials.get("username", "")).strip()
        password = str(credentials.get("password", ""))
        card = card_to_log_in(number)
        account = card.patron.account if card else None
        if account is None:
            Account().set_password(password)  # the same time passes whether or not the card is known
            return None
        return account if account.is_active and account.check_password(password) else None

    def get_user(self, user_id: int) -> Account | None:
        """Return an active account by its key."""
        found: Account | None = Account.objects.filter(pk=user_id, is_active=True).first()
        return found
