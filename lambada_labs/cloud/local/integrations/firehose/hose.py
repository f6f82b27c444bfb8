"""One delivery stream at work: records wait, are transformed, wait again and become an object in Amazon S3."""

from __future__ import annotations

import base64
import gzip
import json
import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from lambada_labs import facts
from lambada_labs.cloud.local.background import Background
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.firehose import answer as firehose_answer
from lambada_labs.cloud.local.integrations.firehose.answer import MS, Record, Unusable
from lambada_labs.cloud.local.integrations.firehose.stream import Buffer, Stream, object_key
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.refusals import failed
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.verdict import Answer, Sent
from lambada_labs.runtime.clock import Clock, Timer

log = logging.getLogger(__name__)

PRINCIPAL = "firehose.amazonaws.com"
TIMEOUT_S = float(facts.number("firehose.transform_timeout_s"))
#: Stops that come again by themselves are tried again.
PASSING = frozenset({"throttled", "timeout"})


class NotStored(Exception):
    """Amazon S3 took nothing: its code and text."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(f"{code}: {text}")


class Outside(Protocol):
    """What a hose touches."""

    async def put(self, stream: Stream, key: str, body: bytes) -> None:
        """Write an object as the stream's role; raises `NotStored`."""
        ...

    def tell(self, stream: Stream, told: dict[str, Any]) -> None:
        """Write a line into the stream's error log."""
        ...


class Waiting:
    """Things that wait until a buffer is full, by bytes or by the clock; then `full` takes them."""

    def __init__(self, clock: Clock, full: Callable[[list[Any]], None]) -> None:
        self._clock, self._full = clock, full
        self._held: list[Any] = []
        self._size = 0
        self._timer: Timer | None = None

    def add(self, one: Any, size: int, buffer: Buffer) -> None:
        """One more, so many bytes."""
        self._held.append(one)
        self._size += size
        if self._size >= buffer.size:
            self.empty()
        elif self._timer is None:
            self._timer = self._clock.call_later(buffer.seconds, self.empty)

    def empty(self) -> None:
        """Hand over what waits."""
        held, self._held, self._size = self._held, [], 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if held:
            self._full(held)


class Hose:
    """One stream. `find` is the stream as it is this moment, None once it was deleted."""

    def __init__(
        self, find: Callable[[], Stream | None], calls: Calls, outside: Outside, clock: Clock
    ) -> None:
        self._find, self._calls, self._outside, self._clock = find, calls, outside, clock
        self._coming = Waiting(clock, lambda held: self._work.begin(self._transform(held)))
        self._going = Waiting(clock, lambda held: self._work.begin(self._deliver(held, failed=False)))
        self._failed = Waiting(clock, lambda held: self._work.begin(self._deliver(held, failed=True)))
        self._work = Background("a delivery stream")

    def add(self, record: Record) -> None:
        """Take a record in."""
        stream = self._find()
        if stream is None:
            return
        if stream.function_arn:
            self._coming.add(record, len(record.data), stream.function_buffer)
        else:
            self._go_on(stream, record.data)

    def _go_on(self, stream: Stream, data: bytes) -> None:
        whole = data + b"\n" if stream.delimited else data
        self._going.add(whole, len(whole), stream.buffer)

    async def _transform(self, records: Sequence[Record]) -> None:
        stream = self._find()
        if stream is None:
            return
        attempts, code, text, answer = await self._asked(stream, records)
        done: list[firehose_answer.Transformed] = []
        if answer is not None:
            try:
                done = firehose_answer.transformed(records, answer)
            except Unusable as problem:
                code, text = problem.code, problem.text
        if not done:
            self._complain(stream, code, text)
            self._give_up(stream, records, attempts, code, text)
            return
        for one in done:
            if one.result == "Ok":
                self._go_on(stream, one.data)
        refused = [one.record for one in done if one.result == "ProcessingFailed"]
        code = "Lambda.ProcessingFailedStatus"
        self._give_up(stream, refused, attempts, code, firehose_answer.ERRORS[code])

    async def _asked(self, stream: Stream, records: Sequence[Record]) -> tuple[int, str, str, Answer | None]:
        """How often the function was asked, and its answer, or Firehose's code and text instead."""
        integration, place = integrations()["firehose"], Place(function_arn=stream.function_arn)
        event = firehose_answer.event(
            records, invocation_id=place.id, stream_arn=stream.arn, region=stream.region
        )
        ask = Ask(
            function_arn=stream.function_arn,
            sent=Sent(event=event, source_arn=stream.arn),
            principal=PRINCIPAL,
            role_arn=stream.function_role_arn,
            timeout_s=TIMEOUT_S,
        )
        attempts = 0
        while True:
            attempts += 1
            try:
                answer = await self._calls.ask(ask)
            except NotRun as stopped:
                if stopped.why in PASSING and attempts <= stream.retries:
                    continue
                code, text = integration.errors.get(stopped.why, integration.errors["failed"])
                return attempts, code, text, None
            if answer.function_error:
                verdict = failed(integration, answer, place)
                return attempts, verdict.code, verdict.text, None
            return attempts, "", "", answer

    def _give_up(
        self, stream: Stream, records: Sequence[Record], attempts: int, code: str, text: str
    ) -> None:
        """Records that end in the prefix for what failed, one JSON document a line."""
        for record in records:
            told = {
                "attemptsMade": attempts,
                "arrivalTimestamp": int(record.at * MS),
                "errorCode": code,
                "errorMessage": text,
                "attemptEndingTimestamp": int(self._clock.now() * MS),
                "rawData": base64.b64encode(record.data).decode(),
                "lambdaArn": stream.function_arn,
            }
            line = json.dumps(told, separators=(",", ":")).encode() + b"\n"
            self._failed.add(line, len(line), stream.buffer)

    async def _deliver(self, held: list[bytes], *, failed: bool) -> None:
        stream = self._find()
        if stream is None:
            return
        body = b"".join(held)
        packed = gzip.compress(body) if stream.compressed else body
        try:
            await self._outside.put(stream, object_key(stream, self._clock.now(), failed=failed), packed)
        except NotStored as refused:
            self._complain(stream, f"S3.{refused.code}", refused.text)
            # Firehose tries for a day; here until it works or the stream is gone.
            waiting = self._failed if failed else self._going
            self._clock.call_later(
                max(stream.buffer.seconds, 1.0), lambda: waiting.add(body, 0, stream.buffer)
            )

    def _complain(self, stream: Stream, code: str, text: str) -> None:
        log.warning("delivery stream %s: %s %s", stream.name, code, text)
        told = {
            "deliveryStreamARN": stream.arn,
            "destination": f"arn:aws:s3:::{stream.bucket}",
            "deliveryStreamVersionId": int(stream.version),
            "message": text,
            "errorCode": code,
        }
        if stream.function_arn and code.startswith("Lambda."):
            told["processor"] = stream.function_arn
        self._outside.tell(stream, told)
