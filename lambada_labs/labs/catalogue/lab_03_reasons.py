"""Why a guess of lab 03 was off: the sentence that explains exactly that difference."""

from __future__ import annotations

from typing import Any


def why_shared_keys(guess: Any, truth: Any) -> str:
    """Every door speaks of its own world."""
    if guess is not None and float(guess) > float(truth):
        return (
            "API Gateway and the balancer look alike and still differ in most keys; the SDK and a state machine hand over just what "
            "was given to them. Nothing is in all four: a handler has to know who calls."
        )
    return "Each door tells what it knows: HTTP of a request, a state machine of its input, the SDK whatever you send."


def why_sizes(_guess: Any, truth: Any) -> str:
    """A map of single values has room for one."""
    return (
        f"The event holds one value for each name, and the balancer keeps the last: {truth}. The HTTP API joins them with a comma, "
        "`38,39`: the same request is another event behind another door."
    )


def why_raise_sdk(_guess: Any, _truth: Any) -> str:
    """Lambda did its work."""
    return (
        "For Lambda the call succeeded: it ran your code and brings back what came of it, the error included. boto3 raises nothing. "
        "A caller that does not look at `FunctionError` takes an error for an answer."
    )


def why_raise_api(guess: Any, truth: Any) -> str:
    """An HTTP API says 500, a REST API 502."""
    added = " A REST API says 502 for the same: you were thinking of that one." if str(guess) == "502" else ""
    return f"The HTTP API turns a failed function into {truth}, with its own words as the body.{added} Your message stays in your log."


def why_raise_alb(_guess: Any, truth: Any) -> str:
    """The balancer expected an answer."""
    return (
        f"A balancer that gets no answer it can use says {truth}, with a page of its own. The reason stands in its access log. "
        "A state machine is told more: its state fails with the error's type and message, and `Retry` or `Catch` can deal with it."
    )


def why_boto3_raises(guess: Any, _truth: Any) -> str:
    """Status 200 is no error."""
    begun = "boto3 saw HTTP 200 and was content: an error of your code is no error of the call."
    return begun if guess in (None, 1) else f"{begun} It retries only what failed on the way."


def why_boto3_busy(_guess: Any, truth: Any) -> str:
    """Throttles are retried."""
    return (
        f"A throttle (429) is an error of the call, and in its standard mode boto3 tries {truth} times in all, with waits that grow "
        "and are drawn at random. The older `legacy` mode tries five times, `adaptive` also slows itself down."
    )


def why_impatient(guess: Any, truth: Any) -> str:
    """A caller that leaves does not stop the work."""
    if guess is not None and float(guess) < float(truth):
        return (
            "Giving up is not taking back. Each time the caller stopped listening and asked anew, and Lambda finished every call: "
            f"{truth} times sold, {truth} times paid, no answer read."
        )
    return (
        "The caller stopped listening and asked anew; Lambda finished every one of the calls, and bills them."
    )


BUSY_MACHINE = (
    "Your computer was so busy that the crowd lost its step: it dealt out chance by itself. On a quiet one all who wait equally "
    "long come back together, and jitter needs the fewest calls. Run the cell again to see it."
)
JITTER, HAMMER = "with backoff and jitter", "at once again"


def why_herd_fewest(guess: Any, truth: Any) -> str:
    """The crowd that comes in step."""
    if str(truth) != JITTER:
        return BUSY_MACHINE
    if str(guess) == "with backoff":
        return (
            "Waits that all double in step bring the whole crowd back at the same moment: two are served, the others were turned "
            "away together once more. Chance takes the crowd apart."
        )
    return "Each wait is drawn anew, so nobody comes together with the whole crowd a second time."


def why_herd_first(_guess: Any, truth: Any) -> str:
    """Who hammers is quick, and does harm."""
    if str(truth) == HAMMER:
        return (
            "Customers who ask hundreds of times never leave the stall idle. Here the calls that are turned away cost nothing. Where "
            "they do cost something (a database, a quota, a bill), they turn a short jam into a long one."
        )
    if str(truth) == JITTER:
        return "With chance in the waits the stall is hardly ever idle; in step it is, between two waves."
    return BUSY_MACHINE
