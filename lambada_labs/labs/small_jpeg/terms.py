"""The markers and orders of a JPEG file that its writer and its reader share."""

from __future__ import annotations

Pixel = tuple[int, int, int]
SOI, EOI, SOS, DQT, DHT, SOF, DRI = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xC0, 0xDD
BLOCK = 8
