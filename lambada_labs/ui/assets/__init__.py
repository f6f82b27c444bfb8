"""The style sheets and scripts that travel inside the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read(name: str) -> str:
    """The text of one shipped file, such as `card.css`."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
