import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanshu.core.certificate import ALPHABET, grouped, new_code, plain_code, with_checks

DATA = st.text(ALPHABET, min_size=8, max_size=8)


@given(DATA)
def test_a_code_is_read_back(data):
    code = with_checks(data)
    assert code[:8] == data
    assert plain_code(code) == code
    assert plain_code(grouped(code)) == code
    assert plain_code(f" {grouped(code).lower()} ") == code


@given(DATA)
def test_every_single_wrong_character_is_found(data):
    code = with_checks(data)
    for place, character in itertools.product(range(len(code)), ALPHABET):
        if character != code[place]:
            assert plain_code(code[:place] + character + code[place + 1 :]) is None


@given(DATA)
def test_every_swap_of_two_characters_is_found(data):
    code = with_checks(data)
    for first, second in itertools.combinations(range(len(code)), 2):
        if code[first] != code[second]:
            swapped = list(code)
            swapped[first], swapped[second] = code[second], code[first]
            assert plain_code("".join(swapped)) is None


@given(DATA, st.integers(0, 9), st.integers(0, 9), st.sampled_from(ALPHABET), st.sampled_from(ALPHABET))
def test_two_wrong_characters_are_found(data, first, second, one, other):
    code = with_checks(data)
    wrong = list(code)
    wrong[first], wrong[second] = one, other
    assert (plain_code("".join(wrong)) is not None) == ("".join(wrong) == code)


@pytest.mark.parametrize(("letter", "digit"), [("O", "0"), ("o", "0"), ("I", "1"), ("l", "1"), ("L", "1")])
def test_letters_mistaken_for_digits_are_taken_as_meant(letter, digit):
    code = with_checks("7K0M1X4T")
    assert plain_code(code.replace(digit, letter)) == code


@pytest.mark.parametrize("typed", ["", "7K2M", "7KQ2M-X04TD-1", "UUUUU-UUUUU", "七KQ2M-X04TD"])
def test_what_is_no_code_is_refused(typed):
    assert plain_code(typed) is None


def test_codes_are_random():
    assert len({new_code() for _ in range(200)}) == 200
