"""Why a guess of lab 02 was off: the sentence that explains exactly the difference."""

from __future__ import annotations

from typing import Any

from lambada_labs import facts
from lambada_labs.units import MB_PER_GB

SMALL_MB = 128


def why_free_128(guess: Any, truth: Any) -> str:
    """A narrow rectangle is a long one."""
    eighth = MB_PER_GB // SMALL_MB
    if guess is not None and float(guess) == facts.number("free_tier.gb_seconds"):
        return (
            f"That would be seconds of a function with 1 GB. 128 MB are an eighth of it, so each GB-second "
            f"lasts {eighth} seconds: {truth:,} of them, more than a month has."
        )
    return (
        f"400,000 GB-seconds divided by an eighth of a GB: times {eighth}, which is 37 days without a pause."
    )


def why_free_1gb(_guess: Any, truth: Any) -> str:
    """At 1 GB the two units meet."""
    return f"At 1 GB a second is a GB-second, so it is {truth:,} of them: four days and fifteen hours."


def why_rounding(guess: Any, truth: Any) -> str:
    """What 100 ms did to short functions."""
    if guess is not None and float(guess) < float(truth):
        return (
            "Until December 2020 every call was rounded up to the next 100 ms. The shorter a function, "
            "the more of its bill was rounding: short functions became cheap overnight."
        )
    return "What was rounded up to 100 ms is rounded up to the next 1 ms now: the duration part of the bill fell by that factor."


def why_double(guess: Any, truth: Any) -> str:
    """Twice as wide, half as long."""
    if str(guess) == truth:
        return "Twice the memory is twice the processor: the rectangle got twice as wide and half as long."
    return (
        "Memory also buys processor. At twice the memory this function took half the time: twice as wide, half as "
        "long, the same area. The price of speed was nothing."
    )


def why_past_knee(guess: Any, truth: Any) -> str:
    """One thread cannot use a second processor."""
    if str(guess) == truth:
        return (
            "One thread has its whole vCPU at 1,769 MB, a little above your 1,536: so far it got faster. What you add "
            "beyond widens the rectangle and shortens nothing."
        )
    return (
        "The rule from before ends at one whole vCPU, 1,769 MB, a little above 1,536: so far it got faster. A single "
        "thread cannot use a second one, and from there on the rectangle gets wider and no shorter."
    )


def why_cold_tax(guess: Any, truth: Any) -> str:
    """A rare thing that is long is not rare on a bill."""
    if guess is not None and float(guess) < float(truth) / 2:
        return (
            "One call in a hundred is rare, but its INIT lasts as long as eight calls. Since August 2025 you pay for "
            f"it: eight more for each hundred, {truth} %."
        )
    return f"One INIT in a hundred calls, eight calls long: {truth} % more GB-seconds. Before August 2025 AWS gave it away."


def why_timeout(guess: Any, truth: Any) -> str:
    """Failures are billed by time, not by worth."""
    if guess is not None and float(guess) <= 1:
        return (
            "Lambda bills time, whatever comes of it. The call was paid until its timeout ended it: three "
            f"seconds, as many as {truth} good calls take."
        )
    return f"Three seconds until the timeout, paid in full: as much duration as {truth} good calls."


def why_break_even(guess: Any, truth: Any) -> str:
    """What stands around a container costs too."""
    if guess is not None and float(guess) < float(truth):
        return (
            "The container alone would win earlier. But it needs a load balancer, and room for a busier minute, and both "
            "cost while nobody asks: the function has neither on its bill."
        )
    return (
        "Even with its load balancer and idle room, a container that is busy all month is the cheaper one from "
        f"some {truth} million requests on. Lambda is cheap for the quiet and the bursty, not for everything."
    )
