"""Why a guess of lab 05 was off, sentence by sentence."""

from __future__ import annotations

from typing import Any

from lambada_labs import facts

ORDERED = 50  # five orders of 10


def why_thumbnails(guess: Any, truth: Any) -> str:
    """S3 compares names letter by letter."""
    if guess is not None and float(guess) > float(truth):
        return (
            "`IMG_0042.JPG` is a picture for you. S3 compares letters, and `.JPG` does not end in `.jpg`: "
            "no event, no error, nothing in any log."
        )
    return "Three names end in `.jpg`. The other two sent no event: nothing ran, and no log says so."


def why_loop(_guess: Any, truth: Any) -> str:
    """The function hears of its own thumbnail."""
    if float(truth) <= 1:
        return (
            "Nothing came back: the thumbnail went elsewhere. Put it into the album, and run the cell again."
        )
    return (
        "Each thumbnail is a new object in the album, ends in `.jpg`, and sends the next event. It ended only because "
        f"Lambda counts: after {facts.number('recursion.limit')} runs it drops the event."
    )


def why_unversioned(_guess: Any, truth: Any) -> str:
    """One event may stand for two writes."""
    if truth == "40":
        return "This time no two writes met. Run the cell again: where they meet, one event stands for both."
    return (
        "Where two writes of one key met, one event was sent, for the one that stayed. The other write has left no "
        "trace: count objects, not events, or switch versioning on."
    )


def why_versioned(_guess: Any, _truth: Any) -> str:
    """With versions every write has its own event."""
    return "With versioning each write makes a version of its own, and each version sends its own event, with a `versionId`."


def why_late(_guess: Any, truth: Any) -> str:
    """The last event to arrive is not the last that happened."""
    if truth == "all 6":
        return "All came in order this time, by luck: nobody promises it. The handler believes whoever speaks last."
    return (
        "The handler believes whoever speaks last. The event of the older write came after that of the newer, and "
        "wrote the old size over the new one."
    )


def why_utc(guess: Any, truth: Any) -> str:
    """Rules know no time zone."""
    if guess is not None and str(guess) == str(truth):
        return "Rules run in UTC, whatever the Region, and Riga is ahead of it. In the other half of the year it is an hour more or less."
    return f"A rule's cron is UTC, whatever the Region. 8:00 UTC is {truth}:00 in Riga today, and an hour off in the other half of the year."


def why_fan_out(_guess: Any, _truth: Any) -> str:
    """A filter policy looks at attributes unless told otherwise."""
    return (
        "A filter policy looks at message **attributes**, and this message had none: only the subscription without a "
        'policy got it. `FilterPolicyScope="MessageBody"` would have it look into the body.'
    )


def why_lines(_guess: Any, _truth: Any) -> str:
    """The event carries a compressed text."""
    return (
        "CloudWatch Logs packs many lines into one event: JSON, compressed with gzip, written as base64. `H4sI` is how "
        "every gzip begins in base64."
    )


def why_total(_guess: Any, truth: Any) -> str:
    """At least once means: sometimes twice."""
    if float(truth) > ORDERED:
        return (
            "Every event was handled twice, each time without an error, and `ADD` added twice. Each order has one row, though: "
            "writing the same row again changes nothing. That is what idempotent means."
        )
    return "Your handler counted each event once, although each came twice."
