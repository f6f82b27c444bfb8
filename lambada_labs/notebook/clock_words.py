"""What the platform's clock is said to do, in words that fit a card."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lambada_labs.cloud.local.clock_door import ClockFace
from lambada_labs.units import duration

MS = 1000
MINUTE_S = 60


def clock_title(face: ClockFace) -> str:
    """`The platform's clock runs at 60 times true time`."""
    if not face.speed:
        return "The platform's clock stands still until you turn it"
    if face.speed == 1:
        return "The platform's clock shows true time"
    return f"The platform's clock runs at {face.speed:g} times true time"


def clock_text(face: ClockFace, settings: dict[str, Any]) -> str:
    """What that means for waits, what it leaves alone, and what else was set."""
    shown = datetime.fromtimestamp(face.now, UTC)
    lines = [f"It shows {shown:%H:%M:%S} UTC. {_minute(face.speed)}", *_shares(settings)]
    lines.append("Handlers, logs and bills stay in true time. This setting exists on the local cloud only.")
    return "\n\n".join(lines)


def _minute(speed: float) -> str:
    if not speed:
        return "What waits goes on waiting."
    return f"A wait of one minute takes {duration(MINUTE_S * MS / speed)}."


def _shares(settings: dict[str, Any]) -> list[str]:
    said = []
    if (share := settings.get("duplicates")) is not None:
        said.append(f"{share:.0%} of the events are delivered twice." if share else "No event comes twice.")
    if (share := settings.get("late")) is not None:
        said.append(f"{share:.0%} of S3's events come a minute late." if share else "No event of S3 is late.")
    return said
