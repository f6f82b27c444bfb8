"""Lab 04's predictions: the sentence that explains exactly how a guess differs from what was measured."""

from __future__ import annotations

from typing import Any

from lambada_labs import facts
from lambada_labs.labs.prediction import within

NOTHING, TICKET, RESULT = (
    "202 and nothing else",
    "202 and a ticket to ask for the result",
    "202 and the result",
)
DEAD, DESTINATION, BOTH = "the dead-letter queue's", "the destination's", "both alike"
REFUSED, WAITS, GIVEN_UP = "refused with 429", "waits for six hours", "to the destination at once"


def why_answer(guess: Any, _truth: Any) -> str:
    """What a 202 is."""
    if guess == TICKET:
        return (
            "There is no ticket and no place to ask. What came of it, Lambda tells only to destinations that you "
            "name, to the log and to metrics."
        )
    if guess == RESULT:
        return "The result does not exist yet: you were answered before the handler began. It goes to a destination, or nowhere."
    return "Accepted, not done. The request id in the header is all you have, and it stands in every log line of the event."


def right_last_try(guess: Any, truth: Any) -> bool:
    """Near what was measured, or near what AWS says: a busy machine measures more, and that is no fault of the guess."""
    said = facts.number("async.first_wait_s") + facts.number("async.second_wait_s")
    return any(within(1.1)(guess, each) for each in (truth, said))


def why_last_try(guess: Any, truth: Any) -> str:
    """Waits add up."""
    seconds = _number(guess)
    own = "What is above 180 here is this machine at work, which the fast clock counts sixtyfold."
    if seconds is None or right_last_try(seconds, truth):
        return f"One minute after the first failure, two minutes after the second: 180 seconds. {own}"
    if seconds < float(truth) / 2:
        return f"Lambda is patient on purpose: what failed now often works in a minute. It waits one, then two more. {own}"
    return (
        f"It waits one minute after the first failure and two after the second; there is no fourth try. {own}"
    )


def why_poured(guess: Any, truth: Any) -> str:
    """A retry repeats the whole handler."""
    if str(guess) == "1":
        return (
            f"A retry runs the whole handler again, from its first line. What it did before it failed stays done, and "
            f"is done again: {truth} cups."
        )
    return f"Tried three times, and each try poured before it failed: {truth} cups for one order."


def why_story(guess: Any, _truth: Any) -> str:
    """Event against record."""
    if guess == DEAD:
        return (
            "A dead letter is the event as you sent it, with three attributes: request id, 200 and the error's text. "
            "No trace, no count."
        )
    if guess == BOTH:
        return "They look alike only in the request id. The dead letter is your event; the record has it inside, and the story around it."
    return "The record has your event, the answer of the last try with its stack trace, the count and the reason for giving up."


def why_too_old(guess: Any, _truth: Any) -> str:
    """Lambda looks ahead."""
    tries = _number(guess)
    if tries == 1:
        return "The retry would come after 60 seconds, when the event is older than 60 seconds. So Lambda gives up at once."
    return (
        "Lambda looks ahead: after the first failure it sees that the event will be older than 60 seconds when its "
        "next try is due. It does not wait for that and gives up now. The two retries are allowed, and never come."
    )


def why_switched_off(guess: Any, _truth: Any) -> str:
    """Zero is a switch, not a limit."""
    if guess == REFUSED:
        return "That is what a synchronous caller gets. An event is accepted with 202 all the same, then told to the destination."
    if guess == WAITS:
        return "Events wait when there is too little concurrency. With none at all there is nothing to wait for: they go straight on."
    return "Zero switches a function off. Events are still accepted, and go to the destination without a single try."


def why_thousand(guess: Any, truth: Any) -> str:
    """Workers divide the time, overhead does not."""
    seconds = _number(guess)
    if seconds is not None and seconds > 2 * float(truth):
        return (
            "Nobody waits for anybody: ten environments worked at the same time, and you went on while they did. "
            "The bill is the same, the wall time is not."
        )
    return (
        f"Ten at a time turn 50 seconds of work into five; here it took {float(truth):.0f} s, because this machine "
        "sends, queues and runs it all on its own processors. On AWS a thousand could run at the same moment."
    )


def why_rounds(guess: Any, truth: Any) -> str:
    """Lineage."""
    rounds = _number(guess)
    if rounds is None or rounds > float(truth):
        return (
            f"Each call carries a header that counts how often it went through this function. After {truth} Lambda "
            "drops the event. Only SQS, SNS, S3 and direct calls are watched: a loop through DynamoDB runs until you stop it."
        )
    return f"Lambda lets {truth} rounds pass: an honest chain may come back a few times."


def _number(guess: Any) -> float | None:
    try:
        return float(guess)
    except (TypeError, ValueError):
        return None
