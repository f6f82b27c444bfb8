"""Duration against memory: the share of the processor, fitted to measured sizes, with its error.

    T(m) = waiting + computing / share(m)        share(m) = m / 1,769 MB, at most one vCPU for one thread

`waiting` (a network, a database, a sleep) takes as long at every size; `computing` is what the work takes
on one whole vCPU. Both come out of a relative least-squares fit in which neither may be negative. INIT is
not part of it: Lambda runs INIT at full speed whatever the size (see `data/measurements/init.json`).

The error is honest: each size is predicted from the others, and the mean of the relative misses counts.
On public measurements that is 1 % for waiting, 5 % for a mix, 8 to 11 % for computing, and 50 % and more
for the first calls of Node.js and Java, which the model cannot describe.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from lambada_labs.errors import BadInput
from lambada_labs.model.workload import MEMORY_MAX
from lambada_labs.pricing.cpu_share import ONE_VCPU_MB, checked_memory, cpu_share
from lambada_labs.pricing.percentile import percentile
from lambada_labs.units import memory as written

FEWEST_SIZES = 4
WORST_ERROR = 0.2
"""A fit that misses unseen sizes by more than this is no good: twice what computing functions showed."""
STEEPEST = 1.3
"""Speed may grow with memory to this power: the shipped computing functions show up to 1.14, a cold start 1.6."""
_DOUBLED = 2
_BAND = (0.1, 0.9)
_SINGULAR = 1e-9
_TO_LEAVE_ONE_OUT = 3

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryCurve:
    """A fitted curve: times in milliseconds, memory in MB.

    `measured` is the median of each size. `misses` is measured / predicted for each size, predicted from
    the other sizes; `error` the mean of |1 - predicted / measured| (`None` below three sizes). `good` says
    whether to trust the curve between and beyond the sizes, `sentence` why.
    """

    measured: Mapping[int, float]
    threads: int
    waiting_ms: float
    computing_ms: float
    error: float | None
    misses: tuple[float, ...]
    good: bool
    sentence: str

    def duration_ms(self, memory_mb: int) -> float:
        """The duration to expect at this size; raises `BadInput` for a size that Lambda has not."""
        return self.waiting_ms + self.computing_ms / cpu_share(memory_mb, threads=self.threads)

    def band(self, memory_mb: int) -> tuple[float, float] | None:
        """The P10-P90 range around `duration_ms`, from the misses; `None` below four sizes."""
        if len(self.measured) < FEWEST_SIZES:
            return None
        middle = self.duration_ms(memory_mb)
        low, high = (percentile(self.misses, share) for share in _BAND)
        return middle * min(low, 1.0), middle * max(high, 1.0)

    @property
    def knee_mb(self) -> int:
        """The size from which more memory makes the function no faster."""
        return min(ONE_VCPU_MB * self.threads, MEMORY_MAX)

    @property
    def floor_ms(self) -> float:
        """The shortest duration that memory can buy: the one at `knee_mb`."""
        return self.duration_ms(self.knee_mb)

    @property
    def waiting_share(self) -> float:
        """How much of the duration on one vCPU is waiting, 0 to 1."""
        return self.waiting_ms / (self.waiting_ms + self.computing_ms)


def fit(measured: Mapping[int, Sequence[float]], *, threads: int = 1) -> MemoryCurve:
    """The curve through measured durations: memory in MB → milliseconds of warm calls.

    Every size weighs the same, with its median. Raises `BadInput` below two sizes, for a size that
    Lambda has not, a size without values, or a duration that is not above 0.
    """
    medians = _medians(measured)
    points = [(1 / cpu_share(size, threads=threads), value) for size, value in medians.items()]
    waiting, computing = solve(points)
    left_out = _left_out(points) if len(points) >= _TO_LEAVE_ONE_OUT else []
    pairs = list(zip(left_out, (value for _, value in points), strict=False))
    error = sum(abs(1 - predicted / value) for predicted, value in pairs) / len(pairs) if pairs else None
    doubt = _doubt(medians, threads, error)
    return MemoryCurve(
        measured=medians,
        threads=threads,
        waiting_ms=waiting,
        computing_ms=computing,
        error=error,
        misses=tuple(value / predicted for predicted, value in pairs),
        good=not doubt,
        sentence=doubt or _praise(waiting / (waiting + computing), error or 0.0),
    )


def solve(points: Points) -> tuple[float, float]:
    """(a, b), neither negative, that make the squares of (a + b·x) / y - 1 least; x, y are the points.

    Source: normal equations of two unknowns; where one comes out negative, the better of the two fits
    with one unknown alone is the minimum, because the sum of squares is convex.
    """
    flat, steep = [1 / y for _, y in points], [x / y for x, y in points]
    ff, ss, fs = _dot(flat, flat), _dot(steep, steep), _dot(flat, steep)
    determinant = ff * ss - fs * fs
    if determinant > _SINGULAR * ff * ss:
        a = (sum(flat) * ss - sum(steep) * fs) / determinant
        b = (sum(steep) * ff - sum(flat) * fs) / determinant
        if a >= 0 and b >= 0:
            return a, b
    alone = [(sum(flat) / ff, 0.0), (0.0, sum(steep) / ss)]
    return min(alone, key=lambda found: sum((1 - (found[0] + found[1] * x) / y) ** 2 for x, y in points))


def steepest(medians: Mapping[int, float], *, knee_mb: int = ONE_VCPU_MB) -> tuple[float, int, int]:
    """(power, from, to): where speed grows most with memory, over sizes at least doubled, up to the knee.

    1 is in proportion, 0 is no faster; (0, 0, 0) where no two sizes are that far apart.
    """
    below = sorted(size for size in medians if size <= knee_mb)
    powers = [
        (math.log(medians[small] / medians[large]) / math.log(large / small), small, large)
        for small, large in combinations(below, 2)
        if large >= _DOUBLED * small
    ]
    return max(powers, default=(0.0, 0, 0))


def _medians(measured: Mapping[int, Sequence[float]]) -> dict[int, float]:
    if len(measured) < _DOUBLED:
        raise BadInput(f"{len(measured)} measured sizes", expected="at least two, better four")
    for size, values in measured.items():
        checked_memory(size)
        wrong = [value for value in values if not (math.isfinite(value) and value > 0)]
        if wrong or not values:
            seen = f"a duration of {wrong[0]} ms" if wrong else "no duration"
            raise BadInput(f"{written(size)}: {seen}", expected="milliseconds above 0")
    return {size: float(median(measured[size])) for size in sorted(measured)}


def _left_out(points: Points) -> list[float]:
    """What the other points predict at each point."""
    predicted = []
    for index, (x, _) in enumerate(points):
        a, b = solve([*points[:index], *points[index + 1 :]])
        predicted.append(a + b * x)
    return predicted


def _doubt(medians: Mapping[int, float], threads: int, error: float | None) -> str:
    """Why not to trust the curve; empty where nothing speaks against it."""
    if len(medians) < FEWEST_SIZES or error is None:
        return f"Measured at {len(medians)} sizes: fit on at least four."
    if len({cpu_share(size, threads=threads) for size in medians}) == 1:
        least = written(min(medians))
        return f"Every size had all the processor it can use: nothing is known below {least}. Measure smaller ones."
    power, small, large = steepest(medians, knee_mb=ONE_VCPU_MB * threads)
    if power > STEEPEST:
        faster = medians[small] / medians[large]
        return (
            f"From {written(small)} to {written(large)} it gets {faster:.1f} times as fast, with {large / small:.3g} "
            "times the processor: the model cannot say that. First calls do it; measure warm calls apart."
        )
    if error > WORST_ERROR:
        return (
            f"The model misses sizes it has not seen by {error:.0%} on average: read the measured sizes only."
        )
    return ""


def _praise(waiting_share: float, error: float) -> str:
    spent = "computing" if waiting_share < 1 / 2 else "waiting"
    share = max(waiting_share, 1 - waiting_share)
    return f"On one vCPU {share:.0%} of it is {spent}. Sizes it has not seen are missed by {error:.0%} on average."


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
