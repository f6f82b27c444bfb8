"""Why a guess of lab 05 was off, sentence by sentence."""

from __future__ import annotations

from typing import Any


def why_thumbnails(guess: Any, truth: Any) -> str:
    """S3 compares names letter by letter."""
    if guess is not None and float(guess) > float(truth):
        return (
            "`IMG_0042.JPG` is a picture for you. S3 compares letters, and `.JPG` does not end in `.jpg`: "
            "no event, no error, nothing in any log."
        )
    return "Three names end in `.jpg`. The other two sent no event: nothing ran, and no log says so."
