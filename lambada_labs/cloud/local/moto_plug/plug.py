"""Moto as one service of the cloud: it serves requests, and its stores are read and written for the others."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from lambada_labs.cloud.local import regions
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.identity import IssuedKey
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse
from lambada_labs.cloud.local.moto_plug import mended, objects, tamed, translation, wiring
from lambada_labs.cloud.local.moto_plug.dispatcher import Dispatcher
from lambada_labs.cloud.local.moto_plug.iam import Iam
from lambada_labs.cloud.local.moto_plug.telemetry_store import TelemetryStore
from lambada_labs.cloud.local.producers import taps
from lambada_labs.cloud.local.producers.estate import Stores
from lambada_labs.cloud.local.queues import Queues
from lambada_labs.cloud.local.role import Role
from lambada_labs.cloud.local.telemetry import Caps, LogLine, Statistics, StoredLine

WAITING_SERVICES = frozenset({"sqs", "kinesis"})  # their calls may sleep in a thread
LOCKED_SERVICES = frozenset({"logs", "monitoring"})  # we write into their stores ourselves
ONE_BY_ONE = frozenset({"dynamodb"})  # moto looks at a condition and writes in two steps: a table wants one
OURS = frozenset({"lambda", "sts", "lambada"})
NOT_FOUND = 404


class MotoPlug:
    """Serves requests by moto's WSGI applications, and reads and writes its stores for us.

    `account_id` and `region` are those of the cloud.
    """

    def __init__(self, *, account_id: str, region: str, caps: Caps | None = None, threads: int = 16) -> None:
        tamed.switch()
        self.account_id, self.region = account_id, region
        self._dispatcher = Dispatcher()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="moto")
        self._waiting = ThreadPoolExecutor(4 * threads, thread_name_prefix="moto-waiting")
        self._telemetry = TelemetryStore(account_id, caps or Caps())
        self._iam = Iam(account_id)
        self._before: dict[str, Callable[[], None]] = {}
        self._wired: Future[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_thread: int | None = None
        self._serving = threading.local()
        self._one_by_one = threading.RLock()
        self._pool.submit(regions.known)  # read while nobody waits for it
        tamed.tame()
        mended.run_state_machines()
        self._iam.load_managed_policies(region)

    def before(self, service: str, flush: Callable[[], None]) -> None:
        """Call `flush` (in a worker thread) before every request to this service, by signing name."""
        self._before[service] = flush

    def deliver_to(self, queues: Queues) -> None:
        """Have SNS, EventBridge, S3 and CloudFormation find these queues instead of moto's own."""
        # It reads the Regions: nobody waits for that.
        self._wired = self._pool.submit(wiring.join_queues, self.account_id, queues, self._on_loop)

    def hear(self, ears: taps.Ears) -> None:
        """Have moto's services send no events themselves, and tell of what happens in them instead."""
        wiring.hear(ears, self._request, self._trace)

    def mend(self, service: str, paths: Sequence[str], install: mended.Install) -> None:
        """Hand these modules of moto to `install` before the first request to a service (by signing name)."""

        def do() -> None:
            with self._dispatcher.building:
                install(mended.modules(paths))

        self.before(service, mended.once(do))

    def stores(self) -> Stores:
        """Where moto keeps what events come from and go to."""
        return wiring.stores(self._telemetry.lock)

    @contextmanager
    def under(self, trace_id: str | None) -> Iterator[None]:
        """Let what this thread does in here count as done under a trace header."""
        self._serving.trace_id = trace_id
        try:
            yield
        finally:
            self._serving.trace_id = None

    async def written(self, service: str) -> None:
        """Until all lines or metrics written so far are in moto's store."""
        await asyncio.to_thread(self._before.get(service, _nothing))

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """Answer as moto does, with its raw failures turned into AWS's shape."""
        self._loop, self._loop_thread = asyncio.get_running_loop(), threading.get_ident()
        if request.service in OURS:
            raise AwsError("UnknownOperationException", "This operation is not served here.", NOT_FOUND)
        pool = self._waiting if request.service in WAITING_SERVICES else self._pool
        return await asyncio.get_running_loop().run_in_executor(pool, self.serve, request)

    def serve(self, request: AwsRequest) -> AwsResponse:
        """The same, in the thread of the caller."""
        if self._wired is not None:
            self._wired.result()
        self._before.get(request.service, _nothing)()
        self._serving.request = request
        try:
            return self._served(request)
        finally:
            self._serving.request = None

    def close(self) -> None:
        """Let the threads end; running requests are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._waiting.shutdown(wait=False, cancel_futures=True)

    def access_key(self, access_key_id: str) -> IssuedKey | None:
        """The long-term key of an IAM user, as IAM has it this moment; never that of a session."""
        return self._iam.access_key(access_key_id)

    def role(self, role_arn: str) -> Role | None:
        """The role with this ARN, or None."""
        return self._iam.role(role_arn)

    def role_id(self, role_arn: str) -> str | None:
        """The unique id of a role, or None."""
        return self._iam.role_id(role_arn)

    def read_object(self, bucket: str, key: str, version: str | None = None) -> bytes:
        """The bytes of an S3 object.

        Raises:
            AwsError: NoSuchBucket, NoSuchKey or NoSuchVersion, as GetObject says it.
        """
        return objects.read_object(self.account_id, bucket, key, version)

    def store(self, service: str, region: str) -> Any:
        """Moto's own store of a service in a Region, `stepfunctions.parser` too; None where nothing was made in it."""
        models = sys.modules.get(f"moto.{service}.models")
        backends = getattr(models, f"{service.replace('.', '_')}_backends", None)
        if backends is None or not dict.__contains__(backends, self.account_id):
            return None
        return dict.get(backends[self.account_id], region)

    def append_logs(self, region: str, group: str, stream: str, events: Sequence[LogLine]) -> None:
        """Append to a stream, made when missing; the oldest lines beyond the caps are forgotten."""
        self._telemetry.append_logs(region, group, stream, events)

    def read_logs(self, region: str, group: str, since_ms: int = 0) -> list[StoredLine]:
        """What a group holds, by time; empty for an unknown one."""
        return self._telemetry.read_logs(region, group, since_ms)

    def put_metrics(self, region: str, namespace: str, statistics: Sequence[Statistics]) -> None:
        """Append statistic sets to a namespace, forgetting the oldest data of the Region beyond the cap."""
        self._telemetry.put_metrics(region, namespace, statistics)

    def _request(self) -> AwsRequest | None:
        """The request that this thread answers, if it does."""
        return getattr(self._serving, "request", None)

    def _trace(self) -> str | None:
        """The trace header under which this thread works for somebody."""
        request = self._request()
        found = request.headers.get("x-amzn-trace-id") if request else None
        return found or getattr(self._serving, "trace_id", None)

    def _served(self, request: AwsRequest) -> AwsResponse:
        if request.service in ONE_BY_ONE:
            with self._one_by_one:
                return translation.ask(self._dispatcher, request)
        if request.service not in LOCKED_SERVICES:
            return translation.ask(self._dispatcher, request)
        with self._telemetry.lock:
            response = translation.ask(self._dispatcher, request)
            self._telemetry.trim(request.headers.get("x-amz-target", ""))
            return response

    def _on_loop(self, call: Callable[[], Any]) -> Any:
        """Do something where the queues live, and wait for what comes of it."""
        if self._loop is None or threading.get_ident() == self._loop_thread:
            return call()

        async def done() -> Any:
            return call()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result()


def _nothing() -> None:
    """No flush is asked for."""
