# ruff: noqa: ARG002  the port names its arguments, and a library this small needs few of them
"""A small library behind the SIP2 port: real rules over dictionaries, to test the door without a database."""

import threading
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from yanshu.doors.sip2 import port
from yanshu.doors.sip2.port import ListKind, PatronFlag
from yanshu.doors.sip2.terminal import TerminalSettings

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 1, 18, 15, tzinfo=ZONE)
LOAN_DAYS = 30
RENEWAL_DAYS = 15
LOAN_LIMIT = 10


@dataclass
class Reader:
    card: str
    name: str
    pin: str = "1234"
    suspended: bool = False
    expires_on: date = date(2030, 1, 1)
    owed_fen: int = 0
    blocked: bool = False
    wrong_pins: int = 0


@dataclass
class Copy:
    barcode: str
    title: str
    owner: str = "CN-430400-HYL"
    reader: str = ""
    due_at: datetime | None = None
    renewals: int = 0
    held_by: list[str] = field(default_factory=list)
    call_number: str = "I247.5/321"


class Shelf:
    """The port in memory; ``calls`` counts what was asked, ``fault`` makes the next call fail."""

    def __init__(self, settings: TerminalSettings | None = None) -> None:
        self.settings = settings or TerminalSettings(language="en")
        self.readers = {each.card: each for each in _readers()}
        self.copies = {each.barcode: each for each in _copies()}
        self.payments: dict[str, int] = {}
        self.calls: list[str] = []
        self.fault: Exception | None = None
        self._lock = threading.Lock()

    def login(self, user, password, *, location, address, now):
        self._called("login")
        if (user, password) != ("sipuser", "sippw1234"):
            return None
        return port.Terminal(
            key="self-check-1",
            institution="CN-430400-HYL",
            library_name="雁城市图书馆",
            location="一楼大厅",
            settings=self.settings,
            handle=user,
        )

    def is_current(self, terminal):
        return terminal.handle == "sipuser"

    def check_pin(self, terminal, *, card, pin, now):
        self._called("check_pin")
        reader = self.readers.get(card)
        if reader is None:
            return port.Pin.UNKNOWN_CARD
        if reader.wrong_pins >= 3:
            return port.Pin.LOCKED
        if reader.pin == pin:
            reader.wrong_pins = 0
            return port.Pin.RIGHT
        reader.wrong_pins += 1
        return port.Pin.WRONG

    def patron(self, terminal, *, card, wanted, now):
        self._called("patron")
        reader = self.readers.get(card)
        if reader is None:
            return None
        held = [copy for copy in self.copies.values() if card in copy.held_by]
        charged = self._loans(card)
        overdue = [copy for copy in charged if copy.due_at < now]
        lists = {ListKind.HOLDS: held, ListKind.CHARGED: charged, ListKind.OVERDUE: overdue}
        blocks = self._reader_blocks(reader, now)
        flags = port.DENIED if blocks else frozenset()
        if reader.owed_fen:
            flags |= {PatronFlag.FINES}
        return port.PatronFacts(
            card=card,
            name=reader.name,
            valid=reader.expires_on >= now.date(),
            flags=flags,
            reasons=tuple(blocks),
            counts={kind: len(found) for kind, found in lists.items()},
            listed=_part(lists.get(wanted.kind, []), wanted) if wanted else (),
            loan_limit=LOAN_LIMIT,
            owed_fen=reader.owed_fen,
            category="成人",
            expires_on=reader.expires_on,
            born_on=date(1985, 5, 5),
            address="解放路1号",
            email="reader@example.org",
            phone="07340000000",
        )

    def item(self, terminal, *, barcode, owner, now):
        self._called("item")
        copy = self._copy(barcode, owner)
        if copy is None:
            return None
        status = port.CirculationStatus.AVAILABLE
        if copy.reader:
            status = port.CirculationStatus.CHARGED
        elif copy.held_by:
            status = port.CirculationStatus.ON_HOLD_SHELF
        return port.ItemFacts(
            barcode=copy.barcode,
            title=copy.title,
            status=status,
            due_at=copy.due_at,
            hold_queue=len(copy.held_by),
            owner=copy.owner,
            permanent_location="总馆文学借阅室",
            call_number=copy.call_number,
            permanent_shelf="A-03-2-5",
        )

    def checkout(self, terminal, asked, *, now):
        self._called("checkout")
        with self._lock:
            reader, copy = self.readers.get(asked.card), self._copy(asked.barcode, asked.owner)
            if copy is not None and copy.reader == asked.card and asked.renews_own:
                return self._renewed(copy)
            blocks = self._loan_blocks(reader, copy, now)
            title = copy.title if copy else ""
            if blocks:
                return port.CheckoutAnswer(ok=False, reasons=tuple(blocks), title=title)
            copy.reader, copy.renewals = asked.card, 0
            copy.due_at = _due(asked.happened_at or now, LOAN_DAYS)
            if asked.card in copy.held_by:
                copy.held_by.remove(asked.card)
            return port.CheckoutAnswer(ok=True, title=title, barcode=copy.barcode, due_at=copy.due_at)

    def cancel_checkout(self, terminal, *, card, barcode, owner, now):
        self._called("cancel_checkout")
        copy = self._copy(barcode, owner)
        if copy is None or copy.reader != card:
            return port.CheckoutAnswer(ok=False, reasons=("没有可撤销的借出",))
        copy.reader, copy.due_at = "", None
        return port.CheckoutAnswer(ok=True, title=copy.title, desensitize=False)

    def checkin(self, terminal, asked, *, now):
        self._called("checkin")
        copy = self._copy(asked.barcode, asked.owner)
        if copy is None:
            return port.CheckinAnswer(ok=False, reasons=("本馆没有此条码",), resensitize=False)
        returner, copy.reader, copy.due_at = copy.reader, "", None
        answer = port.CheckinAnswer(
            ok=True,
            barcode=copy.barcode,
            title=copy.title,
            permanent_location="总馆文学借阅室",
            call_number=copy.call_number,
            returner_card=returner,
        )
        if not copy.held_by:
            return answer
        waiting = self.readers[copy.held_by[0]]
        return replace(
            answer,
            alert=port.Alert.HOLD_HERE,
            destination="总馆预约架",
            hold_card=waiting.card,
            hold_name=waiting.name,
            notes=("有读者预约,请放预约架",),
        )

    def renew(self, terminal, asked, *, now):
        self._called("renew")
        copy = self._copy(asked.barcode, asked.owner)
        if copy is None or copy.reader != asked.card:
            return port.CheckoutAnswer(
                ok=False, reasons=("此书不在您名下",), title=copy.title if copy else ""
            )
        return self._renewed(copy)

    def renew_all(self, terminal, *, card, now):
        self._called("renew_all")
        answers = {copy.barcode: self._renewed(copy) for copy in self._loans(card)}
        return port.RenewAllAnswer(
            ok=True,
            renewed=tuple(barcode for barcode, answer in answers.items() if answer.ok),
            unrenewed=tuple(barcode for barcode, answer in answers.items() if not answer.ok),
            notes=tuple(reason for answer in answers.values() for reason in answer.reasons),
        )

    def hold(self, terminal, asked, *, now):
        self._called("hold")
        copy = self._copy(asked.barcode, asked.owner)
        if copy is None:
            return port.HoldAnswer(ok=False, reasons=("本馆没有此书",))
        waiting = asked.card in copy.held_by
        if asked.mode is port.HoldMode.ADD and not waiting:
            copy.held_by.append(asked.card)
            return port.HoldAnswer(
                ok=True,
                title=copy.title,
                available=not copy.reader,
                queue_position=len(copy.held_by),
                pickup=asked.pickup,
                expires_at=asked.expires_at,
            )
        if asked.mode is port.HoldMode.CANCEL and waiting:
            copy.held_by.remove(asked.card)
            return port.HoldAnswer(ok=True, title=copy.title)
        return port.HoldAnswer(
            ok=False, reasons=("已经预约" if waiting else "没有预约此书",), title=copy.title
        )

    def pay(self, terminal, paid, *, now):
        self._called("pay")
        reader = self.readers.get(paid.card)
        if reader is None:
            return port.Answer(ok=False, reasons=("没有此证",))
        if paid.transaction_id not in self.payments:
            self.payments[paid.transaction_id] = paid.amount_fen
            reader.owed_fen = max(0, reader.owed_fen - paid.amount_fen)
        return port.Answer(ok=True)

    def block_patron(self, terminal, *, card, card_retained, reason, now):
        self._called("block_patron")
        if card not in self.readers:
            return port.Answer(ok=False, reasons=("没有此证",))
        self.readers[card].blocked = True
        return port.Answer(ok=True, notes=("此证已停用,请到服务台",))

    def enable_patron(self, terminal, *, card, now):
        self._called("enable_patron")
        if not self.readers[card].blocked:
            return port.Answer(ok=False, reasons=("此证没有在自助机上停用",))
        self.readers[card].blocked = False
        return port.Answer(ok=True)

    def end_session(self, terminal, *, card, now):
        self._called("end_session")
        return port.Answer(ok=True)

    def _called(self, name):
        self.calls.append(name)
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault

    def _copy(self, barcode, owner):
        copy = self.copies.get(barcode)
        return copy if copy is not None and owner in ("", copy.owner) else None

    def _loans(self, card):
        return [copy for copy in self.copies.values() if copy.reader == card]

    def _reader_blocks(self, reader, now):
        if reader is None:
            return ["没有此证"]
        reasons = {
            "此证已在自助机上停用": reader.blocked,
            "停借中": reader.suspended,
            "读者证已过期": reader.expires_on < now.date(),
            f"欠款{reader.owed_fen / 100:.2f}元": reader.owed_fen > 500,
        }
        return [label for label, holds in reasons.items() if holds]

    def _loan_blocks(self, reader, copy, now):
        blocks = self._reader_blocks(reader, now)
        if copy is None:
            return [*blocks, "本馆没有此条码"]
        card = reader.card if reader else ""
        reasons = {
            "此书已在您名下": bool(copy.reader) and copy.reader == card,
            "此书已借给其他读者": bool(copy.reader) and copy.reader != card,
            "此书已被其他读者预约": bool(copy.held_by) and copy.held_by[0] != card,
            "已借满10册": len(self._loans(card)) >= LOAN_LIMIT,
        }
        return blocks + [label for label, holds in reasons.items() if holds]

    def _renewed(self, copy):
        if copy.held_by:
            return port.CheckoutAnswer(ok=False, reasons=("此书已被其他读者预约",), title=copy.title)
        if copy.renewals:
            return port.CheckoutAnswer(ok=False, reasons=("已到续借次数上限",), title=copy.title)
        copy.renewals += 1
        copy.due_at += timedelta(days=RENEWAL_DAYS)
        return port.CheckoutAnswer(
            ok=True, title=copy.title, due_at=copy.due_at, renewed=True, desensitize=False
        )


def _due(moment: datetime, days: int) -> datetime:
    day = (moment + timedelta(days=days)).date()
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=ZONE)


def _part(copies: list[Copy], wanted: port.ListWanted) -> tuple[port.ListedItem, ...]:
    part = copies[wanted.first - 1 : wanted.last]
    return tuple(port.ListedItem(barcode=copy.barcode, title=copy.title) for copy in part)


def _readers() -> list[Reader]:
    return [
        Reader("P000321", "李洋强"),
        Reader("P000322", "周小雁"),
        Reader("P000310", "王艳娜", suspended=True),
        Reader("P000311", "李杰敏", expires_on=date(2026, 1, 1)),
        Reader("P000312", "张伟静", owed_fen=2500),
        Reader("P000314", "陈娜强"),
        Reader("P000315", "刘一"),
        Reader("P000316", "赵二"),
        Reader("P000317", "Anne Smith"),
    ]


def _copies() -> list[Copy]:
    return [
        Copy("B00000321", "Network Fiction Nature"),
        Copy("B00000310", "生命寓言英语"),
        Copy("B00000313", "现代江南", held_by=["P000314"]),
        Copy("B00000341", "艺术理论的文化"),
        Copy("B00000350", "Plays | Human\nResearch"),
        *(
            Copy(f"L{number:03}", f"满额{number}", reader="P000315", due_at=_due(NOW, 20))
            for number in range(LOAN_LIMIT)
        ),
    ]
