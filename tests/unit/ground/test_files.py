"""Shipped files are found, and a missing one is named."""

import pytest

from lambada_labs import files
from lambada_labs.errors import LambadaError


def test_data_of_this_checkout():
    assert files.data("facts.json").name == "facts.json"
    assert files.data().is_dir()


def test_a_missing_file_is_named():
    with pytest.raises(LambadaError, match=r"no_such\.json is missing"):
        files.data("no_such.json")
