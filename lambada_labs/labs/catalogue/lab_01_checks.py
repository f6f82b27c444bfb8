"""How lab 01 judges: what is seen in the cloud, and why a guess was off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambada_labs import facts
from lambada_labs.labs.check import CheckResult, failed, not_yet, passed
from lambada_labs.labs.evidence import Called, Evidence
from lambada_labs.units import MB_PER_GB

HELLO, COUNTER, WRONG = "lab01-hello", "lab01-counter", "lab01-wrong-handler"
SLEEPER, GREEDY, GREETINGS = "lab01-sleeper", "lab01-greedy", "lab01-greetings"
PLACEHOLDER = "..."
NAMES_OF_THE_LAB = {"the notebook", "the log", PLACEHOLDER, ""}
WRONG_HANDLER, RIGHT_HANDLER = "hello.main", "hello.handler"
GOOD, BAD = 200, 400
DECIMAL_10_GB = 10_000


def check_first_call(evidence: Evidence) -> CheckResult:
    """The learner's function has greeted the name that the learner sent."""
    expected = f"{HELLO}, Active, and a greeting in its log for a name of your own"
    if evidence.function(HELLO) is None:
        return not_yet(f"there is no function {HELLO}", expected, "Run the cell that creates it")
    names = evidence.said(HELLO, "greeting ")
    own = [name for name in names if name not in NAMES_OF_THE_LAB]
    if "world" in own and own[-1] == "world":
        step = 'Send {"name": "Ada"}, with your name'
        seen = "your call arrived without a name, so the handler greeted the world"
        return failed("no-name", seen, expected=expected, next_step=step)
    if own:
        meaning = "That was your code, run on demand. No server was chosen, started or patched for it."
        return passed(f"the log says “greeting {own[-1]}”", meaning)
    if _last(evidence, HELLO) == "error":
        step = "Read errorMessage in the answer"
        return failed(
            "raised", "your call reached the handler, and it raised", expected=expected, next_step=step
        )
    seen = f"{len(names)} greetings in the log, none for a name of your own"
    return not_yet(seen, expected, 'Change "..." to your name and run the cell again')


def check_ten_gigabytes(evidence: Evidence) -> CheckResult:
    """The function has all the memory that a function can have."""
    most = facts.number("limit.memory.max")
    memory = int((evidence.function(HELLO) or {}).get("MemorySize", 0))
    expected = f"{HELLO} with the largest memory there is: 10 GB"
    if memory in {0, facts.number("limit.memory.default")}:
        return not_yet(f"{HELLO} has {memory} MB", expected, "Set MemorySize; 1 GB is 1,024 MB")
    if memory == most:
        meaning = "One parameter. The next environment has it; nobody ordered, racked or resized anything."
        return passed(f"{memory:,} MB", meaning)
    reason = "thousand" if memory in {DECIMAL_10_GB, DECIMAL_10_GB // 10} else "less"
    return failed(
        reason, f"{memory:,} MB", expected=expected, next_step=f"1 GB is {MB_PER_GB:,} MB, so 10 GB are …?"
    )


def check_wrong_handler(evidence: Evidence) -> CheckResult:
    """The planted fault is mended and the function has run since."""
    expected = "a Handler that names the file and the function in it, and a call that succeeds"
    handler = str((evidence.function(WRONG) or {}).get("Handler", WRONG_HANDLER))
    if handler == WRONG_HANDLER:
        return not_yet(
            f"the Handler is still {handler}", expected, "Read the error: which name is missing where?"
        )
    if handler != RIGHT_HANDLER:
        reason, seen = _wrong_part(handler)
        return failed(reason, seen, expected=expected, next_step="Compare it with the file you uploaded")
    if _last(evidence, WRONG) != "success":
        seen = "the Handler is right, but no call has succeeded since"
        return failed("not-called", seen, expected=expected, next_step=f"Invoke {WRONG} once more")
    meaning = (
        "Handler is `file.function`. Lambda looks for it when an environment starts, not when you deploy."
    )
    return passed(f"{handler}, and a call that succeeded", meaning)


def _wrong_part(handler: str) -> tuple[str, str]:
    module, dot, _ = handler.partition(".")
    if not dot:
        return "malformed", f"“{handler}” has no dot: Lambda cannot tell the file from the function"
    if module != RIGHT_HANDLER.partition(".")[0]:
        return "wrong-file", f"“{handler}”: there is no file {module}.py in the package"
    return "wrong-function", f"“{handler}”: hello.py has no function of that name"


def check_break_it(evidence: Evidence) -> CheckResult:
    """One function ran out of time, one out of memory."""
    expected = "one invocation that ran out of time, and one that ran out of memory"
    late = any(record.outcome == "timeout" for record in evidence.records(SLEEPER))
    killed = any(record.outcome == "error" for record in evidence.records(GREEDY))
    if late and killed:
        meaning = (
            "Time and memory are the two walls of a function. Both end the work at once, and both are billed."
        )
        return passed("a timeout and a killed process", meaning)
    step = "Raise the number in the cell until the wall is hit"
    if late or killed:
        reason, seen = (
            ("memory", "a timeout, no lack of memory") if late else ("time", "a lack of memory, no timeout")
        )
        return failed(reason, seen, expected=expected, next_step=step)
    return not_yet("both functions finished their work", expected, step)


def check_greeting_service(evidence: Evidence) -> CheckResult:
    """The service greets good callers, and tells bad ones what to send instead."""
    expected = f"a greeting with status {GOOD}, and status {BAD} with a sentence about `name` for bad events"
    if evidence.function(GREETINGS) is None:
        return not_yet(f"there is no function {GREETINGS}", expected, "Run the cell that deploys it")
    good = evidence.call(GREETINGS, {"name": "Ada"})
    bad = [evidence.call(GREETINGS, event) for event in ({}, {"name": 7}, {"name": "  "})]
    if (raised := next((call for call in bad if call.function_error), None)) is not None:
        seen = f"a bad event made the handler raise {raised.error_type}"
        step = "Look at the event before you use it, and return an answer"
        return failed("raised", seen, expected=expected, next_step=step)
    if _status(good) != GOOD or "Ada" not in str(_field(good, "greeting")):
        step = f'Answer {{"status": {GOOD}, "greeting": "Hello, Ada!"}}'
        return failed("good-refused", f"a good event got {good.answer}", expected=expected, next_step=step)
    return _judge_refusals(bad, expected)


def _judge_refusals(bad: list[Called], expected: str) -> CheckResult:
    accepted = [_status(call) != BAD for call in bad]
    if all(accepted):
        return not_yet(
            "every event is greeted, also one without a name", expected, "Refuse an event without a name"
        )
    if any(accepted):
        kind = ("no name", "the number 7 as a name", "blanks as a name")[accepted.index(True)]
        seen = f"an event with {kind} got {bad[accepted.index(True)].answer}"
        return failed("half", seen, expected=expected, next_step=f"Answer status {BAD} here too")
    mute = next((call for call in bad if "name" not in str(_field(call, "error"))), None)
    if mute is not None:
        step = 'Put a sentence under "error" that tells the caller to send a `name`'
        return failed("mute", f"a bad event got {mute.answer}", expected=expected, next_step=step)
    meaning = "The caller waits for you, so the answer is the place for the error: it can act on it at once."
    return passed(f"one greeting, three refusals: “{_field(bad[0], 'error')}”", meaning)


def _status(call: Called) -> Any:
    return _field(call, "status")


def _field(call: Called, name: str) -> Any:
    return call.answer.get(name) if isinstance(call.answer, Mapping) else None


def _last(evidence: Evidence, function: str) -> str:
    records = evidence.records(function)
    return records[-1].outcome if records else ""


def why_three_am(guess: Any, truth: Any) -> str:
    """Servers are paid while they wait, functions while they work."""
    if guess is not None and float(guess) > float(truth):
        return (
            "An environment that waits for the next request is frozen and costs nothing. Only the milliseconds "
            f"of work count: three times 100 ms in each second. The server is paid for the other {60 - int(truth)} "
            "minutes, too."
        )
    return "Three times 100 ms in each second is work, the rest is waiting. Servers are paid for waiting, functions are not."


def why_in_a_row(guess: Any, truth: Any) -> str:
    """One after the other needs one environment."""
    if guess is not None and int(float(guess)) > int(truth):
        return (
            "Each call ended before the next began, so the same environment was free each time. Lambda starts "
            "another one only when all are busy."
        )
    return "An environment does one thing at a time, and three things one after the other."


def why_fourth(guess: Any, truth: Any) -> str:
    """What a module-level variable survives."""
    if str(guess) == "1":
        return (
            "The module is imported once, when the environment starts. Calls after that find the variable as "
            "the last one left it: not reset, and not shared with other environments."
        )
    return f"It prints {truth}: the module was imported once, and all four calls ran in that environment."


def why_at_once(guess: Any, truth: Any) -> str:
    """Environments = invocations in flight."""
    if guess is not None and int(float(guess)) < int(truth):
        return (
            "One environment runs one invocation at a time. Nobody waits for it: who finds all of them busy gets "
            "a new one, with a cold start. That is the scaling, and nobody switched it on."
        )
    return "Five in flight at the same moment, one environment for each. The warm one takes one of them."


def why_after_burst(_guess: Any, truth: Any) -> str:
    """Why a counter in memory is no counter."""
    return (
        f"Five environments now hold five counters of their own, and one of them answered with {truth}. "
        "Which one, AWS does not promise: what has to be counted belongs in a database, not in a variable."
    )
