"""Lab 05: something happened, and a service tells your function."""

from __future__ import annotations

from lambada_labs.labs.catalogue import lab_05_checks as checks
from lambada_labs.labs.catalogue import lab_05_reasons as reasons
from lambada_labs.labs.catalogue.lab_05_start import start
from lambada_labs.labs.check import UNTOUCHED, Hint, Task
from lambada_labs.labs.lab import Lab
from lambada_labs.labs.prediction import Question

TASKS = (
    Task(
        id="capital",
        title="The picture with the capital name",
        kind="tweak",
        check=checks.check_capital,
        hints={
            UNTOUCHED: Hint(
                first="The list `rules` has one rule. How would you ask for a second suffix?",
                second='`rules = [rule(".jpg"), rule(".JPG")]`',
            ),
            "replaced": Hint(
                first="The call replaces the whole list: a rule that is not in it any more is gone.",
                second='Both go into one list: `rules = [rule(".jpg"), rule(".JPG")]`',
            ),
            "everything": Hint(
                first="An empty suffix fits every name: the notes would come as a picture, too.",
                second='`rules = [rule(".jpg"), rule(".JPG")]`',
            ),
            "no-thumbnail": Hint(
                first="The rules are right. They bind what happens from now on, not what is in the bucket already.",
                second="Run the whole cell again: it uploads the picture once more.",
            ),
        },
    ),
)

QUESTIONS = (
    Question(
        id="thumbnails",
        text="You drop `beach.jpg`, `forest.jpg`, `evening.jpg`, `IMG_0042.JPG` and `notes.txt`. How many thumbnails come?",
        unit="thumbnails",
        why=reasons.why_thumbnails,
    ),
)

LAB = Lab(
    number="05",
    slug="events",
    title="Events",
    finding="Something happened",
    question="Which services call your function, and when?",
    minutes=40,
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
        "An event says that something **happened**: the service that tells you does not wait for what you do with it.",
    ),
    further=(("Lambda with S3", "https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html"),),
)
