"""The examples in the docstrings and on the page about pricing are true."""

import doctest
from pathlib import Path

from lambada_labs.pricing import comparison

PAGE = Path(__file__).parents[3] / "docs/pricing.md"


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(comparison).failed == 0


def test_the_examples_on_the_page():
    found = doctest.testfile(str(PAGE), module_relative=False)
    assert (found.failed, found.attempted > 15) == (0, True)
