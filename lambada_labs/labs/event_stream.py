"""Twelve events of a morning as EventBridge shows them to rules: a shop's own, and AWS's."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from lambada_labs import files

#: The orders of the lab's task: placed, from the Baltic states, of 100 or more.
WANTED = ("A-1001", "A-1005", "A-1006")
LEAST = 100


@cache
def stream() -> tuple[dict[str, Any], ...]:
    """The events, oldest first, in EventBridge's shape."""
    return tuple(json.loads(files.data("event_stream.json").read_text(encoding="utf-8")))


def wanted(event: dict[str, Any]) -> bool:
    """Whether the task wants this event."""
    return event["detail-type"] == "OrderPlaced" and event["detail"]["order"] in WANTED
