"""Units: exact inside, rounded only where they are shown."""

import doctest
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambada_labs import units


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(units).failed == 0


def test_the_free_gigabyte_seconds_of_the_deck():
    assert units.gb_seconds(1024, 1000, requests=400_000) == 400_000
    assert units.gb_seconds(128, 1000, requests=3_200_000) == 400_000


@given(st.integers(128, 10_240), st.integers(1, 900_000), st.integers(0, 10**15))
def test_gb_seconds_are_exact(memory_mb, duration_ms, requests):
    used = units.gb_seconds(memory_mb, duration_ms, requests=requests)
    assert Fraction(used) * 1024 * 1000 == memory_mb * duration_ms * requests


@given(st.decimals(-(10**9), 10**9, places=12, allow_nan=False))
def test_plain_keeps_the_value_and_has_no_exponent(number):
    assert Decimal(units.plain(number)) == number
    assert "E" not in units.plain(number)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.005", "$0.005"),
        ("0.01", "$0.01"),
        ("-0.0000002", "-$0.0000002"),
        ("1e6", "$1,000,000.00"),
        ("0.00999999", "$0.01"),
    ],
)
def test_dollars(amount, text):
    assert units.dollars(Decimal(amount)) == text
