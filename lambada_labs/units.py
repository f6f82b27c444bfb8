"""Memory, time, GB-seconds and dollars: conversion, rounding, and how they are written.

1 GB = 1024 MB for memory and storage; money is `Decimal` and is rounded only where it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

MB_PER_GB = 1024
BYTES_PER_MB = 1024 * 1024
MS_PER_S = 1000
CENT = Decimal("0.01")
EXACT = Context(prec=60)
"""Wide enough that no bill and no usage is ever rounded by the arithmetic itself."""
_SIGNS = {"USD": "$", "CNY": "¥"}
_SIGNIFICANT = 3
_TEN = 10
_MINUTES_FROM_S = 120


def gb_seconds(memory_mb: int, duration_ms: int | Decimal, *, requests: int | Decimal = 1) -> Decimal:
    """What `requests` runs of this memory and duration use, exactly.

    >>> gb_seconds(1024, 1000)
    Decimal('1')
    >>> gb_seconds(128, 1000, requests=3_200_000)
    Decimal('4E+5')
    """
    with localcontext(EXACT):
        used = Decimal(memory_mb) * Decimal(duration_ms) * Decimal(requests)
        return (used / (MB_PER_GB * MS_PER_S)).normalize()


def total(numbers: Iterable[Decimal]) -> Decimal:
    """Their sum, exactly: Python's own `sum` rounds to 28 digits.

    >>> total([Decimal("1e20"), Decimal("1e-20")])
    Decimal('100000000000000000000.00000000000000000001')
    """
    found = Decimal(0)
    for number in numbers:
        found = EXACT.add(found, number)
    return found


def plain(number: Decimal) -> str:
    """A decimal as plain digits, without exponent and without trailing zeros.

    >>> plain(Decimal("4E+5")), plain(Decimal("0.20")), plain(Decimal("-0"))
    ('400000', '0.2', '0')
    """
    digits = f"{number:f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits in {"-0", ""} else digits


def cents(amount: Decimal) -> Decimal:
    """An amount in dollars at the edge: whole cents, halves upward as on an invoice.

    >>> cents(Decimal("11.225")), cents(Decimal("0.004"))
    (Decimal('11.23'), Decimal('0.00'))
    """
    return amount.quantize(CENT, rounding=ROUND_HALF_UP, context=EXACT)


def dollars(amount: Decimal) -> str:
    """An amount to read: cents where there are any, otherwise three digits that say something.

    >>> dollars(Decimal("1234.5")), dollars(Decimal("-0.2")), dollars(Decimal(0))
    ('$1,234.50', '-$0.20', '$0.00')
    >>> dollars(Decimal("0.0000020833375"))
    '$0.00000208'
    """
    sign, size = ("-" if amount < 0 else ""), abs(amount)
    if size == 0 or size >= CENT:
        return f"{sign}${cents(size):,.2f}"
    digits = _SIGNIFICANT - size.adjusted() - 1
    return f"{sign}${plain(round(size, digits))}"


def money(amount: Decimal, currency: str = "USD") -> str:
    """An amount to read in the currency of its price list: dollars, or yuan in AWS's Regions in China.

    >>> money(Decimal("2.5")), money(Decimal("2.5"), "CNY")
    ('$2.50', '¥2.50')
    """
    return dollars(amount).replace("$", _SIGNS.get(currency, f"{currency} "))


def count(number: int | Decimal) -> str:
    """A count or quantity to read, with thousands apart.

    >>> count(3_000_000), count(Decimal("1234.50")), count(Decimal("-0.25"))
    ('3,000,000', '1,234.5', '-0.25')
    """
    return f"{Decimal(plain(Decimal(number))):,f}"


def duration(milliseconds: float) -> str:
    """A duration to read, in the unit a person would use.

    >>> duration(3.456), duration(120), duration(2500), duration(900_000)
    ('3.5 ms', '120 ms', '2.5 s', '15 min')
    """
    seconds = milliseconds / MS_PER_S
    if seconds < 1:
        return f"{milliseconds:.{2 if 0 < milliseconds < _TEN else 3}g} ms"
    return f"{seconds:.3g} s" if seconds < _MINUTES_FROM_S else f"{seconds / 60:.3g} min"


def memory(megabytes: int) -> str:
    """A memory size as AWS's console writes it.

    >>> memory(512), memory(1024), memory(1769), memory(10240)
    ('512 MB', '1 GB', '1,769 MB', '10 GB')
    """
    if megabytes >= MB_PER_GB and megabytes % MB_PER_GB == 0:
        return f"{megabytes // MB_PER_GB} GB"
    return f"{megabytes:,} MB"
