"""Percentiles of a few measured values."""

from __future__ import annotations

from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, straight between neighbours; needs one value.

    >>> percentile([30, 10, 20], 0.5), percentile([10, 20], 0.9), percentile([7], 0.99)
    (20.0, 19.0, 7.0)
    """
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    # Not low + part * (high - low): for equal neighbours that may miss them by a float's last bit.
    between = (
        ordered[low]
        if ordered[low] == ordered[high]
        else _between(ordered[low], ordered[high], position - low)
    )
    return float(between)


def _between(low: float, high: float, part: float) -> float:
    return min(high, low + part * (high - low))
