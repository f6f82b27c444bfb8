"""Logs in the calculator: taken in pieces, kept on disk while they come, read once they are whole."""

from __future__ import annotations

import tempfile
from typing import IO

from lambada_labs.errors import BadInput
from lambada_labs.pricing import Scenario, price_book
from lambada_labs.ui.card import Card

IN_MEMORY = 8 * 1024 * 1024
PIECE = 1024 * 1024


class Intake:
    """One log on its way in; `add` its pieces, then `read` it."""

    def __init__(self) -> None:
        # Open until the last piece has come: `close` ends it.
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self.size = 0

    def add(self, piece: bytes) -> None:
        """The next piece."""
        self._file.write(piece)
        self.size += len(piece)

    def read(self, scenario: Scenario) -> Card:
        """What these invocations cost in the scenario's Region and architecture; raises `BadInput` where nothing can be read."""
        from lambada_labs.pricing.log_summary import summarise
        from lambada_labs.ui import cost

        if not self.size:
            raise BadInput("The log is empty", expected="REPORT lines of AWS Lambda, as text or JSON")
        self._file.seek(0)
        summary = summarise(iter(lambda: self._file.read(PIECE), b""))
        book = price_book("aws", region=scenario.region)
        return cost.log_summary(summary, architecture=scenario.workload.architecture, book=book)

    def close(self) -> None:
        """Forget it."""
        self._file.close()


def panel() -> str:
    """The place to paste or choose a log."""
    return (
        '<details class="lb-paste" data-part="paste"><summary><b>From your own logs</b></summary><div class="lb-paste-in">'
        '<p class="lb-help">Paste REPORT lines from CloudWatch, or choose an exported file. It goes to this kernel and nowhere else.</p>'
        '<textarea data-part="log_text" spellcheck="false" aria-label="REPORT lines" placeholder="REPORT RequestId: …"></textarea>'
        '<div class="lb-paste-row"><button type="button" class="lb-button" data-do="read_log">Read them</button>'
        '<label>or a file: <input type="file" data-part="log_file"></label><span role="status" data-part="log_said"></span></div>'
        '<div class="lb-log-place" data-part="log"></div></div></details>'
    )
