import pytest

from yanshu.demo.base_records import base_records
from yanshu.demo.crosswalk import class_of, unmatched

MAIN_CLASSES = set("ABCDEFGHIJKNOPQRSTUVXZ")


@pytest.mark.parametrize(
    ("shelf_mark", "flags", "clc"),
    [
        ("PL2303", {}, "I2"),
        ("PL2877.A5", {"fiction": True}, "I24"),
        ("PL2877.A5", {"juvenile": True}, "I28"),
        ("PL1281", {}, "H1"),
        ("PZ7", {}, "I28"),
        ("PR6056", {"fiction": True}, "I5"),
        ("PS3569", {}, "I7"),
        ("DS735", {}, "K2"),
        ("DS797.28", {}, "K29"),
        ("DS706", {}, "K92"),
        ("QA76.9", {}, "TP3"),
        ("QA372", {}, "O1"),
        ("RA418", {}, "R1"),
        ("R601", {}, "R2"),
        ("KNQ4610", {}, "D92"),
        ("KFA538", {}, "D93"),
        ("KZ3405", {}, "D99"),
        ("ND1049", {}, "J2"),
        ("NK3634", {}, "J29"),
        ("MLCSC 92/00123 (P)", {}, "H0"),
        ("MLCMC 90/12 (Q)", {}, "N0"),
        ("2004/00561 (B)", {}, "B1"),
        ("CPB Box no. 1844 vol. 12", {}, "Z"),
        ("IN PROCESS", {}, "Z"),
        ("", {}, "Z"),
    ],
)
def test_classes(shelf_mark, flags, clc):
    assert class_of(shelf_mark, **flags) == clc


def test_the_crosswalk_knows_every_class_of_the_records():
    marks = [base.record.value("050", "a") for base in base_records()]

    named = [m for m in marks if not m.startswith(("MLC", "CPB Box", "CLC Ser", "IN PROCESS"))]
    assert unmatched(named) == []


def test_every_record_has_a_main_class():
    assert {base.clc[0] for base in base_records()} <= MAIN_CLASSES
