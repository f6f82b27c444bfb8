"""Lab 05: something happened, and a service tells your function."""

from __future__ import annotations

from lambada_labs.labs.catalogue import lab_05_reasons as reasons
from lambada_labs.labs.catalogue.lab_05_start import start
from lambada_labs.labs.catalogue.lab_05_tasks import TASKS
from lambada_labs.labs.lab import Lab
from lambada_labs.labs.prediction import Question

COUNTED = ("fewer than 40", "40")

QUESTIONS = (
    Question(
        id="thumbnails",
        text="You drop `beach.jpg`, `forest.jpg`, `evening.jpg`, `IMG_0042.JPG` and `notes.txt`. How many thumbnails come?",
        unit="thumbnails",
        why=reasons.why_thumbnails,
    ),
    Question(
        id="loop",
        text="The thumbnail of one picture goes into the bucket of the pictures. How often does the function run?",
        unit="runs",
        why=reasons.why_loop,
    ),
    Question(
        id="unversioned",
        text="Twenty times, two people write the same key at the same moment. How many events?",
        kind="choice",
        choices=COUNTED,
        why=reasons.why_unversioned,
    ),
    Question(
        id="versioned",
        text="The same in a bucket with versioning. How many now?",
        kind="choice",
        choices=COUNTED,
        why=reasons.why_versioned,
    ),
    Question(
        id="late",
        text="Six price lists are written, then written anew; all events come late. How many rows say what the lists say?",
        kind="choice",
        choices=("all 6", "some", "none"),
        why=reasons.why_late,
    ),
    Question(
        id="utc",
        text="A rule says `cron(0 8 * * ? *)`. What do the clocks in Riga say when its event comes?",
        unit="o'clock",
        why=reasons.why_utc,
    ),
    Question(
        id="fan-out",
        text="You publish `from Riga` and `from Boston` with attributes, then the same order from Riga with a body only. "
        "How many of the three functions hear of the last one?",
        unit="functions",
        why=reasons.why_fan_out,
    ),
    Question(
        id="lines",
        text='The handler prints `event["awslogs"]["data"]`. What do you read?',
        kind="choice",
        choices=("the lines", "the lines as JSON", "letters that say nothing"),
        why=reasons.why_lines,
    ),
    Question(
        id="total",
        text="Five orders of 10; every event comes twice. What does the total say?",
        why=reasons.why_total,
    ),
)

LAB = Lab(
    number="05",
    slug="events",
    title="Events",
    finding="Something happened",
    question="Which services call your function, and when?",
    minutes=60,
    needs=("04",),
    outcomes=(
        "have S3, SNS, EventBridge, a schedule or a log call your function",
        "say how often an event comes, in which order, and when it does not come at all",
        "write a handler that leaves the right state however often it is told",
    ),
    start=start,
    makes=("schedule", "rule", "event bus", "topic", "queue", "bucket", "table", "layer"),
    ready=True,
    tasks=TASKS,
    questions=QUESTIONS,
    recap=(
        "An event says that something **happened**: who tells you does not wait for what you do with it.",
        "A rule, a pattern or a filter policy decides who is told; what it does not match leaves no trace anywhere.",
        "Most producers need a **permission** of your function, some bring a role. Each has an event of its own shape: keys URL-encoded, lines gzipped.",
        "Events come **at least once**, late at times, in any order, and two writes may share one: trust the state, not the count.",
        "A `sequencer` tells older from newer, an event's id tells a repetition; both belong into the write itself.",
        "Output must not match the rule of the input: loop detection is a net that cuts after sixteen.",
        "Rules tick in UTC; EventBridge Scheduler knows time zones.",
    ),
    further=(
        ("Lambda with S3", "https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html"),
        (
            "S3 event notifications",
            "https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html",
        ),
        ("Event patterns", "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"),
        (
            "Recursive loop detection",
            "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",
        ),
        (
            "Idempotency with Powertools",
            "https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/",
        ),
    ),
)
