"""Messages collected from public test suites and real servers: every one is read, damage and all."""

import json

import pytest

from yanshu.doors.sip2.codec import Damage, Verdict, parse

VERDICTS = {None: Verdict.ABSENT, "ok:utf-8": Verdict.RIGHT, "mismatch": Verdict.WRONG}
#: A sum without a number before it, which the collection left unjudged.
UNNUMBERED = {"9300CNuser_id|COpassword|AZF620", "96AZFEF6", "97AZFEF5"}

pytestmark = pytest.mark.shared


@pytest.fixture(scope="session")
def samples(shared):
    return json.loads((shared / "data/sip2/sip2_messages.json").read_text(encoding="utf-8"))


def test_all_are_read_with_code_and_verdict(samples):
    assert len(samples) == 81
    for sample in samples:
        message = parse(sample["message"].encode())
        assert message.code == sample["code"], sample["message"]
        judged = Verdict.RIGHT if sample["message"] in UNNUMBERED else VERDICTS[sample["checksum"]]
        assert message.verdict is judged, sample["message"]


def test_only_these_are_damaged(samples):
    damaged = {
        sample["message"][:24]: {damage.name for damage in parse(sample["message"].encode()).damage}
        for sample in samples
        if parse(sample["message"].encode()).damage
    }
    assert damaged == {
        # A character too many before the first field.
        "15+20130915    1854553BS": {Damage.STRAY.name},
        # A 98 put under the code 97.
        "97      23476520180508  ": {Damage.STRAY.name},
    }


def test_the_hold_with_a_character_too_many_still_says_where_to_pick_up(samples):
    hold = next(each["message"] for each in samples if each["message"].startswith("15+20130915"))
    message = parse(hold.encode())
    assert (message.get("BS"), message.get("BY"), message.get("AB")) == (
        "pickupLocation",
        "3",
        "ABitemId"[2:],
    )


def test_real_servers_fields_are_kept(samples):
    evergreen = next(
        each["message"] for each in samples if "AE" in each["message"] and "AQNEWTWN" in each["message"]
    )
    message = parse(evergreen.encode())
    assert message.get("BV") == "100.00"
    assert message.get("XI") == "863718"
    assert message.number("hold_items") == 0
    assert (
        parse(next(each["message"] for each in samples if "LE CARR" in each["message"]).encode()).get("AE")
        == "LE CARRÉ, JOHN"
    )
