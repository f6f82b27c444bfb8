"""Lab 04: 202 means, I have your event."""

from __future__ import annotations

from lambada_labs.labs.catalogue import lab_04_reasons as reasons
from lambada_labs.labs.catalogue.lab_04_tasks import TASKS
from lambada_labs.labs.lab import Lab
from lambada_labs.labs.prediction import Question, within
from lambada_labs.labs.stage import Stage

ROLE, LOSSY_ROLE = "lab04-role", "lab04-lossy-role"


def start(stage: Stage) -> None:
    """The roles that this lab's functions run under; what they may send is said in the lab."""
    for name in (ROLE, LOSSY_ROLE):
        stage.role(name)


QUESTIONS = (
    Question(
        id="answer",
        text="The machine needs a second for a cup. You order one asynchronously. What is in the answer to your call?",
        kind="choice",
        choices=(reasons.RESULT, reasons.TICKET, reasons.NOTHING),
        why=reasons.why_answer,
    ),
    Question(
        id="last-try",
        text="An event makes your handler fail, each time. Counted from the first try, after how many seconds does "
        "the last one begin?",
        unit="seconds",
        right=reasons.right_last_try,
        why=reasons.why_last_try,
    ),
    Question(
        id="poured",
        text="One order is placed. Its handler pours the cup, then fails at printing the receipt, each time. "
        "How many cups has the machine poured when Lambda gives up?",
        unit="cups",
        why=reasons.why_poured,
    ),
    Question(
        id="story",
        text="Which message tells you where in your code it failed, and how often it was tried?",
        kind="choice",
        choices=(reasons.DEAD, reasons.DESTINATION, reasons.BOTH),
        why=reasons.why_story,
    ),
    Question(
        id="too-old",
        text="Two retries are allowed, and an event may be 60 seconds old at most. How often is a poison event tried?",
        unit="times",
        why=reasons.why_too_old,
    ),
    Question(
        id="switched-off",
        text="A function has a reserved concurrency of 0, and an on-failure destination. What becomes of its events?",
        kind="choice",
        choices=(reasons.REFUSED, reasons.WAITS, reasons.GIVEN_UP),
        why=reasons.why_switched_off,
    ),
    Question(
        id="thousand",
        text="1,000 files take 50 ms each: in a row that is the better part of a minute. Asynchronously, ten at a "
        "time: how many seconds from the first call to the last file, on this machine?",
        unit="seconds",
        right=within(2),
        why=reasons.why_thousand,
    ),
    Question(
        id="rounds",
        text="A handler sends an event to its own function, each time it runs. How often does it run?",
        unit="times",
        why=reasons.why_rounds,
    ),
)

LAB = Lab(
    number="04",
    slug="asynchronous",
    title="Asynchronous",
    finding="202 means: I have your event",
    question="Who retries when nobody waits?",
    minutes=40,
    needs=("03",),
    outcomes=(
        "foresee when an event is tried again, when it is given up, and who is told",
        "write a handler that may safely see the same event twice",
        "notice an event that is lost: by its queue, its destination or its metric",
    ),
    ready=True,
    tasks=TASKS,
    questions=QUESTIONS,
    start=start,
    makes=("rule", "event bus", "topic", "queue", "bucket", "table"),
    recap=(
        "**202** means accepted. Result and error reach you through a destination, the log and metrics, never through the call.",
        "A failing event is tried **three times**: at once, after a minute, after two more. Throttled events wait up to six hours.",
        "Every queue may deliver twice: make your handler **idempotent**, with a condition on the event's own id.",
        "A **dead-letter queue** keeps the event, a **destination** keeps the story. Both may be set, and both need the role's right to send.",
        "Age and attempts limit an event; Lambda looks ahead and gives up early rather than late.",
        "What is lost is counted: **AsyncEventsDropped**, **DestinationDeliveryFailures**, **DeadLetterErrors**. Alarm on them.",
    ),
    further=(
        ("Asynchronous invocation", "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html"),
        (
            "Error handling",
            "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",
        ),
        (
            "Records of invocations",
            "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
        ),
        ("Recursive loops", "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"),
    ),
)
