"""One connection: log-in, PINs, repetitions, faults, the knobs of a terminal."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from doors.sip2.sip2_library import NOW, ZONE, Shelf
from yanshu.core.log import QuietFormatter
from yanshu.doors.sip2.client import Requests, Speaker
from yanshu.doors.sip2.codec import REQUESTS, RESPONSES, Dialect, Verdict, parse
from yanshu.doors.sip2.session import Memory, Session
from yanshu.doors.sip2.terminal import DueForm, ErrorDetection, TerminalSettings

HOME = "CN-430400-HYL"
SETTINGS = TerminalSettings(language="en")


class Bench:
    """A session, the library behind it and a terminal before it, with a clock one can set."""

    def __init__(self, settings=SETTINGS, *, library=None, memory=None, logged_in=True, speaker=None):
        self.now = NOW
        self.library = library or Shelf(settings)
        self.session = Session(
            self.library, clock=lambda: self.now, zone=ZONE, defaults=SETTINGS, memory=memory
        )
        self.speaker = speaker or Speaker(charset=settings.charset, delimiter=settings.delimiter)
        self.say = Requests(clock=lambda: self.now, institution=HOME)
        if logged_in:
            self.ask(self.say.login("sipuser", "sippw1234"))
            self.library.calls.clear()

    def ask(self, message):
        return self.speaker.hear(self.raw(self.speaker.say(message)))

    def raw(self, line):
        return self.session.answer(line).data


@pytest.fixture
def bench():
    return Bench()


def everything(say: Requests) -> dict:
    """One message of each kind a terminal may send."""
    card, barcode = "P000321", "B00000321"
    made = [
        say.patron_status(card, "1234"),
        say.patron(card, "1234"),
        say.item(barcode),
        say.checkout(card, barcode, "1234"),
        say.checkin(barcode),
        say.renew(card, barcode, "1234"),
        say.renew_all(card, "1234"),
        say.hold("+", card, barcode, "1234"),
        say.fee_paid(card, "1.00"),
        say.end_session(card),
        say.block(card, "left behind"),
        say.enable(card, "1234"),
        say.status(),
        parse(b"1920261123    011815AOx|AB1|CHy|"),
        parse(b"81AA1|XO430400|"),
        parse(b"85AA1|"),
        parse(b"91XO430400|"),
    ]
    return {each.code: each for each in made}


def test_nothing_is_asked_of_the_library_before_login():
    bench = Bench(logged_in=False)
    for code, message in everything(bench.say).items():
        answer = bench.ask(message)
        assert answer.code == REQUESTS[code].answered_by
        assert bench.speaker.is_sound(answer)
        assert answer.get("AF")
    assert bench.library.calls == []


def test_the_table_of_messages_is_walked_completely():
    bench = Bench(logged_in=False)
    assert everything(bench.say).keys() | {"93", "97"} == REQUESTS.keys()


@pytest.mark.parametrize("code", sorted(REQUESTS.keys() - {"93", "97"}))
def test_a_fault_is_refused_in_the_messages_own_form_and_the_line_lives(code, caplog):
    bench = Bench()
    caplog.handler.setFormatter(QuietFormatter("%(levelname)s %(message)s"))
    message = everything(bench.say)[code]
    bench.library.fault = RuntimeError("P000321 李洋强 1234")
    answer = bench.ask(message)
    assert answer.code == REQUESTS[code].answered_by
    assert answer.verdict is Verdict.RIGHT
    faulted = bench.library.fault is None
    if faulted:
        assert answer.get("AF").startswith("This could not be done")
        assert [each.levelname for each in caplog.records if each.levelno > logging.INFO] == ["ERROR"]
        assert "RuntimeError" in caplog.text
        assert "in _called" in caplog.text
    for personal in ("P000321", "李洋强", "1234"):
        assert personal not in caplog.text
    bench.library.fault = None
    assert bench.ask(bench.say.item("B00000321")).get("AJ") == "Network Fiction Nature"


def test_a_fault_of_the_login_is_a_failed_login():
    bench = Bench(logged_in=False)
    bench.library.fault = OSError("database gone")
    assert bench.ask(bench.say.login("sipuser", "sippw1234")).fixed["ok"] == "0"
    assert bench.ask(bench.say.login("sipuser", "sippw1234")).fixed["ok"] == "1"


def test_third_failed_login_closes_the_line():
    bench = Bench(logged_in=False)
    wrong = bench.speaker.say(bench.say.login("sipuser", "guess"))
    assert [bench.session.answer(wrong).close for _ in range(3)] == [False, False, True]


def test_encrypted_logins_are_refused_without_asking():
    bench = Bench(logged_in=False)
    assert bench.raw(b"9311CNx|COy|") == b"940\r"
    assert bench.library.calls == []


def test_a_failed_second_login_logs_the_terminal_out(bench):
    bench.ask(bench.say.login("sipuser", "guess"))
    assert bench.ask(bench.say.item("B00000321")).get("AF") == "This terminal has not logged in."


def test_login_with_the_terminals_own_delimiter():
    settings = TerminalSettings(delimiter="^", language="en")
    bench = Bench(settings)
    answer = bench.raw(bench.speaker.say(bench.say.item("B00000310")))
    assert b"|" not in answer
    assert b"^AJ" in answer


# PINs


WRONG, NONE = "9999", ""
ASKS_OF_A_PERSON = {
    "patron_status": lambda say, pin: say.patron_status("P000312", pin),
    "patron": lambda say, pin: say.patron("P000312", pin, wanted=2),
    "enable": lambda say, pin: say.enable("P000312", pin),
    "checkout": lambda say, pin: say.checkout("P000312", "B00000321", pin),
    "renew": lambda say, pin: say.renew("P000312", "B00000321", pin),
    "renew_all": lambda say, pin: say.renew_all("P000312", pin),
    "hold": lambda say, pin: say.hold("+", "P000312", "B00000321", pin),
}


@pytest.mark.parametrize("pin", [WRONG, NONE])
@pytest.mark.parametrize("asks", ASKS_OF_A_PERSON.values(), ids=ASKS_OF_A_PERSON)
def test_without_the_right_pin_nothing_is_said_or_done(bench, asks, pin):
    bench.library.settings = SETTINGS
    line = bench.raw(bench.speaker.say(asks(bench.say, pin)))
    for personal in ("张", "25.00", "解放路", "19850505", "成人", "example.org"):
        assert personal not in line.decode()
    assert parse(line).get("AF") == ("The PIN is not right." if pin else "Please enter your PIN.")
    assert set(bench.library.calls) <= {"check_pin"}


def test_every_personal_field_is_off_until_the_library_turns_it_on():
    personal = {"BD", "BE", "BF", "PA", "PB", "PC"}
    plain, open_ = Bench(), Bench(replace(SETTINGS, personal_fields=frozenset(personal)))
    sent = {code for code, _ in plain.ask(plain.say.patron("P000321", "1234")).fields}
    assert not sent & personal
    answer = open_.ask(open_.say.patron("P000321", "1234"))
    assert {code: answer.get(code) for code in personal} == {
        "BD": "解放路1号",
        "BE": "reader@example.org",
        "BF": "07340000000",
        "PA": "20300101",
        "PB": "19850505",
        "PC": "成人",
    }
    wrong = open_.ask(open_.say.patron("P000322", "9999"))
    assert not {code for code, _ in wrong.fields} & personal


def test_a_pin_is_compared_once_a_readers_session(bench):
    bench.ask(bench.say.patron("P000321", "1234"))
    bench.ask(bench.say.checkout("P000321", "B00000321", "1234"))
    bench.ask(bench.say.checkout("P000321", "B00000310"))
    assert bench.library.calls == ["check_pin", "patron", "checkout", "checkout"]


@pytest.mark.parametrize(
    "ends",
    [
        lambda bench: bench.ask(bench.say.end_session("P000321")),
        lambda bench: bench.ask(bench.say.patron("P000322", "1234")),
        lambda bench: bench.ask(bench.say.patron("P000321", "9999")),
        lambda bench: bench.ask(bench.say.login("sipuser", "sippw1234")),
        lambda bench: setattr(bench, "now", bench.now + timedelta(minutes=5)),
    ],
    ids=["end session", "next reader", "wrong PIN", "login", "time"],
)
def test_the_readers_session_ends(bench, ends):
    bench.ask(bench.say.patron("P000321", "1234"))
    ends(bench)
    answer = bench.ask(bench.say.checkout("P000321", "B00000321"))
    assert answer.fixed["ok"] == "0"
    assert answer.get("AF") == "Please enter your PIN."


def test_a_locked_card_is_told_to_go_to_the_desk(bench):
    said = [bench.ask(bench.say.patron("P000321", "9999")).get("AF") for _ in range(4)]
    assert said[2:] == ["The PIN is not right.", "Too many wrong PINs. Please ask at the desk."]


def test_lending_by_card_alone_shows_a_masked_name():
    bench = Bench(replace(SETTINGS, pin_required=False))
    answer = bench.ask(bench.say.patron("P000321"))
    assert (answer.get("AE"), answer.get("BL"), answer.get("CQ")) == ("李**", "Y", "")
    assert bench.ask(bench.say.patron("P000317")).get("AE") == "A***"
    assert bench.ask(bench.say.checkout("P000321", "B00000321")).fixed["ok"] == "1"
    assert bench.ask(bench.say.checkout("P000321", "B00000310", "9999")).fixed["ok"] == "0"


def test_names_can_be_masked_even_for_the_right_pin():
    bench = Bench(replace(SETTINGS, masks_names=True))
    assert bench.ask(bench.say.patron("P000321", "1234")).get("AE") == "李**"


# Repetitions


def test_the_same_words_again_are_not_done_again(bench):
    line = bench.speaker.say(bench.say.checkout("P000321", "B00000321", "1234"))
    first = bench.raw(line)
    bench.now += timedelta(seconds=20)
    assert bench.raw(line) == first
    assert bench.library.calls.count("checkout") == 1


def test_a_machine_that_lost_its_line_gets_the_answer_it_missed():
    library, memory = Shelf(SETTINGS), Memory()
    before, after = Bench(library=library, memory=memory), Bench(library=library, memory=memory)
    after.ask(after.say.item("B00000321"))
    paid = before.say.fee_paid("P000312", "5.00")
    first, second = before.ask(paid), after.ask(paid)
    assert first.fixed == second.fixed
    assert first.sequence != second.sequence
    assert library.calls.count("pay") == 1
    assert library.readers["P000312"].owed_fen == 2000


@pytest.mark.parametrize("between", ["a minute", "another wish", "no clock"])
def test_what_is_wished_again_is_done_again(between):
    bench = Bench()
    first = bench.say.fee_paid("P000312", "5.00", "1")
    if between == "no clock":
        first.fixed["transaction_date"] = " " * 18
    bench.ask(first)
    if between == "a minute":
        bench.now += timedelta(seconds=61)
    if between == "another wish":
        bench.ask(bench.say.checkin("B00000310"))
    bench.ask(first)
    assert bench.library.calls.count("pay") == 2


@pytest.mark.parametrize(
    ("detection", "line", "answered"),
    [
        (ErrorDetection.OPTIONAL, b"9900302.00", b"98"),
        (ErrorDetection.OPTIONAL, b"9900302.00AY1AZ0000", b"96AZFEF6\r"),
        (ErrorDetection.REQUIRED, b"9900302.00", b"96AZFEF6\r"),
        (ErrorDetection.OFF, b"9900302.00AY1AZ0000", b"98"),
        (ErrorDetection.OPTIONAL, b"unheard of", b"96\r"),
        (ErrorDetection.OPTIONAL, b"55what|", b"96\r"),
        (ErrorDetection.OPTIONAL, b"11YN2026", b"96\r"),
        (ErrorDetection.OPTIONAL, b"941", b"96\r"),
        (ErrorDetection.OPTIONAL, b"", b"96\r"),
    ],
)
def test_error_detection_is_the_terminals_choice(detection, line, answered):
    bench = Bench(replace(SETTINGS, error_detection=detection))
    answer = bench.raw(line)
    assert answer[: len(answered)] == answered
    if detection is ErrorDetection.OFF:
        assert parse(answer).verdict is Verdict.ABSENT


def test_ninety_six_does_not_count_as_the_last_answer(bench):
    last = bench.raw(bench.speaker.say(bench.say.item("B00000321")))
    bench.raw(b"9900302.00AY1AZ0000")
    assert bench.raw(b"97AZFEF5") == last


# Knobs


LEND = ("P000321", "B00000321", "1234")
NOT_HERE = "This terminal is not set up for this service."
SECOND = {"wanted": 2, "BP": "2", "BQ": "2"}


@pytest.mark.parametrize(
    ("change", "request_", "field", "expected"),
    [
        ({"institution": "CN-X"}, lambda say: say.end_session("P000321"), "AO", "CN-X"),
        ({"due_form": DueForm.ISO}, lambda say: say.checkout(*LEND), "AH", "2026-12-23"),
        ({"hidden_fields": frozenset({"CS"})}, lambda say: say.checkin("B00000321"), "CS", ""),
        ({"shows_returner": True}, lambda say: say.checkin("L003"), "AA", "P000315"),
        ({"shows_hold_reader": True}, lambda say: say.checkin("B00000313"), "DA", "陈娜强"),
        ({"titles_in_lists": True}, lambda say: say.patron("P000315", "1234", **SECOND), "AU", "满额1"),
        ({"dialect": Dialect({"call_number": "CS"})}, lambda say: say.item("L000"), "CS", "I247.5/321"),
        ({"refused_messages": frozenset({"11"})}, lambda say: say.checkout(*LEND), "AF", NOT_HERE),
        ({"refused_messages": frozenset({"11"})}, lambda say: say.status(), "BX", "YNYYYYYYYYYNYYYY"),
        ({"renews_own": False}, lambda say: say.checkout("P000315", "L001", "1234"), "AF", "此书已在您名下"),
    ],
)
def test_knobs(change, request_, field, expected):
    bench = Bench(replace(SETTINGS, **change))
    assert bench.ask(request_(bench.say)).get(field) == expected


@pytest.mark.parametrize(("first", "last", "expected"), [
    ("", "", 10), ("1", "5", 5), ("9", "20", 2), ("11", "", 0), ("0", "x", 10), ("5", "4", 6),
])  # fmt: skip
def test_part_of_a_list(bench, first, last, expected):
    answer = bench.ask(bench.say.patron("P000315", "1234", wanted=2, BP=first, BQ=last))
    assert len(answer.all("AU")) == expected
    assert answer.number("charged_items") == 10


def test_screen_messages_are_capped_the_first_reason_first():
    bench = Bench(replace(SETTINGS, screen_lines=2))
    bench.library.readers["P000310"].owed_fen = 900
    answer = bench.ask(bench.say.checkout("P000310", "B00000313", "1234"))
    assert answer.all("AF") == ["停借中", "欠款9.00元"]


def test_renew_all_lists_what_it_counts(bench):
    bench.library.copies["L002"].held_by = ["P000316"]
    answer = bench.ask(bench.say.renew_all("P000315", "1234"))
    assert answer.number("renewed_count") == len(answer.all("BM")) == 9
    assert answer.number("unrenewed_count") == len(answer.all("BN")) == 1
    assert answer.all("BN") == ["L002"]


def test_items_of_another_owner_are_not_confused(bench):
    assert bench.ask(bench.say.item("B00000321", "CN-OTHER")).fixed["circulation_status"] == "01"
    assert bench.ask(bench.say.item("B00000321", HOME)).fixed["circulation_status"] == "03"
    assert bench.ask(bench.say.item("B00000321", "")).fixed["circulation_status"] == "03"


def test_a_loan_that_could_not_be_handed_out_is_taken_back(bench):
    bench.ask(bench.say.checkout("P000321", "B00000321", "1234"))
    answer = bench.ask(bench.say.checkout("P000321", "B00000321", BI="Y"))
    assert answer.fixed["ok"] == "1"
    assert bench.library.copies["B00000321"].reader == ""


def test_offline_loans_are_believed_only_where_the_library_says_so():
    past = "20261120    101500"
    message = f"11NY{past}{' ' * 18}AO|AAP000321|ABB00000321|AC|".encode()
    assert parse(Bench().raw(message)).get("AF") == "Please enter your PIN."
    trusting = Bench(replace(SETTINGS, takes_offline=True))
    assert parse(trusting.raw(message)).get("AH") == "20261220    235900"
    for moment in ("20361120    101500", "20261101    101500"):
        unbelieved = message.replace(past.encode(), moment.encode())
        trusting = Bench(replace(SETTINGS, takes_offline=True))
        assert parse(trusting.raw(unbelieved)).get("AF") == "Please enter your PIN."


@pytest.mark.parametrize(
    ("amount", "currency", "accepted", "fen"),
    [
        ("5.00", "CNY", "Y", 500),
        ("5", "CNY", "Y", 500),
        ("0.5", "RMB", "Y", 50),
        ("0", "CNY", "N", None),
        ("-5.00", "CNY", "N", None),
        ("5,00", "CNY", "N", None),
        ("5.001", "CNY", "N", None),
        ("", "CNY", "N", None),
        ("5.00", "USD", "N", None),
    ],
)
def test_money_is_read_exactly_or_not_taken(bench, amount, currency, accepted, fen):
    answer = bench.ask(bench.say.fee_paid("P000312", amount, "T1", currency))
    assert answer.fixed["accepted"] == accepted
    assert bench.library.payments.get("T1") == fen


def test_a_card_the_machine_suspects_is_blocked_and_freed(bench):
    blocked = bench.ask(bench.say.block("P000321", "left behind"))
    assert blocked.code == "24"
    assert blocked.fixed["patron_status"] == "YYYY" + " " * 10
    assert not blocked.get("AE")
    assert bench.ask(bench.say.checkout("P000321", "B00000321", "1234")).get("AF") == "此证已在自助机上停用"
    freed = bench.ask(bench.say.enable("P000321", "1234"))
    assert freed.fixed["patron_status"] == " " * 14
    bench.now += timedelta(seconds=1)
    assert bench.ask(bench.say.enable("P000321", "1234")).fixed["patron_status"][:4] == "YYYY"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1720261123    011815AO|AB|", "No item was read."),
        ("11NN20261123    01181520261123    011815AO|AA|AB1|AC|", "No card was read."),
        ("6300020261123    011815          AO|AA|", "No card was read."),
        ("09N20261123    01181520261123    011815AP|AO|AB1|AC|BIY|", "This service is not available"),
        ("15?20261123    011815AO|AAP000321|AD1234|AB1|", "This service is not available"),
        ("81AA1|XO430400|", "This service is not available"),
        ("1920261123    011815AO|AB1|CHx|", "This service is not available"),
    ],
)
def test_what_is_missing_is_said(bench, line, said):
    assert parse(bench.raw(line.encode())).get("AF").startswith(said)


def test_vendor_letters_of_the_answer_are_the_terminals():
    assert Bench().raw(b"81AA1|").startswith(b"82OK0|AF")
    odd = Bench(replace(SETTINGS, dialect=Dialect({"accepted": "XZ"})))
    assert parse(odd.raw(b"91XO1|")).get("XZ") == "0"


def test_language_of_the_screen(bench):
    chinese = Bench(TerminalSettings(language="zh-hans"))
    assert chinese.ask(chinese.say.patron("P000321", "1234")).fixed["language"] == "019"
    following = Bench(TerminalSettings(language="zh-hans", follows_language=True))
    message = following.say.patron("P000321", "9999")
    message.fixed["language"] = "001"
    answer = following.ask(message)
    assert (answer.fixed["language"], answer.get("AF")) == ("001", "The PIN is not right.")


def test_answers_keep_to_their_layout():
    """Required fields there, nothing twice that may come once: for each message, welcome and refused."""
    for settings in (SETTINGS, replace(SETTINGS, refused_messages=REQUESTS.keys() - {"93", "97", "99"})):
        bench = Bench(settings)
        for message in everything(bench.say).values():
            answer = bench.ask(message)
            codes = [code for code, _ in answer.fields]
            for field in RESPONSES[answer.code].fields:
                assert codes.count(field.code) >= field.required
                assert codes.count(field.code) <= 1 or field.repeatable


@pytest.mark.parametrize(
    "stored",
    [
        {"charset": "utf-16"},
        {"delimiter": "||"},
        {"delimiter": "A"},
        {"line_end": "\t"},
        {"screen_lines": 0},
        {"screen_lines": "3"},
        {"refused_messages": ["93"]},
        {"personal_fields": ["AE"]},
        {"personal_fields": "BD"},
        {"error_detection": "sometimes"},
        {"dialect": {"call_number": "toolong"}},
        {"dialect": "KC"},
        {"colour": "red"},
    ],
)
def test_settings_that_cannot_work_are_refused(stored):
    with pytest.raises(ValueError, match=r".+"):
        TerminalSettings.of(stored)


def test_settings_are_read_as_stored():
    assert TerminalSettings.of(
        {
            "charset": "GBK",
            "error_detection": "required",
            "due_form": "iso",
            "hidden_fields": ["AG"],
            "dialect": {"call_number": "CS"},
            "pin_required": False,
        }
    ) == TerminalSettings(
        charset="gbk",
        error_detection=ErrorDetection.REQUIRED,
        due_form=DueForm.ISO,
        hidden_fields=frozenset({"AG"}),
        dialect=Dialect({"call_number": "CS"}),
        pin_required=False,
    )
