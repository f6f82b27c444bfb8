"""Lab 01: you bring a handler, not a server."""

from __future__ import annotations

from lambada_labs.labs.catalogue import lab_01_checks as checks
from lambada_labs.labs.check import UNTOUCHED, Hint, Task
from lambada_labs.labs.lab import Lab
from lambada_labs.labs.prediction import Question, within

TASKS = (
    Task(
        id="first-call",
        title="Call it with your own event",
        kind="twiddle",
        check=checks.check_first_call,
        hints={
            UNTOUCHED: Hint(
                first="The function is there. Which key of the event does its handler read?",
                second='`event = {"name": "Ada"}`, with your name, then run the cell.',
            ),
            "no-name": Hint(
                first='Your event arrived, and `event.get("name", "world")` fell back to the world. Compare the key.',
                second="Keys are case-sensitive: it is `name`, in small letters.",
            ),
            "raised": Hint(
                first="Your event reached the handler. Is it a dictionary?",
                second='A list or a text has no `.get`: send `{"name": "Ada"}`.',
            ),
        },
    ),
    Task(
        id="ten-gigabytes",
        title="As much memory as there is",
        kind="tweak",
        check=checks.check_ten_gigabytes,
        hints={
            UNTOUCHED: Hint(
                first="It is one parameter of `update_function_configuration`, in MB.",
                second="`MemorySize=10 * 1024`",
            ),
            "thousand": Hint(
                first="You counted a gigabyte as 1,000 megabytes. AWS does not.",
                second="1 GB is 1,024 MB: write `10 * 1024`.",
            ),
            "less": Hint(
                first="Your change arrived; there is more to have.",
                second="The largest value is 10 GB: `MemorySize=10 * 1024`.",
            ),
        },
    ),
    Task(
        id="wrong-handler",
        title="Bug hunt: the name of the handler",
        kind="twiddle",
        check=checks.check_wrong_handler,
        hints={
            UNTOUCHED: Hint(
                first="The message names two things: what is missing, and in which module.",
                second='The file is hello.py and its function is called handler: `Handler="hello.handler"`.',
            ),
            "malformed": Hint(
                first="Lambda splits this text at the last dot: file before it, function after it.",
                second='`Handler="hello.handler"`',
            ),
            "wrong-file": Hint(
                first="Lambda tried to import a module that is not in the package. Which file did you zip?",
                second="The part before the dot is the file without `.py`: `hello`.",
            ),
            "wrong-function": Hint(
                first="The module was found and imported; the function in it was not.",
                second="The part after the dot is what stands behind `def` in hello.py: `handler`.",
            ),
            "not-called": Hint(
                first="A configuration proves nothing before something has run with it.",
                second='Run `call("lab01-wrong-handler", {"name": "the log"})` again.',
            ),
        },
    ),
    Task(
        id="break-it",
        title="Run into both walls",
        kind="break it",
        check=checks.check_break_it,
        hints={
            UNTOUCHED: Hint(
                first="One wall is the timeout (3 s if you say nothing), the other the memory (128 MB if you say nothing).",
                second='Send `{"seconds": 5}` to the sleeper and `{"megabytes": 500}` to the greedy one.',
            ),
            "memory": Hint(
                first="Your sleeper hit the timeout. The greedy one was content with what it has: 128 MB.",
                second='Send `{"megabytes": 500}`.',
            ),
            "time": Hint(
                first="Your greedy function was killed. The sleeper woke up in time: it has 3 seconds.",
                second='Send `{"seconds": 5}`.',
            ),
        },
    ),
    Task(
        id="greeting-service",
        title="A service that says no politely",
        kind="rework",
        check=checks.check_greeting_service,
        hints={
            UNTOUCHED: Hint(
                first="Before you greet, ask two things about the name: is it a text, and is anything in it?",
                second='`if not isinstance(name, str) or not name.strip(): return {"status": 400, "error": "..."}`',
            ),
            "raised": Hint(
                first="A bad event must not end in a traceback: the caller cannot do anything with yours.",
                second='`event.get("name")` instead of `event["name"]`, and check its type before calling `.strip()`.',
            ),
            "good-refused": Hint(
                first="Your checks work; they refuse too much. What does a good caller get?",
                second='`return {"status": 200, "greeting": f"Hello, {name}!"}`',
            ),
            "half": Hint(
                first="You caught one kind of bad name. There are three: none, not a text, only blanks.",
                second="`if not isinstance(name, str) or not name.strip():` catches all three.",
            ),
            "mute": Hint(
                first="You refuse, but the caller does not learn what to change.",
                second='`"error": "send a name, as text"`: name the field and what it should be.',
            ),
        },
    ),
)

QUESTIONS = (
    Question(
        id="three-am",
        text="At 3 a.m. your service gets three requests a second, each is worked on for 100 ms. "
        "A server runs 60 minutes of that hour. How many minutes does an execution environment work?",
        unit="minutes",
        right=within(1.5),
        why=checks.why_three_am,
    ),
    Question(
        id="in-a-row",
        text="You call a function three times, one after the other. How many execution environments?",
        unit="environments",
        why=checks.why_in_a_row,
    ),
    Question(
        id="fourth",
        text="`count` is a variable of the module, and each call adds one. What does the fourth call return?",
        why=checks.why_fourth,
    ),
    Question(
        id="at-once",
        text="Now five calls at the same moment. How many execution environments work on them?",
        unit="environments",
        why=checks.why_at_once,
    ),
    Question(
        id="after-burst",
        text="Nine calls so far. You make one more. What does it return?",
        why=checks.why_after_burst,
    ),
)

LAB = Lab(
    number="01",
    slug="first_function",
    title="First function",
    finding="You bring a handler, not a server",
    question="What do you bring, if not a server?",
    minutes=35,
    needs=("00",),
    outcomes=(
        "write a handler, package it, create the function and invoke it with plain boto3",
        "read what Lambda tells you: event, context, log lines, error types",
        "foresee how many execution environments your calls will start",
    ),
    ready=True,
    tasks=TASKS,
    questions=QUESTIONS,
    recap=(
        "You bring a **handler**, a package and a role; Lambda brings everything that runs them.",
        "The **event** is a dictionary made from the caller's JSON; the **context** tells about this one invocation.",
        "One **execution environment** runs one invocation at a time: what is in flight decides how many there are.",
        "Variables of the module live as long as their environment, and each environment has its own.",
        "A handler that raises gives the caller HTTP 200 and `FunctionError`: who calls has to look.",
        "Time and memory are the two walls, and every run has its line in the bill.",
    ),
    further=(
        ("Building with Python", "https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html"),
        ("The context object", "https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"),
        ("The Runtime API", "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html"),
        ("Runtimes today", "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"),
    ),
)
