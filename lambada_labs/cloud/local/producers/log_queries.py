"""FilterLogEvents and live tails by the patterns of subscriptions. No import of moto here: its parts are handed in.

Moto knows words and one phrase, and takes any other pattern as one that wants every line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambada_labs.cloud.local.producers.log_patterns import BadFilter, compiled

INVALID = "Invalid filter pattern"


def tap_queries(logs: Any, refused: Callable[[str], Exception]) -> None:
    """Have moto's Logs ask our patterns; `refused` makes its exception for one that AWS does not take."""

    class Wanted:
        """Which lines a pattern wants, in the form moto asks for it."""

        def __init__(self, pattern: str | None) -> None:
            try:
                self.matches = compiled(pattern or "")
            except BadFilter:
                raise refused(INVALID) from None

    logs.EventMessageFilter = Wanted
