"""How lab 00 judges: what is seen in the cloud, and why a guess was off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lambada_labs import facts, files
from lambada_labs.labs.check import CheckResult, failed, not_yet, passed
from lambada_labs.labs.evidence import Evidence
from lambada_labs.labs.package import package

FUNCTION = "lab00-hello"
MEMORY_MB = 512
PLACEHOLDER = "..."
NAMES_OF_THE_LAB = {"the button", "boto3", "the command line", "a new environment", "after the mistake"}


def shipped_code() -> bytes:
    """The deployment package of the ready-made function."""
    return package(files.data("handlers", "00_start", "hello.py"))


def check_your_name(evidence: Evidence) -> CheckResult:
    """The handler has printed a name that is not one of the notebook's."""
    expected = "a greeting with your own name in the function's log"
    names = evidence.said(FUNCTION, "greeting ")
    own = [name for name in names if name not in NAMES_OF_THE_LAB | {PLACEHOLDER, ""}]
    if own:
        meaning = "The event you sent is what the handler got. The check read it in the function's log."
        return passed(f"the log says “greeting {own[-1]}”", meaning)
    if _last_outcome(evidence) == "error":
        return failed(
            "no-name",
            "your event had no `name` that the handler could use, so it raised",
            expected=expected,
            next_step='Send {"name": "Ada"}, with your name',
        )
    if names and names[-1] == "":
        next_step = "Write a name between the quotes"
        return failed("empty", "the greeting went to nobody", expected=expected, next_step=next_step)
    seen = f"{len(names)} greetings in the log, none with a name of your own"
    return not_yet(seen, expected, 'Change "..." to your name and run the cell again')


def check_more_memory(evidence: Evidence) -> CheckResult:
    """The function has the memory asked for, and has run with it."""
    memory = int(_configuration(evidence)["MemorySize"])
    expected = f"{MEMORY_MB} MB in the configuration, and one invocation that ran with it"
    if memory == _default_memory():
        step = f"Set MemorySize to {MEMORY_MB}"
        return not_yet(f"{FUNCTION} has {memory} MB, the default", expected, step)
    if memory != MEMORY_MB:
        step = f"Set MemorySize to {MEMORY_MB}"
        return failed("other", f"{FUNCTION} has {memory} MB", expected=expected, next_step=step)
    if not any(record.memory_mb == MEMORY_MB for record in evidence.records(FUNCTION)):
        seen = f"{MEMORY_MB} MB are set, but nothing has run since"
        return failed("not-run", seen, expected=expected, next_step="Invoke the function once more")
    meaning = "Memory is the one dial of a function. A change of it needs no restart: the next call has it."
    return passed(f"{MEMORY_MB} MB, and an invocation that ran with them", meaning)


def check_two_languages(evidence: Evidence) -> CheckResult:
    """The deployed handler greets in German when asked to, and in English otherwise."""
    expected = '"Hallo, Ada!" for {"name": "Ada", "language": "de"}, "Hello, Ada!" without a language'
    german = evidence.call(FUNCTION, {"name": "Ada", "language": "de"})
    english = evidence.call(FUNCTION, {"name": "Ada"})
    if english.error_type == "KeyError":
        seen = "without a language the handler raised KeyError"
        step = 'Ask with event.get("language")'
        return failed("needs-language", seen, expected=expected, next_step=step)
    if german.function_error or english.function_error:
        seen = f"the handler raised {german.error_type or english.error_type}"
        return failed("raised", seen, expected=expected, next_step="Read the message below the failed call")
    said = (_greeting(german.answer), _greeting(english.answer))
    if said == ("Hallo, Ada!", "Hello, Ada!"):
        meaning = (
            "New code is live as soon as it is uploaded; there was nothing to stop and nothing to restart."
        )
        return passed(f"“{said[0]}” and “{said[1]}”", meaning)
    if said == ("Hello, Ada!", "Hello, Ada!"):
        step = "Change hello.py, run its cell, then deploy it"
        return not_yet("a caller from Germany is still greeted in English", expected, step)
    reason = "always-german" if said[1].startswith("Hallo") else "no-german"
    return failed(
        reason, f"“{said[0]}” and “{said[1]}”", expected=expected, next_step="Compare the two answers"
    )


def check_break_it(evidence: Evidence) -> CheckResult:
    """An invocation failed, and a later one succeeded."""
    expected = "one invocation that fails, then one that succeeds"
    outcomes = [record.outcome for record in evidence.records(FUNCTION)]
    if "error" not in outcomes:
        step = "Send an event that the handler cannot digest: a name that is not a text"
        return not_yet(f"{len(outcomes)} invocations, all of them successful", expected, step)
    if outcomes[-1] != "success":
        step = "Now send a good event, to see whether the function survived"
        return failed("still-broken", "the last invocation failed", expected=expected, next_step=step)
    meaning = "An event that fails takes nothing with it: the next one is served as if nothing had happened."
    return passed("a failure, and a success after it", meaning)


def _configuration(evidence: Evidence) -> Mapping[str, Any]:
    return evidence.function(FUNCTION) or {"MemorySize": _default_memory()}


def _default_memory() -> int:
    return facts.number("limit.memory.default")


def _last_outcome(evidence: Evidence) -> str:
    records = evidence.records(FUNCTION)
    return records[-1].outcome if records else ""


def _greeting(answer: Any) -> str:
    return str(answer.get("greeting", "")) if isinstance(answer, Mapping) else str(answer)


def why_three_ways(guess: Any, truth: Any) -> str:
    """Callers against execution environments."""
    if guess is None:
        return "The calls came one after the other, so the environment of the first was free for the next."
    if int(float(guess)) > int(truth):
        return (
            "You counted callers. Lambda counts work in flight: the calls came one after the other, so the "
            "environment of the first was free again each time."
        )
    return (
        "Each call found the environment of the one before it warm and free. Only the first had to start one."
    )


def why_after_change(_guess: Any, truth: Any) -> str:
    """Why a changed configuration means a new environment."""
    changed = (
        "An environment is built for one configuration. You changed it, so the old ones are of no use any more "
        "and the next call starts a fresh one."
    )
    return (
        changed if truth == "cold" else "The environment was kept; you changed nothing that it is built from."
    )


def why_one_cent(guess: Any, truth: Any) -> str:
    """How small one call is."""
    if guess is not None and float(guess) < float(truth):
        return "It is cheaper than you thought: you pay milliseconds, and only while the code runs."
    return "A call is two prices: a fixed one for the request, and memory times milliseconds for the work."
