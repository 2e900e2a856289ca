import pytest

from yanshu.core.file import StoredFile
from yanshu.core.reference import Reference, columns
from yanshu.core.sequence import Sequence


def test_a_reference_names_an_object_and_keeps_its_words():
    assert Reference.to(Sequence(pk=3, name="slips", next_value=7)) == Reference(
        "core.sequence", 3, "slips: 7"
    )
    assert Reference.to(Sequence(pk=3), "流水号") == Reference("core.sequence", 3, "流水号")


def test_what_is_not_saved_cannot_be_referred_to():
    with pytest.raises(ValueError, match="not saved"):
        Reference.to(Sequence(name="slips"))


def test_the_columns_hold_it():
    row = StoredFile()
    assert row.reference is None
    row.reference = Reference("places.branch", 3, "馆" * 300)
    assert (row.ref_kind, row.ref_id, row.ref_label) == ("places.branch", 3, "馆" * 255)
    assert row.reference == Reference("places.branch", 3, "馆" * 255)
    assert columns(row.reference) == {"ref_kind": "places.branch", "ref_id": 3, "ref_label": "馆" * 255}
    row.reference = None
    assert row.reference is None
    assert StoredFile(**columns(None)).reference is None
