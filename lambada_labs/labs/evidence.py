"""What a check may look at: the state of the cloud and what it was handed, never the variables of a notebook."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from lambada_labs.cloud.port import Cloud
from lambada_labs.model import InvocationRecord
from lambada_labs.units import MS_PER_S

LOOK_S, VISIT_S = 0.05, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What one invocation by a check got: the answer as a Python value, and how it failed."""

    answer: Any
    function_error: str | None
    log: str

    @property
    def error_type(self) -> str:
        """The `errorType` of a failed invocation, or nothing."""
        known = self.function_error and isinstance(self.answer, Mapping)
        return str(self.answer.get("errorType", "")) if known else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Reads one cloud through AWS's own API, and the records of what ran on it.

    `start(function)` is when the present life of a function began (seconds since the epoch): what an
    earlier function of the same name did proves nothing. `answer` is what the learner handed to the check,
    where a task is a computation.
    """

    cloud: Cloud
    start: Callable[[str], float] = lambda _: 0.0
    answer: Any = None

    def function(self, name: str) -> Mapping[str, Any] | None:
        """The configuration of a function, or `None` where there is none."""
        client = self.cloud.client("lambda")
        try:
            found: Mapping[str, Any] = client.get_function_configuration(FunctionName=name)
        except client.exceptions.ResourceNotFoundException:
            return None
        return found

    def records(self, name: str) -> list[InvocationRecord]:
        """The invocations of a function in its present life, oldest first."""
        start = self.start(name)
        found = (record for record in self.cloud.records(name) if record.accepted_at >= start)
        return sorted(found, key=lambda record: record.accepted_at)

    def settled_records(self, name: str, patience_s: float = 1.0) -> list[InvocationRecord]:
        """The same, once two readings agree: a record is written after its answer."""
        deadline = time.monotonic() + patience_s
        last, now = None, self.records(name)
        while last != now and time.monotonic() < deadline:
            time.sleep(LOOK_S)
            last, now = now, self.records(name)
        return now

    def visit(self, door: str, path: str = "") -> int | None:
        """The HTTP status that an API or a load balancer answers with, as the check's own caller; None: no door."""
        found = next((each for each in reversed(self.cloud.doors()) if each.name == door), None)
        if found is None:
            return None
        parts = urlsplit(found.plain_url + path)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        with contextlib.closing(kind(parts.netloc, timeout=VISIT_S)) as connection:
            connection.request("GET", parts.path)
            return connection.getresponse().status

    def log(self, name: str) -> list[str]:
        """The lines of a function's log group, oldest first."""
        client = self.cloud.client("logs")
        pages = client.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{name}", startTime=int(self.start(name) * MS_PER_S)
        )
        try:
            events = sorted(_events(pages), key=lambda event: int(event["timestamp"]))
        except client.exceptions.ResourceNotFoundException:
            return []
        return [str(event["message"]).rstrip("\n") for event in events]

    def said(self, name: str, opening: str) -> list[str]:
        """What the handler printed after these words, line by line, oldest first."""
        return [line[len(opening) :].strip() for line in self.log(name) if line.startswith(opening)]

    def call(self, name: str, event: Any) -> Called:
        """Invoke a function synchronously, as the check's own caller."""
        reply = self.cloud.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps(event).encode(), LogType="Tail"
        )
        return Called(
            answer=json.loads(reply["Payload"].read() or b"null"),
            function_error=reply.get("FunctionError"),
            log=base64.b64decode(reply.get("LogResult", "")).decode(errors="replace"),
        )


def _events(pages: Any) -> Iterator[Mapping[str, Any]]:
    for page in pages:
        yield from page["events"]
