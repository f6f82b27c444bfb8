"""Lab 04's predictions: a guess is not blamed for a busy machine."""

import pytest

from lambada_labs.labs.catalogue.lab_04_reasons import right_last_try, why_last_try


@pytest.mark.parametrize("measured", [183, 201, 260])
def test_three_minutes_are_right_on_a_busy_machine_too(measured):
    assert right_last_try("180", measured)
    assert why_last_try(180, measured).startswith("One minute after the first failure")


@pytest.mark.parametrize("guess", [None, "", 60, 120, 360])
def test_other_waits_are_not(guess):
    assert not right_last_try(guess, 190)
