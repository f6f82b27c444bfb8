"""The examples in the docstrings are true."""

import doctest

from lambada_labs.pricing import comparison


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(comparison).failed == 0
