"""The exchanges measured at a peer, and what this door answers instead: better words, less of the person."""

from datetime import timedelta

import pytest

from doors.sip2.sip2_library import NOW, ZONE, Shelf
from yanshu.doors.sip2.session import Session
from yanshu.doors.sip2.terminal import TerminalSettings

DENIED = "YYYY" + " " * 10
FREE = " " * 14
ZEROS = "0000" * 6
DATE = "20261123    011815"
HOME = "AOCN-430400-HYL|"

#: What is said, and what is answered; number and check sum are added to both.
EXCHANGES = [
    ("login, wrong password", "9300CNsipuser|COnope|CPCPL|", "940"),
    ("login", "9300CNsipuser|COsippw1234|CPCPL|", "941"),
    (
        "terminal status",
        "9900302.00",
        f"98YYYYNN100003{DATE}2.00{HOME}AM雁城市图书馆|BXYYYYYYYYYYYNYYYY|AN一楼大厅|",
    ),
    (
        "patron status",
        f"23000{DATE}{HOME}AAP000321|AC|AD1234|",
        f"24{FREE}001{DATE}{HOME}AAP000321|AE李洋强|BLY|CQY|",
    ),
    (
        "patron information, right PIN",
        f"63000{DATE}Y         {HOME}AAP000321|AC|AD1234|",
        f"64{FREE}001{DATE}{ZEROS}{HOME}AAP000321|AE李洋强|CB0010|BLY|CQY|",
    ),
    (
        "patron information, wrong PIN: no name, no counts",
        f"63000{DATE}Y         {HOME}AAP000321|AC|AD9999|",
        f"64{DENIED}001{DATE}{ZEROS}{HOME}AAP000321|AE|BLY|CQN|AFThe PIN is not right.|",
    ),
    (
        "patron information, unknown card",
        f"63000{DATE}Y         {HOME}AANOSUCH|AC|AD1234|",
        (
            f"64{DENIED}001{DATE}{ZEROS}{HOME}AANOSUCH|AE|BLN|CQN|"
            "AFThis card is not known here. Please ask at the desk.|"
        ),
    ),
    (
        "item information, available",
        f"17{DATE}{HOME}ABB00000321|AC|",
        (
            f"18030101{DATE}CF0|ABB00000321|AJNetwork Fiction Nature|BGCN-430400-HYL|CK001|AQ总馆文学借阅室|"
            "KCI247.5/321|KQA-03-2-5|"
        ),
    ),
    (
        "item information, unknown barcode",
        f"17{DATE}{HOME}ABNOSUCH|AC|",
        f"18010101{DATE}ABNOSUCH|AJ|AFThis item is not known here. Please hand it in at the desk.|",
    ),
    (
        "checkout",
        f"11NN{DATE}                  {HOME}AAP000321|ABB00000321|AC|AD1234|BON|BIN|",
        f"121NNY{DATE}{HOME}AAP000321|ABB00000321|AJNetwork Fiction Nature|AH20261223    235900|",
    ),
    (
        "checkout again, the message does not allow renewal",
        f"11NN{DATE}                  {HOME}AAP000321|ABB00000321|AC|AD1234|BON|BIN|CHagain|",
        f"120NUN{DATE}{HOME}AAP000321|ABB00000321|AJNetwork Fiction Nature|AH|AF此书已在您名下|",
    ),
    (
        "checkout again, the message allows renewal",
        f"11YN{DATE}                  {HOME}AAP000321|ABB00000321|AC|AD1234|BON|BIN|",
        (
            f"121YNN{DATE}{HOME}AAP000321|ABB00000321|AJNetwork Fiction Nature|AH20270107    235900|"
            "AFThis item was on loan to you: it has been renewed.|"
        ),
    ),
    (
        "patron information, charged items listed",
        f"63000{DATE}  Y       {HOME}AAP000321|AC|AD1234|BP1|BQ5|",
        f"64{FREE}001{DATE}000000000001000000000000{HOME}AAP000321|AE李洋强|CB0010|BLY|CQY|AUB00000321|",
    ),
    (
        "item information, on loan",
        f"17{DATE}{HOME}ABB00000321|AC|",
        (
            f"18040101{DATE}CF0|AH20270107    235900|ABB00000321|AJNetwork Fiction Nature|BGCN-430400-HYL|"
            "CK001|AQ总馆文学借阅室|KCI247.5/321|KQA-03-2-5|"
        ),
    ),
    (
        "checkout, on loan to another",
        f"11NN{DATE}                  {HOME}AAP000322|ABB00000321|AC|AD1234|BON|BIN|",
        f"120NUN{DATE}{HOME}AAP000322|ABB00000321|AJNetwork Fiction Nature|AH|AF此书已借给其他读者|",
    ),
    (
        "checkout, unknown barcode",
        f"11NN{DATE}                  {HOME}AAP000321|ABNOSUCH|AC|AD1234|BON|BIN|",
        f"120NUN{DATE}{HOME}AAP000321|ABNOSUCH|AJ|AH|AF本馆没有此条码|",
    ),
    (
        "renew beyond the limit",
        f"29NN{DATE}                  {HOME}AAP000321|AD1234|ABB00000321|AC|BON|",
        f"300NUN{DATE}{HOME}AAP000321|ABB00000321|AJNetwork Fiction Nature|AH|AF已到续借次数上限|",
    ),
    (
        "renew all: counts and lists agree",
        f"65{DATE}{HOME}AAP000321|AD1234|AC|BON|",
        f"66100000001{DATE}{HOME}BNB00000321|AF已到续借次数上限|",
    ),
    (
        "patron information, suspended reader",
        f"63000{DATE}Y         {HOME}AAP000310|AC|AD1234|",
        f"64{DENIED}001{DATE}{ZEROS}{HOME}AAP000310|AE王艳娜|CB0010|BLY|CQY|AF停借中|",
    ),
    (
        "patron information, expired card",
        f"63000{DATE}Y         {HOME}AAP000311|AC|AD1234|",
        f"64{DENIED}001{DATE}{ZEROS}{HOME}AAP000311|AE李杰敏|CB0010|BLN|CQY|AF读者证已过期|",
    ),
    (
        "patron information, owing 25 yuan",
        f"63000{DATE}Y         {HOME}AAP000312|AC|AD1234|",
        (
            f"64YYYY      Y   001{DATE}{ZEROS}{HOME}AAP000312|AE张伟静|CB0010|BLY|CQY|BHCNY|BV25.00|"
            "AF欠款25.00元|"
        ),
    ),
    (
        "patron information, a hold",
        f"63000{DATE}Y         {HOME}AAP000314|AC|AD1234|",
        f"64{FREE}001{DATE}000100000000000000000000{HOME}AAP000314|AE陈娜强|CB0010|BLY|CQY|ASB00000313|",
    ),
    (
        "checkout, suspended reader: the reason by name",
        f"11NN{DATE}                  {HOME}AAP000310|ABB00000310|AC|AD1234|BON|BIN|",
        f"120NUN{DATE}{HOME}AAP000310|ABB00000310|AJ生命寓言英语|AH|AF停借中|",
    ),
    (
        "checkout, every block is named, the first first",
        f"11NN{DATE}                  {HOME}AAP000310|ABB00000313|AC|AD1234|BON|BIN|",
        f"120NUN{DATE}{HOME}AAP000310|ABB00000313|AJ现代江南|AH|AF停借中|AF此书已被其他读者预约|",
    ),
    (
        "checkout, reserved for another",
        f"11NN{DATE}                  {HOME}AAP000316|ABB00000313|AC|AD1234|BON|BIN|",
        f"120NUN{DATE}{HOME}AAP000316|ABB00000313|AJ现代江南|AH|AF此书已被其他读者预约|",
    ),
    (
        "checkout, eleventh loan: no raw code",
        f"11NN{DATE}                  {HOME}AAP000315|ABB00000341|AC|AD1234|BON|BIN|",
        f"120NUN{DATE}{HOME}AAP000315|ABB00000341|AJ艺术理论的文化|AH|AF已借满10册|",
    ),
    (
        "checkin: nothing of the reader",
        f"09N{DATE}{DATE}APCPL|{HOME}ABB00000321|AC|",
        f"101YNN{DATE}{HOME}ABB00000321|AQ总馆文学借阅室|AJNetwork Fiction Nature|CSI247.5/321|",
    ),
    (
        "checkin, not on loan",
        f"09N{DATE}{DATE}APCPL|{HOME}ABB00000310|AC|",
        f"101YNN{DATE}{HOME}ABB00000310|AQ总馆文学借阅室|AJ生命寓言英语|CSI247.5/321|",
    ),
    (
        "checkin, unknown barcode",
        f"09N{DATE}{DATE}APCPL|{HOME}ABNOSUCH|AC|",
        f"100NUY{DATE}{HOME}ABNOSUCH|AQ|CV99|AF本馆没有此条码|",
    ),
    (
        "checkin, reserved: where to, and not for whom",
        f"09N{DATE}{DATE}APCPL|{HOME}ABB00000313|AC|",
        (
            f"101YNY{DATE}{HOME}ABB00000313|AQ总馆文学借阅室|AJ现代江南|CV01|CT总馆预约架|CSI247.5/321|"
            "AF有读者预约,请放预约架|"
        ),
    ),
    (
        "hold, add; delimiter and line end in the title are made harmless",
        f"15+{DATE}BW{DATE}|BSCPL|BY2|{HOME}AAP000317|AD1234|ABB00000350|AC|BON|",
        f"161Y{DATE}BW{DATE}|BR1|BSCPL|{HOME}AAP000317|ABB00000350|AJPlays   Human Research|",
    ),
    (
        "hold, cancel: the hold just made goes",
        f"15-{DATE}BW{DATE}|BSCPL|BY2|{HOME}AAP000317|AD1234|ABB00000350|AC|BON|",
        f"161N{DATE}{HOME}AAP000317|ABB00000350|AJPlays   Human Research|",
    ),
    (
        "fee paid",
        f"37{DATE}0100CNYBV5.00|{HOME}AAP000312|AC|AD1234|BK1|",
        f"38Y{DATE}{HOME}AAP000312|BK1|",
    ),
    ("end session", f"35{DATE}{HOME}AAP000321|AC|AD1234|", f"36Y{DATE}{HOME}AAP000321|"),
]


def summed(text: str, charset: str) -> bytes:
    """Add the check sum, computed here a second time and in another way."""
    data = (text + "AZ").encode(charset)
    total = 0
    for byte in data:
        total = (total + byte) % 65536
    return data + f"{(65536 - total) % 65536:04X}".encode() + b"\r"


@pytest.fixture(params=["utf-8", "gbk", "gb18030"])
def charset(request):
    return request.param


@pytest.fixture
def session(charset):
    settings = TerminalSettings(charset=charset, language="en")
    return Session(Shelf(settings), clock=lambda: NOW, zone=ZONE)


def test_the_whole_conversation_byte_for_byte(session, charset):
    for number, (name, said, answered) in enumerate(EXCHANGES):
        sequence = f"AY{number % 10}"
        reply = session.answer(summed(said + sequence, charset))
        assert reply.data == summed(answered + sequence, charset), name
        assert not reply.close


def test_resend_repeats_the_last_answer_byte_for_byte(session, charset):
    session.answer(summed("9300CNsipuser|COsippw1234|AY0", charset))
    last = session.answer(summed(f"17{DATE}{HOME}ABB00000310|AC|AY1", charset))
    assert session.answer(b"97AZFEF5\r").data == last.data
    assert session.answer(b"97AZFEF5\r").data == last.data


def test_bad_checksum_is_asked_for_again_and_nothing_is_done(session, charset):
    session.answer(summed("9300CNsipuser|COsippw1234|AY0", charset))
    library = session._library
    before = list(library.calls)
    assert session.answer(f"17{DATE}{HOME}ABB00000321|AC|AY1AZ0000\r".encode()).data == b"96AZFEF6\r"
    assert library.calls == before


def test_nothing_to_repeat_yet():
    assert Session(Shelf(), clock=lambda: NOW, zone=ZONE).answer(b"97AZFEF5\r").data == b"96AZFEF6\r"


def test_the_clock_of_the_wire_is_the_librarys():
    """A clock in universal time is worded in the library's own zone."""
    session = Session(Shelf(), clock=(NOW + timedelta(hours=1)).astimezone, zone=ZONE)
    session.answer(b"9300CNsipuser|COsippw1234|\r")
    assert session.answer(b"9900302.00\r").data[14:32] == b"20261123    021815"
