"""What each field of a function's log means, and which line of the bill it feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A field of a START, END or REPORT line: what it says and the bill line it feeds (empty: none)."""

    name: str
    says: str
    bill: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a log text; pieces without a meaning are only printed."""

    text: str
    meaning: Meaning | None = None


REQUEST = Meaning(
    name="RequestId",
    says="Names this invocation. Every log line, trace and retry of the same event carries it.",
    bill="Requests: one per invocation",
)
FIELDS = (
    (r"START(?= RequestId)", Meaning(name="START", says="An execution environment has taken the event and calls your handler now.")),
    (r"END(?= RequestId)", Meaning(name="END", says="Your handler has returned or failed. Nothing of yours runs after this line.")),
    (r"REPORT(?= RequestId)", Meaning(name="REPORT", says="The invocation in numbers, one line each. This is the line a bill is made of.")),
    (r"RequestId: \S+", REQUEST),
    (r"Version: \S+", Meaning(name="Version", says="Which version ran. `$LATEST` is the one you edit; numbered ones never change.")),
    (r"Init Duration: [\d.]+ ms", Meaning(name="Init Duration", says="The cold start: starting the runtime and running the code outside your handler. Only the first invocation of an environment has it.", bill="Duration: it is part of the billed milliseconds")),
    (r"Billed Duration: [\d.]+ ms", Meaning(name="Billed Duration", says="Duration and Init Duration added, then rounded up to a whole millisecond.", bill="Duration: these milliseconds times the memory, in GB-seconds")),
    (r"Duration: [\d.]+ ms", Meaning(name="Duration", says="How long your handler ran.", bill="Duration: by way of Billed Duration")),
    (r"Memory Size: \d+ MB", Meaning(name="Memory Size", says="The memory you configured. You pay for all of it, used or not.", bill="Duration: the other side of the area, memory times time")),
    (r"Max Memory Used: \d+ MB", Meaning(name="Max Memory Used", says="The most that the environment has used so far, runtime included. Far below Memory Size means room to save.")),
    (r"Restore Duration: [\d.]+ ms", Meaning(name="Restore Duration", says="SnapStart: bringing back the snapshot instead of initialising.")),
    (r"XRAY TraceId: \S+", Meaning(name="XRAY TraceId", says="The trace that this invocation belongs to.")),
    (r"Status: \w+", Meaning(name="Status", says="Printed when the invocation did not end well: `error` or `timeout`. It is billed all the same.", bill="Duration and Requests: failures are paid in full")),
    (r"Error Type: \S+", Meaning(name="Error Type", says="What went wrong, in the runtime's words.")),
)  # fmt: skip
OWN = Meaning(
    name="Your own line",
    says="Printed by your code. Everything on standard output or error lands in CloudWatch Logs.",
    bill="Logs: paid to CloudWatch by the gigabyte, not to Lambda",
)
PATTERN = re.compile("|".join(f"(?P<f{index}>{pattern})" for index, (pattern, _) in enumerate(FIELDS)))
SYSTEM = re.compile(r"^(?:\S+\s+)?(?:START|END|REPORT|XRAY|INIT_START|INIT_REPORT|RESTORE_REPORT)\b")


def parts(text: str) -> Iterator[Part]:
    """The log text cut into pieces, in order; joined again they are the text."""
    for line in text.splitlines(keepends=True):
        if SYSTEM.match(line) or line.startswith("\t"):
            yield from fields(line)
        elif line.strip():
            body = line.rstrip("\n")
            yield Part(text=body, meaning=OWN)
            yield Part(text=line[len(body) :])
        else:
            yield Part(text=line)


def fields(line: str) -> Iterator[Part]:
    """One line of AWS's own, field by field."""
    done = 0
    for match in PATTERN.finditer(line):
        yield Part(text=line[done : match.start()])
        yield Part(text=match.group(), meaning=FIELDS[int((match.lastgroup or "f0")[1:])][1])
        done = match.end()
    yield Part(text=line[done:])
