"""The card of the platform's clock says what its setting does to a wait."""

import pytest

from lambada_labs.cloud.local.clock_door import ClockFace
from lambada_labs.notebook.clock_words import clock_text, clock_title


def face(speed):
    return ClockFace(now=60 * 60 * 24, speed=speed, ahead_s=0)


@pytest.mark.parametrize(
    ("speed", "title", "minute"),
    [
        (60, "runs at 60 times true time", "A wait of one minute takes 1 s."),
        (1, "shows true time", "A wait of one minute takes 60 s."),
        (0, "stands still until you turn it", "What waits goes on waiting."),
    ],
)
def test_a_speed_is_said_as_what_a_minute_takes(speed, title, minute):
    assert clock_title(face(speed)).endswith(title)
    assert minute in clock_text(face(speed), {})
    assert "00:00:00 UTC" in clock_text(face(speed), {})


def test_shares_are_said_when_they_are_set():
    said = clock_text(face(1), {"duplicates": 0.1, "late": 0})
    assert "10% of the events are delivered twice." in said
    assert "No event of S3 is late." in said
    assert "twice" not in clock_text(face(1), {})
