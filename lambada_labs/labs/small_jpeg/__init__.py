"""Small JPEG pictures in plain Python: written, and read at a quarter of their size.

This folder is lab 05's layer: functions import it from `/opt/python`, so it needs nothing but Python.
Source: ITU-T T.81 (baseline sequential DCT).
"""

from __future__ import annotations

from .read import quarter  # relative: in a layer the package stands alone
from .write import encode

__all__ = ["encode", "quarter", "thumbnail"]


def thumbnail(picture: bytes) -> tuple[bytes, tuple[int, int]]:
    """A picture at a quarter of its width and height, and the size of the original; raises ValueError."""
    width, height, pixels = quarter(picture)
    return encode(pixels), (width, height)
