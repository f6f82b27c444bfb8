"""Conversions and spellings of the units in which Lambda is measured and billed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

BYTES_PER_MB = 1024 * 1024
MB_PER_GB = 1024
MS_PER_S = 1000
CENT = Decimal("0.01")


def gb_seconds(memory_mb: int, duration_ms: int | Decimal, requests: int | Decimal = 1) -> Decimal:
    """GB-seconds of `requests` runs: memory (1 GB = 1024 MB) times billed duration, exact.

    >>> gb_seconds(512, 2000)
    Decimal('1')
    """
    return Decimal(memory_mb) * Decimal(duration_ms) * Decimal(requests) / (MB_PER_GB * MS_PER_S)


def cents(amount: Decimal) -> Decimal:
    """Dollars rounded to whole cents, half up: only for showing, never in between.

    >>> cents(Decimal("0.125"))
    Decimal('0.13')
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


def dollars(amount: Decimal) -> str:
    """Dollars as people read them: cents from one cent on, two significant digits below.

    >>> dollars(Decimal("12.345")), dollars(Decimal("0.0000002083")), dollars(Decimal(0))
    ('$12.35', '$0.00000021', '$0.00')
    """
    if amount == 0 or abs(amount) >= CENT:
        return f"{'-' if amount < 0 else ''}${abs(cents(amount)):,}"
    places = Decimal(1).scaleb(amount.adjusted() - 1)
    return f"{'-' if amount < 0 else ''}${abs(amount.quantize(places, ROUND_HALF_UP)):f}"


def plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros, for JSON and tables.

    >>> plain(Decimal("400000.00")), plain(Decimal("1E-7"))
    ('400000', '0.0000001')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
