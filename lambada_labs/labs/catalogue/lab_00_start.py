"""Lab 00: there is a cloud on this machine, and it really runs code."""

from __future__ import annotations

from lambada_labs.labs.catalogue import lab_00_checks as checks
from lambada_labs.labs.catalogue.lab_00_checks import FUNCTION, MEMORY_MB
from lambada_labs.labs.check import UNTOUCHED, Hint, Task
from lambada_labs.labs.lab import Lab
from lambada_labs.labs.prediction import Question, within
from lambada_labs.labs.stage import Stage

RUNTIME = "python3.13"


def start(stage: Stage) -> None:
    """The ready-made function and the role it runs under."""
    role = stage.role(f"{FUNCTION}-role")
    stage.function(FUNCTION, code=checks.shipped_code(), handler="hello.handler", runtime=RUNTIME, role=role)


LAB = Lab(
    number="00",
    slug="start",
    title="Start",
    finding="There is a cloud on this machine, and it really runs code",
    question="Is there really a cloud on this machine?",
    minutes=10,
    cost="nothing here; far less than a cent on a real account",
    outcomes=(
        "invoke a Lambda function from a button, from Python and from a shell",
        "read a timeline: what was cold, what was warm",
        "use the loop of all labs: predict, run, change, check, price",
    ),
    start=start,
    ready=True,
    tasks=(
        Task(
            id="your-name",
            title="Greet yourself",
            kind="twiddle",
            check=checks.check_your_name,
            hints={
                UNTOUCHED: Hint(
                    first="The event is the dictionary you send. What does the handler read from it?",
                    second='Write `event = {"name": "Ada"}` with your name, and run the cell again.',
                ),
                "no-name": Hint(
                    first="Your call reached the function, but the handler looks for one key. Compare the spelling.",
                    second="Keys are case-sensitive: it is `name`, in small letters, and its value is a text.",
                ),
                "empty": Hint(
                    first="Your call worked; the name in it was empty.",
                    second='Put letters between the quotes: `event = {"name": "Ada"}`.',
                ),
            },
        ),
        Task(
            id="more-memory",
            title=f"Give it {MEMORY_MB} MB",
            kind="tweak",
            check=checks.check_more_memory,
            hints={
                UNTOUCHED: Hint(
                    first="One call changes the configuration; its parameter is called MemorySize.",
                    second=f"`aws_lambda.update_function_configuration(FunctionName=..., MemorySize={MEMORY_MB})`",
                ),
                "other": Hint(
                    first="Your change arrived, with another number.",
                    second=f"MemorySize is in MB and a whole number: {MEMORY_MB}.",
                ),
                "not-run": Hint(
                    first="The configuration is right. What has run with it so far? Nothing.",
                    second="Run the cell that calls `aws_lambda.invoke` again.",
                ),
            },
        ),
        Task(
            id="two-languages",
            title="Teach it a second language",
            kind="rework",
            check=checks.check_two_languages,
            hints={
                UNTOUCHED: Hint(
                    first="Two steps: write the file, then upload it. Editing the file alone changes nothing in the cloud.",
                    second='Choose the word first: `word = "Hallo" if event.get("language") == "de" else "Hello"`, '
                    "use it in the answer, then run the deploy cell.",
                ),
                "needs-language": Hint(
                    first="Your handler works for German and fails for everybody who sends no language.",
                    second='`event["language"]` raises where the key is missing; `event.get("language")` gives None.',
                ),
                "raised": Hint(
                    first="Your new code is deployed and raises. The log says where.",
                    second="Run the deploy cell again and read `errorMessage` and `stackTrace` in its answer.",
                ),
                "always-german": Hint(
                    first="Now everybody is greeted in German, also those who did not ask for it.",
                    second='Make it depend on the event: `"Hallo" if event.get("language") == "de" else "Hello"`.',
                ),
                "no-german": Hint(
                    first="Your code is deployed; its answer to a German caller is not what was agreed.",
                    second="The answer has to be `Hallo, Ada!`: the word, a comma, a space, the name, an exclamation mark.",
                ),
            },
        ),
        Task(
            id="break-it",
            title="Break it, and see what is left",
            kind="break it",
            check=checks.check_break_it,
            hints={
                UNTOUCHED: Hint(
                    first="The handler joins texts with `+`. What can you send that is not a text?",
                    second='Send a number: `{"name": 42}`.',
                ),
                "still-broken": Hint(
                    first="You broke it, well done. Does it still work for others?",
                    second='Send `{"name": "after the mistake"}` once.',
                ),
            },
        ),
    ),
    questions=(
        Question(
            id="three-ways",
            text="You call one function three times in a row: by a button, from Python, from the shell. "
            "How many execution environments will run it?",
            unit="environments",
            why=checks.why_three_ways,
        ),
        Question(
            id="after-change",
            text="You change the memory of a warm function and call it again. Cold start or warm start?",
            kind="choice",
            choices=("cold", "warm"),
            why=checks.why_after_change,
        ),
        Question(
            id="one-cent",
            text="How many calls like yours does one cent buy? (Right is whoever is within a factor of ten.)",
            unit="calls",
            right=within(10),
            why=checks.why_one_cent,
        ),
    ),
    recap=(
        "A **function** is code and a configuration; there is no server to start.",
        "An **event** goes in as JSON, the return value comes out as JSON, whoever calls.",
        "The first call starts an **execution environment** (cold), the next ones find it (warm).",
        "A failing event ends with itself; the next one is served.",
        "You pay for each request, and for memory times milliseconds.",
    ),
    further=(
        ("How Lambda works", "https://docs.aws.amazon.com/lambda/latest/dg/concepts-basics.html"),
        (
            "boto3: Lambda",
            "https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/lambda.html",
        ),
    ),
)
