import pytest

from yanshu.core.scanned import rank, readings


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("0123456", ("0123456",)),
        (" B001 ", ("B001", "b001")),
        ("b001", ("b001", "B001")),
        ("ａｂｃ１２３", ("ａｂｃ１２３", "abc123", "ABC123")),
        ("B 00 1", ("B 00 1", "B001", "b001")),
        ("", ()),
        ("　", ()),
    ],
)
def test_how_a_code_may_stand(code, forms):
    assert readings(code) == forms


def test_the_code_as_it_was_read_is_nearest():
    forms = readings("aB1")
    assert sorted(["AB1", "ab1", "aB1", "other"], key=lambda kept: rank(kept, forms)) == [
        "aB1", "AB1", "ab1", "other",
    ]  # fmt: skip
