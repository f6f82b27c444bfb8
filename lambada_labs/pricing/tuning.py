"""Power tuning: from a function's runs at several memory sizes to the size that is cheapest, fastest, or balanced.

Pure: the runs may come from the local cloud, an account (`cloud.power_tuning` makes them) or pasted
REPORT lines. Warm runs are judged; the first call of an environment and its INIT stand apart, or, with
`mode="cold"`, are judged alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Literal

from lambada_labs.errors import BadInput
from lambada_labs.model import Architecture
from lambada_labs.pricing.cpu_share import cpu_share
from lambada_labs.pricing.memory_curve import MemoryCurve, fit
from lambada_labs.pricing.price_book import PriceBook
from lambada_labs.pricing.tuning_level import Level, Mode, Run, by_size, judged, level_of
from lambada_labs.units import duration, money
from lambada_labs.units import memory as written

Where = Literal["local", "account"]

TIE = Decimal("0.01")
"""Sizes whose cost (or time) is within 1 % of the least count as equal; the other measure then decides."""
WEIGHT = 0.5
_CURVE_NEEDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Every size that was measured, and the three that are recommended.

    `curve` is fitted to the durations without INIT. It is `None` where fewer than two sizes ran, and for
    runs of the local cloud: memory changes nothing there, so a curve would call all computing waiting. `init_ms` is
    the median over all sizes, because INIT does not depend on memory. `sentence` is the
    recommendation; `caution` says what stands against it, and is empty where nothing does.
    """

    levels: tuple[Level, ...]
    cheapest: Level
    fastest: Level
    balanced: Level
    weight: float
    mode: Mode
    architecture: Architecture
    book: PriceBook
    curve: MemoryCurve | None
    init_ms: float | None
    sentence: str
    caution: str


def recommend(
    runs: Iterable[Run],
    *,
    architecture: Architecture,
    book: PriceBook,
    where: Where = "account",
    mode: Mode = "warm",
    weight: float = WEIGHT,
    threads: int = 1,
) -> Tuning:
    """The cheapest, the fastest and the balanced size among these runs.

    - cheapest: least cost for a million runs; within 1 % of it, the faster size wins;
    - fastest: least median time; within 1 % of it, the cheaper size wins;
    - balanced: least `weight` x cost / highest cost + (1 - `weight`) x time / longest time.

    A size at which a run failed is measured, never recommended. `threads` is how many the function
    computes with, for the curve. Raises `BadInput` where no size is
    left, for a weight outside 0 to 1, or where the Region's book lacks the price.
    """
    if not 0 <= weight <= 1:
        raise BadInput(f"weight={weight!r}", expected="0 (only speed) to 1 (only cost)")
    sizes = by_size(runs)
    levels = tuple(
        level_of(size, found, architecture, book, mode)
        for size, found in sizes.items()
        if judged(found, mode)
    )
    usable = _usable(levels, sizes, mode)
    cheapest, fastest, balanced = _cheapest(usable), _fastest(usable), _balanced(usable, weight)
    curve = (
        fit({each.memory_mb: _durations(sizes[each.memory_mb], mode) for each in levels}, threads=threads)
        if where == "account" and _several(levels)
        else None
    )
    inits = [run.init_ms for found in sizes.values() for run in found if run.init_ms is not None]
    return Tuning(
        levels=levels,
        cheapest=cheapest,
        fastest=fastest,
        balanced=balanced,
        weight=weight,
        mode=mode,
        architecture=architecture,
        book=book,
        curve=curve,
        init_ms=median(inits) if inits else None,
        sentence=_placed(where, _sentence(cheapest, fastest, balanced, book.currency)),
        caution=_caution(where, sizes, curve),
    )


def _durations(runs: Sequence[Run], mode: Mode) -> list[float]:
    return [run.duration_ms for run in judged(runs, mode)]


def _several(levels: Sequence[Level]) -> bool:
    return len(levels) >= _CURVE_NEEDS and all(level.duration_ms > 0 for level in levels)


def _usable(levels: Sequence[Level], sizes: dict[int, list[Run]], mode: Mode) -> list[Level]:
    usable = [level for level in levels if level.failed == 0]
    if not usable:
        seen = f"{sum(map(len, sizes.values()))} runs, no size with only successful {mode} ones"
        raise BadInput(seen, expected=f"at least one {mode} run at a size where none failed")
    return usable


def _cheapest(levels: Sequence[Level]) -> Level:
    limit = min(level.cost for level in levels) * (1 + TIE)
    return min(
        (level for level in levels if level.cost <= limit), key=lambda level: (level.median_ms, level.cost)
    )


def _fastest(levels: Sequence[Level]) -> Level:
    limit = min(level.median_ms for level in levels) * float(1 + TIE)
    return min(
        (level for level in levels if level.median_ms <= limit),
        key=lambda level: (level.cost, level.median_ms),
    )


def _balanced(levels: Sequence[Level], weight: float) -> Level:
    dearest, longest = max(level.cost for level in levels), max(level.median_ms for level in levels)

    def score(level: Level) -> tuple[float, Decimal]:
        cost, time = (
            float(level.cost / dearest) if dearest else 0.0,
            level.median_ms / longest if longest else 0.0,
        )
        return weight * cost + (1 - weight) * time, level.cost

    return min(levels, key=score)


def _sentence(cheapest: Level, fastest: Level, balanced: Level, currency: str) -> str:
    if cheapest is fastest:
        return f"{_told(cheapest, currency)}: cheapest and fastest at once."
    balance = next(
        (
            f"the {name} is also the balanced one"
            for name, level in _named(cheapest, fastest)
            if level is balanced
        ),
        f"balanced: {_told(balanced, currency)}",
    )
    return f"Cheapest: {_told(cheapest, currency)}; fastest: {_told(fastest, currency)}; {balance}."


def _placed(where: Where, sentence: str) -> str:
    """Times of this computer are no finding about AWS: the sentence says so in its first words."""
    return (
        sentence if where == "account" else f"On this computer, {sentence.replace('Cheapest', 'cheapest', 1)}"
    )


def _named(cheapest: Level, fastest: Level) -> tuple[tuple[str, Level], ...]:
    return ("cheapest", cheapest), ("fastest", fastest)


def _told(level: Level, currency: str) -> str:
    cost = money(level.cost, currency)
    return f"{written(level.memory_mb)} ({cost} for a million runs, {duration(level.median_ms)})"


def _caution(where: Where, sizes: dict[int, list[Run]], curve: MemoryCurve | None) -> str:
    """What stands against the recommendation: where it was measured, what failed, what the curve doubts."""
    sentences = [_here(min(sizes))] if where == "local" else []
    failed = [size for size, runs in sizes.items() if any(run.failed for run in runs)]
    if failed:
        sentences.append(f"Runs failed at {', '.join(map(written, failed))}: not recommended.")
    if curve is not None and not curve.good:
        sentences.append(curve.sentence)
    return " ".join(sentences)


def _here(smallest: int) -> str:
    return (
        "These are times of this computer, and it gives every size its whole processor: more memory makes nothing "
        f"faster here. On AWS {written(smallest)} have {cpu_share(smallest):.0%} of a vCPU. These costs hold there "
        "only where the function waits rather than computes: tune in an account before you decide."
    )
