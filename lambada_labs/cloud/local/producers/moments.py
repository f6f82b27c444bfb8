"""Moments as AWS's events spell them, from seconds since the epoch."""

from __future__ import annotations

from datetime import UTC, datetime


def millis(at: float) -> str:
    """`2026-11-25T13:15:00.123Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(at: float) -> str:
    """`2026-11-25T13:15:00Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
