"""How many requests are in progress at once: Poisson arrivals, any distribution of durations.

With environments without limit the number in progress is Poisson with Little's mean. With `n` of them
and no waiting, Erlang's loss formula says what share finds none free; it holds for every
distribution of durations (source: textbooks of queueing theory, M/G/n/n).
"""

from __future__ import annotations

import itertools
import math

_WIDE = 12
"""Standard deviations below the mean from which the Poisson sum may start: nothing is left out."""


def poisson_percentile(mean: float, share: float = 0.99) -> int:
    """The smallest number that a Poisson count of this mean stays within, in `share` of the moments.

    >>> poisson_percentile(0), poisson_percentile(1), poisson_percentile(100)
    (0, 4, 124)
    """
    if mean <= 0:
        return 0
    count = max(0, int(mean - _WIDE * math.sqrt(mean)))
    within = math.exp(_log_chance(mean, count))
    while within < share:
        count += 1
        within += math.exp(_log_chance(mean, count))
    return count


def _log_chance(mean: float, count: int) -> float:
    return count * math.log(mean) - mean - math.lgamma(count + 1)


def blocked_share(mean: float, environments: int) -> float:
    """Erlang B: the share of requests that finds all environments busy.

    >>> round(blocked_share(10, 10), 4), blocked_share(0, 1), blocked_share(5, 0)
    (0.2146, 0.0, 1.0)
    """
    return blocked_shares(mean, environments)[-1]


def blocked_shares(mean: float, environments: int) -> list[float]:
    """Erlang B for 0, 1 ... `environments`."""
    shares = [1.0]
    for count in range(1, environments + 1):
        shares.append(mean * shares[-1] / (count + mean * shares[-1]))
    return shares


def busy_shares(mean: float, environments: int) -> list[float]:
    """The share of time in which the first, second ... environment is busy, taken in this order.

    >>> [round(share, 2) for share in busy_shares(1, 3)]
    [0.5, 0.3, 0.14]
    """
    blocked = blocked_shares(mean, environments)
    return [mean * (before - after) for before, after in itertools.pairwise(blocked)]
