"""What a terminal says, ready to be sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from yanshu.doors.sip2.codec import Message, compose
from yanshu.doors.sip2.codec.writing import FixedValue


@dataclass(frozen=True, kw_only=True)
class Requests:
    """Makes messages as one machine of one institution would; ``clock`` is the machine's own."""

    clock: Callable[[], datetime]
    institution: str = ""
    language: str = "019"
    renews: bool = True

    def login(self, user: str, password: str, location: str = "") -> Message:
        fields = [("CN", user), ("CO", password)]
        if location:
            fields.append(("CP", location))
        return compose("93", {"user_algorithm": "0", "password_algorithm": "0"}, fields)

    def status(self) -> Message:
        return compose("99", {"status": "0", "print_width": 30, "protocol": "2.00"})

    def resend(self) -> Message:
        return compose("97")

    def patron_status(self, card: str, pin: str = "") -> Message:
        return self._make("23", {"language": self.language}, AA=card, AD=pin)

    def patron(self, card: str, pin: str = "", *, wanted: int | None = None, **fields: str) -> Message:
        """Ask for patron information; ``wanted`` is the place of the list in the summary."""
        summary = "".join("Y" if place == wanted else " " for place in range(10))
        return self._make("63", {"language": self.language, "summary": summary}, AA=card, AD=pin, **fields)

    def item(self, barcode: str, owner: str | None = None) -> Message:
        return self._make("17", {}, AB=barcode, AO=owner)

    def checkout(
        self, card: str, barcode: str, pin: str = "", *, renews: bool | None = None, **fields: str
    ) -> Message:
        renewal = self.renews if renews is None else renews
        fixed: dict[str, FixedValue] = {"renewal_policy": renewal, "no_block": False, "due_date": " "}
        return self._make("11", fixed, AA=card, AB=barcode, AD=pin, **fields)

    def checkin(self, barcode: str, **fields: str) -> Message:
        fixed: dict[str, FixedValue] = {"no_block": False, "return_date": self.clock()}
        return self._make("09", fixed, AB=barcode, **fields)

    def renew(self, card: str, barcode: str, pin: str = "") -> Message:
        fixed: dict[str, FixedValue] = {"third_party": False, "no_block": False, "due_date": " "}
        return self._make("29", fixed, AA=card, AB=barcode, AD=pin)

    def renew_all(self, card: str, pin: str = "") -> Message:
        return self._make("65", {}, AA=card, AD=pin)

    def hold(self, mode: str, card: str, barcode: str = "", pin: str = "", **fields: str) -> Message:
        return self._make("15", {"mode": mode}, AA=card, AB=barcode, AD=pin, **fields)

    def fee_paid(self, card: str, amount: str, transaction_id: str = "", currency: str = "CNY") -> Message:
        fixed: dict[str, FixedValue] = {"fee_type": "01", "payment_type": "00", "currency": currency}
        return self._make("37", fixed, BV=amount, AA=card, BK=transaction_id)

    def end_session(self, card: str) -> Message:
        return self._make("35", {}, AA=card)

    def block(self, card: str, reason: str, *, retained: bool = False) -> Message:
        return self._make("01", {"card_retained": retained}, AL=reason, AA=card)

    def enable(self, card: str, pin: str = "") -> Message:
        return self._make("25", {}, AA=card, AD=pin)

    def _make(self, code: str, fixed: dict[str, FixedValue], **fields: str | None) -> Message:
        """Add date and institution; an empty field is left out unless the protocol requires it."""
        if fields.get("AO") is None:
            fields["AO"] = self.institution
        given = [(letters, value) for letters, value in fields.items() if value]
        return compose(code, {"transaction_date": self.clock(), **fixed}, given)
