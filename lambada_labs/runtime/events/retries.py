"""When an event is tried again, and when it is given up: arithmetic only.

Sources: Lambda asynchronous invocation, error handling (two more tries, after one and two minutes; throttles
and system errors again after 1 s, rising exponentially to 5 minutes, while the event is young enough);
records of a real account show that the age is looked at ahead: an event that would be too old at its next
try is given up now. The factor 2 of the back-off is an assumption: AWS publishes none.
"""

from __future__ import annotations

from lambada_labs import facts
from lambada_labs.model import Condition
from lambada_labs.runtime.events.ports import EventRules

#: Seconds after the first and after the second failed try.
WAITS_S = (float(facts.number("async.first_wait_s")), float(facts.number("async.second_wait_s")))
FIRST_BACKOFF_S = float(facts.number("async.first_backoff_s"))
LONGEST_BACKOFF_S = float(facts.number("async.longest_backoff_s"))
FACTOR = facts.number("assumed.backoff_factor")


def after_error(rules: EventRules, *, retries: int, age_s: float) -> float | Condition:
    """After a function error: seconds until the next try, or why there is none.

    `retries`: how many there were.
    """
    if retries >= rules.maximum_retries:
        return "RetriesExhausted"
    return _unless_too_old(rules, WAITS_S[min(retries, len(WAITS_S) - 1)], age_s)


def after_refusal(rules: EventRules, *, refusals: int, age_s: float) -> float | Condition:
    """After a throttle or a system error, the `refusals`-th in a row (from 0): the wait, or why there is none."""
    return _unless_too_old(rules, backoff(refusals), age_s)


def backoff(refusals: int) -> float:
    """1, 2, 4 … 300 seconds."""
    return float(min(FIRST_BACKOFF_S * FACTOR ** min(refusals, 30), LONGEST_BACKOFF_S))


def _unless_too_old(rules: EventRules, wait_s: float, age_s: float) -> float | Condition:
    return "EventAgeExceeded" if age_s + wait_s > rules.maximum_age_s else wait_s
