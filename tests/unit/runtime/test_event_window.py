"""How many events of a function are tried at once, after throttles and after successes."""

from __future__ import annotations

from lambada_labs.runtime.events.window import Windows


def test_a_throttle_narrows_to_those_that_got_through_and_each_success_widens_by_one():
    windows, seen = Windows(100), []
    for running in (100, 60, 3, 1, 1):
        windows.throttled("f", running)
        seen.append(windows.of("f"))
    for _ in range(3):
        windows.ran("f")
        seen.append(windows.of("f"))
    assert seen == [99, 59, 2, 1, 1, 2, 3, 4]
    assert windows.of("g") == 100


def test_a_window_that_is_fully_open_is_not_remembered():
    windows = Windows(3)
    windows.throttled("f", 2)
    windows.throttled("g", 2)
    assert len(windows) == 2
    windows.ran("f")
    windows.ran("f")
    windows.forget("g")
    windows.forget("h")
    windows.ran("h")
    assert (len(windows), windows.of("f"), windows.of("g")) == (0, 3, 3)
