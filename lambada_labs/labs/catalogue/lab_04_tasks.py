"""The tasks of lab 04, with a hint for everything that can go wrong."""

from __future__ import annotations

from lambada_labs.labs.catalogue import lab_04_checks as checks
from lambada_labs.labs.check import UNTOUCHED, Hint, Task

TASKS = (
    Task(
        id="no-waiting",
        title="Order a cup and go",
        kind="twiddle",
        check=checks.check_no_waiting,
        hints={
            UNTOUCHED: Hint(
                first="Your calls reached the handler, and each waited for its answer. Which parameter says that you wait?",
                second='`InvocationType="Event"`',
            ),
            "nothing-ran": Hint(
                first="Nothing has run since the first call. DryRun only asks whether you may; the third type is the one you want.",
                second='`InvocationType="Event"`, then run the cell.',
            ),
        },
    ),
    Task(
        id="idempotent",
        title="One cup for one order",
        kind="rework",
        check=checks.check_idempotent,
        hints={
            UNTOUCHED: Hint(
                first="Your handler pours whenever it is asked to. Only the table knows whether this order has its cup: "
                "let DynamoDB look and write in one step.",
                second='Give `update_item` a `ConditionExpression="attribute_not_exists(poured)"`, and catch '
                "`table.meta.client.exceptions.ConditionalCheckFailedException`.",
            ),
            "retries": Hint(
                first="Two equal events are told apart from one, but a retry still pours again. Does the mark reach the "
                "table before the printer jams?",
                second="Pour and mark in the same `update_item`, with a condition. Nothing that can fail may stand between.",
            ),
            "two-events": Hint(
                first="Retries are caught, two events about the same order are not. They have two request ids: what do "
                "they have in common? And can both have looked before either has written?",
                second="Use `event['order']` as the key, never `context.aws_request_id`, and a condition in the same "
                "`update_item` instead of a `get_item` before it.",
            ),
            "duplicates": Hint(
                first="An event that had succeeded was delivered once more, and it poured again.",
                second="Whether an order has its cup stands in the table only: not in a variable, not in the request id.",
            ),
            "lost": Hint(
                first="An order has no cup at all: it was marked as done before it was, or another order's mark was taken "
                "for its own.",
                second="One item for each order, `Key={'order': event['order']}`, and `ADD poured :one` in the same call "
                "as the condition.",
            ),
            "raised": Hint(
                first="The cups are right. But an order that has its cup ends in an error, is tried twice more and then "
                "counted as lost. Being done already is a success.",
                second="`except table.meta.client.exceptions.ConditionalCheckFailedException:` and go on.",
            ),
        },
    ),
    Task(
        id="both-told",
        title="A dead-letter queue and a destination",
        kind="tweak",
        check=checks.check_both_told,
        hints={
            UNTOUCHED: Hint(
                first="The dead-letter queue belongs to the function, the destination to its event configuration: a "
                "`DestinationConfig` in the second call.",
                second='`DestinationConfig={"OnFailure": {"Destination": arn("sqs", "lab04-failures")}}`',
            ),
            "on-success": Hint(
                first="You named a destination, and this event fails. Which key is for events that fail?",
                second='`{"OnFailure": {"Destination": …}}`',
            ),
            "one-queue": Hint(
                first="Both records go to the same queue: that works, and nobody can tell them apart.",
                second='The destination is `arn("sqs", "lab04-failures")`.',
            ),
            "not-told": Hint(
                first="The configuration is right. Events that ended before you set it told nobody.",
                second="Run the cell again and wait until the event has had its tries.",
            ),
        },
    ),
    Task(
        id="two-tries",
        title="Exactly two tries",
        kind="tweak",
        check=checks.check_two_tries,
        hints={
            UNTOUCHED: Hint(
                first="Three tries are one try and two retries. You may count retries, or limit the age: tries come after "
                "0, 60 and 180 seconds.",
                second="`MaximumRetryAttempts=1`, or `MaximumEventAgeInSeconds=120`.",
            ),
            "one": Hint(
                first="Your setting came through and ends the event after its first try. A retry is a try more.",
                second="`MaximumRetryAttempts=1`; an age has to be above 60 seconds, because the retry comes then.",
            ),
            "not-sent": Hint(
                first="The setting allows two tries. An event that was sent before it may have had its end already.",
                second="Run the cell again and wait for the end of the event.",
            ),
        },
    ),
    Task(
        id="lost",
        title="Lose an event",
        kind="break it",
        check=checks.check_lost,
        hints={
            UNTOUCHED: Hint(
                first="The record arrives, because the role may send it. AWS asks when you set the destination, and not "
                "again. What if the right goes later?",
                second='`iam.delete_role_policy(RoleName="lab04-lossy-role", PolicyName="may-send")` before the event is sent.',
            ),
            "no-destination": Hint(
                first="You removed the destination. Then AWS has nothing to deliver, and counts nothing.",
                second="Put it back, and take the role's policy away instead.",
            ),
            "not-sent": Hint(
                first="The policy is gone. The event that went before it was still told to the queue.",
                second="Run the cell again from the top: first the policy goes, then the event.",
            ),
        },
    ),
)
