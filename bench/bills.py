"""Bills: one against a single multiplication, a million in a frame against the loop."""

from __future__ import annotations

import time
import timeit
from decimal import Decimal

import numpy as np
from figure import Row, in_turn, ratio_row

from lambada_labs import pricing
from lambada_labs.model.workload import Workload
from lambada_labs.pricing.frame import cents_of

MILLION = 10**6
LOOPED = 20_000
"""Rows that the loop bills in a round: its time for a million is this one's, fifty times over."""
AWS = pricing.price_book("aws")


def each_us(code: object, number: int) -> float:
    """The best of five repetitions, in microseconds for one call."""
    return min(timeit.repeat(code, number=number, repeat=5)) / number * 1e6  # type: ignore[arg-type]


def one_bill() -> Row:
    """A full bill of a workload: quantities, lines, free tier, total."""
    work = Workload(requests=3_000_000, duration_ms=120, memory_mb=1536)
    gb_seconds, rate = Decimal(540_000), Decimal("0.0000166667")
    pair = in_turn(
        lambda: each_us(lambda: pricing.bill(work, AWS), 20_000),
        lambda: each_us(lambda: gb_seconds * rate, 200_000),
    )
    return ratio_row("a full bill, against one Decimal multiplication", "µs", "≤ 200", pair)


def workloads() -> dict[str, np.ndarray]:
    """A million months, the same ones every time."""
    chance = np.random.default_rng(20261125)
    return {
        "memory_mb": chance.integers(128, 10_241, MILLION),
        "duration_ms": chance.integers(1, 900_001, MILLION),
        "requests": chance.integers(0, 10**9, MILLION),
    }


def in_a_frame() -> Row:
    """A million workloads a second, vectorised and one by one; they must agree to the cent."""
    table = workloads()
    like = pricing.Scenario(workload=Workload(requests=1, duration_ms=1, memory_mb=128))
    cells = [table[name][:LOOPED].tolist() for name in ("memory_mb", "duration_ms", "requests")]
    found: dict[str, list[int]] = {}

    def vectorised() -> float:
        start = time.perf_counter()
        cents = cents_of(table, like, AWS)
        seconds = time.perf_counter() - start
        found["frame"] = cents[:LOOPED].tolist()
        return MILLION / seconds

    def looped() -> float:
        start = time.perf_counter()
        works = (Workload(memory_mb=m, duration_ms=d, requests=r) for m, d, r in zip(*cells, strict=True))
        found["loop"] = [int(pricing.bill(work, AWS).cents * 100) for work in works]
        return LOOPED / (time.perf_counter() - start)

    pair = in_turn(vectorised, looped)
    assert found["frame"] == found["loop"]
    return ratio_row("10⁶ workloads in a frame, against the loop, same cents", "1/s", "≥ 100", pair)


def rows() -> list[Row]:
    """Both figures."""
    return [one_bill(), in_a_frame()]
