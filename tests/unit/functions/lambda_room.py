"""Lambda's control plane alone in a loop of its own, reached by a real boto3 client without any network."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import random
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from lambada_labs.cloud.local.aws_error import AwsError, render_error
from lambada_labs.cloud.local.functions import ControlPlane, LambdaService
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Principal, split_query
from lambada_labs.model import Invocation, InvocationRecord, Reply
from lambada_labs.runtime.package import PackageStore
from lambada_labs.runtime.ports import ChunkSink, Throttled

ACCOUNT, REGION = "123456789012", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/lambda-role"
UNTRUSTING = f"arn:aws:iam::{ACCOUNT}:role/ec2-role"
FUNCTIONS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
LAYERS = f"arn:aws:lambda:{REGION}:{ACCOUNT}:layer"


def archive(text: str = "def handler(event, context): return event", name: str = "index.py") -> bytes:
    """A zip file with one file in it; the same text always gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


class FakeRole:
    def __init__(self, service: str) -> None:
        self.service = service

    def trusts(self, service: str) -> bool:
        return service == self.service

    def allows(self, action: str, resource: str) -> bool:
        return "forbidden" not in resource


class FakeRoles:
    def role(self, arn: str) -> FakeRole | None:
        known = {ROLE: "lambda.amazonaws.com", UNTRUSTING: "ec2.amazonaws.com"}
        return FakeRole(known[arn]) if arn in known else None


class FakeObjects:
    def __init__(self) -> None:
        self.held: dict[tuple[str, str], bytes] = {}

    def read_object(self, bucket: str, key: str, version: str | None = None) -> bytes:
        if bucket not in {held for held, _ in self.held}:
            raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
        if (bucket, key) not in self.held:
            raise AwsError("NoSuchKey", "The specified key does not exist.", 404)
        return self.held[bucket, key]


class FakeLinks:
    def presigned(self, path: str, region: str) -> str:
        return f"http://127.0.0.1:1{path}?signed={region}"


class FakeEngine:
    """Echoes the event; what it was asked is kept."""

    def __init__(self) -> None:
        self.invoked: list[Invocation] = []
        self.submitted: list[Invocation] = []
        self.retired: list[tuple[str, str | None]] = []
        self.reserved: list[tuple[str, int | None]] = []
        self.finished = 0
        self.refusal: Throttled | None = None
        self.function_error: str | None = None
        self.pieces: list[bytes] = []
        self.payload: bytes | None = None
        self.log = b"START\nEND\nREPORT\n"

    async def invoke(self, invocation: Invocation, *, on_chunk: ChunkSink | None = None) -> Reply:
        if self.refusal:
            raise self.refusal
        self.invoked.append(invocation)
        payload = invocation.event if self.payload is None else self.payload
        if on_chunk and not self.function_error:
            for piece in self.pieces or [payload]:
                await on_chunk(piece)
            payload = b""
        self.finished += 1
        return Reply(
            record=_record(invocation),
            payload=payload,
            function_error=self.function_error,
            log_tail=self.log,
        )

    def submit(self, invocation: Invocation) -> None:
        self.submitted.append(invocation)

    async def retire(self, function_arn: str, version: str | None = None) -> None:
        self.retired.append((function_arn, version))

    def reserve(self, function_arn: str, concurrency: int | None) -> None:
        self.reserved.append((function_arn, concurrency))


class Room:
    """A control plane, its neighbours, and the loop it lives in."""

    def __init__(self, folder: Path, *, held: bool = False) -> None:
        """`held`: nothing settles until `settle` is called."""
        self.engine, self.objects = FakeEngine(), FakeObjects()
        self.plane = ControlPlane(
            engine=self.engine,
            packages=PackageStore(folder),
            roles=FakeRoles(),
            objects=self.objects,
            links=FakeLinks(),
            later=self._later,
            chance=random.Random(7),
        )
        self._held: list[Callable[[], None]] | None = [] if held else None
        self.service = LambdaService(self.plane)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self._ids = itertools.count()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def settle(self) -> None:
        """Let everything settle that waits for it."""
        waiting, self._held = self._held or [], []
        asyncio.run_coroutine_threadsafe(_all(waiting), self.loop).result(20)

    def _later(self, _seconds: float, call: Callable[[], None]) -> None:
        if self._held is None:
            self.loop.call_soon(call)
        else:
            self._held.append(call)

    def client(self, *, validate: bool = True, region: str = REGION) -> Any:
        client = boto3.client(
            "lambda",
            region_name=region,
            endpoint_url="http://127.0.0.1:1",
            aws_access_key_id="AKIA",
            aws_secret_access_key="secret",
            config=Config(parameter_validation=validate, retries={"total_max_attempts": 1}),
        )
        client.meta.events.register("before-send.lambda", lambda request, **_: self._sent(request, region))
        return client

    def answer(self, request: AwsRequest) -> AwsResponse:
        """What the service says to a request as it stands."""
        return asyncio.run_coroutine_threadsafe(self._answered(request), self.loop).result(20)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> AwsRequest:
        raw_path, _, raw_query = path.partition("?")
        return AwsRequest(
            method=method,
            raw_path=raw_path,
            raw_query=raw_query,
            path=raw_path,
            query=split_query(raw_query),
            headers=headers,
            body=body,
            caller=Principal(
                arn=f"arn:aws:iam::{ACCOUNT}:root",
                account_id=ACCOUNT,
                kind="root",
                access_key_id="AKIA",
                user_id=ACCOUNT,
            ),
            service="lambda",
            region=REGION,
            request_id=f"request-{next(self._ids)}",
        )

    async def _answered(self, request: AwsRequest) -> AwsResponse:
        try:
            response = await self.service.handle(request)
        except AwsError as error:
            return render_error(error, "rest-json", request.request_id)
        if not isinstance(response.body, bytes):
            response.body = b"".join([piece async for piece in response.body])
        return response

    def _sent(self, prepared: Any, region: str) -> AWSResponse:
        path = prepared.url.removeprefix("http://127.0.0.1:1")
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in prepared.headers.items()
        }
        body = prepared.body or b""
        body = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else body.read()
        request = self.request(prepared.method, path, body, **headers)
        answer = self.answer(_in_region(request, region))
        return AWSResponse(prepared.url, answer.status, _headers(answer), _Raw(answer.body))


async def _all(calls: list[Callable[[], None]]) -> None:
    for call in calls:
        call()


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Any:
        yield self.read()


def _in_region(request: AwsRequest, region: str) -> AwsRequest:
    from dataclasses import replace

    return replace(request, region=region)


def _headers(answer: AwsResponse) -> Any:
    from botocore.compat import HTTPHeaders

    headers = HTTPHeaders()
    for name, value in answer.headers:
        headers[name] = value
    return headers


def _record(invocation: Invocation) -> InvocationRecord:
    function = invocation.function
    return InvocationRecord(
        request_id=invocation.request_id,
        function_name=function.name,
        function_version=function.version,
        function_arn=function.arn,
        environment_id="e",
        log_group=function.log_group_name,
        log_stream="s",
        accepted_at=invocation.accepted_at,
        started_at=invocation.accepted_at,
        ended_at=invocation.accepted_at,
        duration_ms=1.0,
        billed_ms=1,
        memory_mb=function.memory_mb,
        max_memory_used_mb=40,
    )


def create(client: Any, name: str = "f", **settings: Any) -> dict[str, Any]:
    """A function with the least that AWS wants, and what a test adds."""
    least = {
        "FunctionName": name,
        "Runtime": "python3.12",
        "Role": ROLE,
        "Handler": "index.handler",
        "Code": {"ZipFile": archive()},
    }
    answer: dict[str, Any] = client.create_function(**(least | settings))
    answer.pop("ResponseMetadata")
    return answer


def until(condition: Callable[[], Any], *, seconds: float = 10) -> Any:
    """What `condition` answers once that is true; fails after a generous while."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.005)
    return answer


def active(client: Any, name: str = "f") -> dict[str, Any]:
    """The configuration once the function has settled."""

    def settled() -> dict[str, Any] | None:
        found: dict[str, Any] = client.get_function_configuration(FunctionName=name)
        return found if found.get("LastUpdateStatus") == "Successful" else None

    answer: dict[str, Any] = until(settled)
    answer.pop("ResponseMetadata")
    return answer


def text_of(payload: Any) -> Any:
    return json.loads(payload.read())
