"""The one file that knows moto: its applications, its stores, and where they need mending.

moto (pinned in pyproject.toml, watched by tests/local/test_moto_canary.py) is the database behind the
control plane of every service that is not ours. Nothing here executes a function.
"""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from lambada_labs import facts
from lambada_labs.cloud.local import exact_metrics, log_caps, regions, wsgi
from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.identity import IssuedKey
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse
from lambada_labs.cloud.local.producers import taps
from lambada_labs.cloud.local.producers.estate import Stores
from lambada_labs.cloud.local.queues import Queues, for_moto
from lambada_labs.cloud.local.role import Role
from lambada_labs.cloud.local.telemetry import Caps, LogLine, Statistics, StoredLine

log = logging.getLogger(__name__)

SWITCHES = {
    "MOTO_DISABLE_GLOBAL_CORS": "true",  # no stranger's page may read answers
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # 28 MB of machine images nobody here starts
}
MANAGED_POLICIES = (
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaKinesisExecutionRole",
    "AWSLambdaDynamoDBExecutionRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
    "AWSXRayDaemonWriteAccess",
)
PARTITION = "aws"
ROLE_SESSION_S = facts.number("limit.role_session.default_s")
MOST_LINES_AT_ONCE = 10_000  # in one PutLogEvents
CLOSED = ("moto_api", "instance_metadata")  # doors without authentication
MAKE_ACCOUNT = "_create_account_specific_backend"
WAITING_SERVICES = frozenset({"sqs", "kinesis"})  # their calls may sleep in a thread
LOCKED_SERVICES = frozenset({"logs", "monitoring"})  # we write into their stores ourselves
OURS = frozenset({"lambda", "sts", "lambada"})
FIRST_ERROR, NOT_FOUND = 400, 404


class MotoPlug:
    """Serves requests by moto's WSGI applications, and reads and writes its stores for us.

    `account_id` and `region` are those of the cloud.
    """

    def __init__(self, *, account_id: str, region: str, caps: Caps | None = None, threads: int = 16) -> None:
        for name, value in SWITCHES.items():
            os.environ.setdefault(name, value)
        self.account_id, self.region = account_id, region
        self._caps = caps or Caps()
        self._dispatcher = _Dispatcher()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="moto")
        self._waiting = ThreadPoolExecutor(4 * threads, thread_name_prefix="moto-waiting")
        self._store_lock = threading.RLock()
        self._lines_at_most = 0
        self._before: dict[str, Callable[[], None]] = {}
        self._wired: Future[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_thread: int | None = None
        self._serving = threading.local()
        self._pool.submit(regions.known)  # read while nobody waits for it
        _tame()
        self._load_managed_policies()

    def before(self, service: str, flush: Callable[[], None]) -> None:
        """Call `flush` (in a worker thread) before every request to this service, by signing name."""
        self._before[service] = flush

    def deliver_to(self, queues: Queues) -> None:
        """Have SNS, EventBridge, S3 and CloudFormation find these queues instead of moto's own."""
        self._wired = self._pool.submit(self._wire, queues)  # it reads the Regions: nobody waits for that

    def _wire(self, queues: Queues) -> None:
        from moto.sqs.exceptions import QueueDoesNotExist
        from moto.sqs.models import Queue, SQSBackend, sqs_backends

        backend = for_moto.backend_class(SQSBackend, Queue, QueueDoesNotExist, queues, self._on_loop)
        sqs_backends[self.account_id].backend = backend

    def hear(self, ears: taps.Ears) -> None:
        """Have moto's services send no events themselves, and tell of what happens in them instead."""
        from moto.events import models as events
        from moto.events import notifications as other_notifications
        from moto.logs import models as logs
        from moto.s3 import models as s3
        from moto.s3 import notifications
        from moto.sns import exceptions
        from moto.sns import models as sns

        tap = taps.ObjectTap(ears.objects, lambda: getattr(self._serving, "request", None))
        tap.install(notifications, s3.S3Backend)
        other_notifications.send_notification = s3.events_send_notification = _unsent
        taps.TopicTap(ears.topics, self._trace).install(sns.Subscription, exceptions.SNSInvalidParameter)
        taps.tap_rules(events.Rule, ears.rules)
        taps.tap_log_streams(logs.LogStream, ears.logs)

    def stores(self) -> Stores:
        """Where moto keeps what events come from and go to."""
        from moto.cloudwatch.models import cloudwatch_backends
        from moto.events.models import events_backends
        from moto.logs.models import logs_backends
        from moto.s3.models import s3_backends
        from moto.scheduler.models import scheduler_backends
        from moto.sns.models import sns_backends

        return Stores(
            objects=s3_backends,
            topics=sns_backends,
            events=events_backends,
            scheduler=scheduler_backends,
            logs=logs_backends,
            cloudwatch=cloudwatch_backends,
            lock=self._store_lock,
        )

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

    def _trace(self) -> str | None:
        """The trace header under which this thread works for somebody."""
        request: AwsRequest | None = getattr(self._serving, "request", None)
        found = request.headers.get("x-amzn-trace-id") if request else None
        return found or getattr(self._serving, "trace_id", None)

    def _served(self, request: AwsRequest) -> AwsResponse:
        if request.service not in LOCKED_SERVICES:
            return self._call(request)
        with self._store_lock:
            response = self._call(request)
            self._trim(request.headers.get("x-amz-target", ""))
            return response

    def close(self) -> None:
        """Let the threads end; running requests are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._waiting.shutdown(wait=False, cancel_futures=True)

    def _on_loop(self, call: Callable[[], Any]) -> Any:
        """Do something where the queues live, and wait for what comes of it."""
        if self._loop is None or threading.get_ident() == self._loop_thread:
            return call()

        async def done() -> Any:
            return call()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result()

    def _call(self, request: AwsRequest) -> AwsResponse:
        environ = wsgi.environ_of(request, _our_headers(request))
        environ |= _underscored(request.headers)
        try:
            response = wsgi.call(self._dispatcher, environ)
        except NotImplementedError as missing:
            raise AwsError("NotImplemented", f"The local cloud cannot do this: {missing}", 501) from missing
        except AwsError:
            raise
        except Exception as failure:
            log.exception("moto failed on %s %s %s", request.service, request.method, request.raw_path)
            text = f"The local cloud's emulation of {request.service} failed ({type(failure).__name__})."
            raise AwsError("InternalFailure", text, 500) from failure
        return _shaped(request, response)

    # What other rooms ask.

    def access_key(self, access_key_id: str) -> IssuedKey | None:
        """The long-term key of an IAM user, as IAM has it this moment; never that of a session."""
        iam = self._iam()
        key = iam.access_keys.get(access_key_id)
        user = iam.users.get(key.user_name) if key is not None and key.user_name else None
        if user is None:
            return None
        return IssuedKey(
            access_key_id=access_key_id,
            secret=key.secret_access_key,
            active=key.status == "Active",
            user_arn=user.arn,
            user_id=user.id,
        )

    def role(self, role_arn: str) -> Role | None:
        """The role with this ARN, or None."""
        for found in list(self._iam().roles.values()):
            if found.arn == role_arn:
                policy = json.loads(found.assume_role_policy_document or "{}")
                longest = int(found.max_session_duration or ROLE_SESSION_S)
                return Role(
                    arn=role_arn,
                    name=found.name,
                    role_id=found.id,
                    trust_policy=policy,
                    longest_session_s=longest,
                    policies=_policies_of(found),
                )
        return None

    def role_id(self, role_arn: str) -> str | None:
        """The unique id of a role, or None."""
        role = self.role(role_arn)
        return role.role_id if role else None

    def read_object(self, bucket: str, key: str, version: str | None = None) -> bytes:
        """The bytes of an S3 object.

        Raises:
            AwsError: NoSuchBucket, NoSuchKey or NoSuchVersion, as GetObject says it.
        """
        from moto.s3.exceptions import MissingBucket
        from moto.s3.models import s3_backends

        try:
            found = s3_backends[self.account_id][PARTITION].get_object(bucket, key, version_id=version)
        except MissingBucket as missing:
            text = "The specified bucket does not exist"
            raise AwsError("NoSuchBucket", text, NOT_FOUND, BucketName=bucket) from missing
        if found is not None:
            return bytes(found.value)
        if version is not None:
            raise AwsError("NoSuchVersion", "The specified version does not exist.", NOT_FOUND, Key=key)
        raise AwsError("NoSuchKey", "The specified key does not exist.", NOT_FOUND, Key=key)

    def store(self, service: str, region: str) -> Any:
        """Moto's own store of a service in a Region; None where nothing was ever made in it."""
        models = sys.modules.get(f"moto.{service}.models")
        backends = getattr(models, f"{service}_backends", None)
        if backends is None or not dict.__contains__(backends, self.account_id):
            return None
        return dict.get(backends[self.account_id], region)

    def append_logs(self, region: str, group: str, stream: str, events: Sequence[LogLine]) -> None:
        """Append to a stream, made when missing; the oldest lines beyond the caps are forgotten."""
        from moto.logs.models import LogEvent, logs_backends

        with self._store_lock:
            logs = logs_backends[self.account_id][region]
            logs.ensure_log_group(group)
            logs.ensure_log_stream(group, stream)
            store = logs.groups[group].streams[stream]
            now = datetime.now(UTC)
            ingested = int(now.timestamp() * 1000)
            # Not the store's own method: it would push to subscription filters, and those are ours.
            store.events += [LogEvent(ingested, {"timestamp": at, "message": text}) for at, text in events]
            store.last_ingestion_time = now.replace(tzinfo=None)
            store.stored_bytes += sum(len(text) for _, text in events)
            store.upload_sequence_token += 1
            self._trim_logs([logs.groups[group]], len(events))

    def read_logs(self, region: str, group: str, since_ms: int = 0) -> list[StoredLine]:
        """What a group holds, by time; empty for an unknown one."""
        from moto.logs.models import logs_backends

        with self._store_lock:
            found = logs_backends[self.account_id][region].groups.get(group)
            lines = [
                StoredLine(event.event_id, event.timestamp, name, event.message)
                for name, stream in (found.streams.items() if found else ())
                for event in stream.events
                if event.timestamp >= since_ms
            ]
        return sorted(lines, key=lambda line: (line.at_ms, line.number))

    def put_metrics(self, region: str, namespace: str, statistics: Sequence[Statistics]) -> None:
        """Append statistic sets to a namespace, forgetting the oldest data of the Region beyond the cap."""
        from moto.cloudwatch.models import MetricAggregatedDatum, cloudwatch_backends

        with self._store_lock:
            store = cloudwatch_backends[self.account_id][region].metric_data
            store += [MetricAggregatedDatum(**_datum(namespace, item)) for item in statistics]
            del store[: max(0, len(store) - self._caps.metric_data)]

    def _trim(self, target: str) -> None:
        """Hold the caps against what clients put themselves."""
        from moto.cloudwatch.models import cloudwatch_backends
        from moto.logs.models import logs_backends

        if target.endswith(".PutLogEvents"):
            backends = [logs for _, _, logs in logs_backends.iter_backends()]
            self._trim_logs(
                [group for logs in backends for group in logs.groups.values()], MOST_LINES_AT_ONCE
            )
        if not target.startswith("Logs_"):
            for metrics in cloudwatch_backends[self.account_id].values():
                del metrics.metric_data[: max(0, len(metrics.metric_data) - self._caps.metric_data)]

    def _trim_logs(self, groups: list[Any], added: int) -> None:
        """Hold the caps of these groups, then that of all together; counting waits until it may be reached."""
        from moto.logs.models import logs_backends

        for group in groups:
            log_caps.trim_group(
                group.streams, self._caps.log_events_per_stream, self._caps.log_events_per_group
            )
        self._lines_at_most += added
        if self._lines_at_most <= self._caps.log_events:
            return
        backends = logs_backends[self.account_id].values()
        streams = [group.streams for logs in backends for group in logs.groups.values()]
        self._lines_at_most = log_caps.trim_largest(streams, self._caps.log_events)

    def _iam(self) -> Any:
        from moto.iam.models import iam_backends

        return iam_backends[self.account_id][PARTITION]

    def _load_managed_policies(self) -> None:
        from moto.iam.models import AWSManagedPolicy

        for name, data in _managed_policies().items():
            policy = AWSManagedPolicy.from_data(name, self.account_id, self.region, data)
            self._iam().managed_policies[policy.arn] = policy


class _Dispatcher:
    """The dispatcher of moto without its costs: a folder listed per request, one lock for slow starts."""

    def __init__(self) -> None:
        from moto.backends import list_of_moto_modules
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        self._moto = DomainDispatcherApplication(create_backend_app)
        self._modules = frozenset(list_of_moto_modules())
        self._applications: dict[str, Any] = {}
        self._building = threading.Lock()
        self._backend = functools.lru_cache(maxsize=512)(self._find_backend)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        host = self._moto.infer_service_region_host(environ, environ["PATH_INFO"]) or ""
        backend = self._backend(host)
        application = self._applications.get(backend)
        if application is None:
            application = self._build(backend)
        return application(environ, start_response)

    def _find_backend(self, host: str) -> str:
        if host in self._modules:
            return host
        found = (name for name, pattern in self._moto.backend_url_patterns if pattern.match(f"http://{host}"))
        backend = next(found, None)
        if backend is None or backend.startswith(CLOSED):
            service = host.split(".", 1)[0]
            raise AwsError("NotImplemented", f"The local cloud has no service {service}.", 501)
        return str(backend)

    def _build(self, backend: str) -> Any:
        # Imports of moto's packages at the same time may see each other half made: one at a time.
        with self._building:
            if backend not in self._applications:
                self._applications[backend] = self._moto.create_app(backend)
            return self._applications[backend]


def _tame() -> None:
    """No Docker, no global lock where nothing is made, no memory of what was deleted, exact dimensions."""
    from moto.cloudwatch.models import CloudWatchBackend
    from moto.core.base_backend import BackendDict
    from moto.core.common_models import BaseModel
    from moto.core.config import default_user_config

    default_user_config["lambda"]["use_docker"] = False
    default_user_config["batch"]["use_docker"] = False
    make = getattr(BackendDict, MAKE_ACCOUNT)
    if getattr(make, "is_ours", False):
        return

    def make_quickly(self: Any, account_id: str) -> None:
        if not dict.__contains__(self, account_id):
            make(self, account_id)

    make_quickly.is_ours = True  # type: ignore[attr-defined]
    setattr(BackendDict, MAKE_ACCOUNT, make_quickly)
    # moto lists every object, message and line it ever made for a dashboard that is closed here.
    BaseModel.__new__ = lambda cls, *_, **__: object.__new__(cls)
    statistics, data = CloudWatchBackend.get_metric_statistics, CloudWatchBackend.get_metric_data
    CloudWatchBackend.get_metric_statistics = exact_metrics.statistics(statistics)
    CloudWatchBackend.get_metric_data = exact_metrics.data(data)


def _our_headers(request: AwsRequest) -> dict[str, str]:
    """Who calls and in which Region, in the words in which moto looks for them."""
    scope = f"{request.caller.access_key_id}/20000101/{request.region}/{request.service}/aws4_request"
    return {
        "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=verified",
        "x-moto-account-id": request.caller.account_id,
        "user-agent": "lambada",
    }


def _underscored(headers: Mapping[str, str]) -> dict[str, Any]:
    """S3 metadata whose names hold `_`, the way moto's own server keeps them."""
    from moto.core.request import (
        PRESERVED_HEADER_NAMES_ENVIRON_KEY,
        environ_key_for_header,
        should_preserve_original_header_name,
    )

    dashed = {environ_key_for_header(name) for name in headers if "_" not in name}
    names = {
        environ_key_for_header(name): name for name in headers if should_preserve_original_header_name(name)
    }
    kept = {key: name for key, name in names.items() if key not in dashed}
    return {PRESERVED_HEADER_NAMES_ENVIRON_KEY: kept, **{key: headers[name] for key, name in kept.items()}}


def _shaped(request: AwsRequest, response: AwsResponse) -> AwsResponse:
    """Flask's pages in HTML become AWS's errors; everything else goes through."""
    if response.status < FIRST_ERROR or not isinstance(response.body, bytes) or request.method == "HEAD":
        return response
    start = response.body[:64].lstrip().lower()
    if not start.startswith((b"<!doctype html", b"<html")):
        return response
    log.warning("moto has no %s %s of %s", request.method, request.raw_path, request.service)
    if response.status == NOT_FOUND:
        text = f"The local cloud has no such operation of {request.service}."
        raise AwsError("UnknownOperationException", text, NOT_FOUND)
    raise AwsError("InternalFailure", f"The local cloud's emulation of {request.service} failed.", 500)


def _datum(namespace: str, item: Statistics) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "name": item.name,
        "min_stat": item.minimum,
        "max_stat": item.maximum,
        "sample_count": float(item.count),
        "sum_stat": item.total,
        "dimensions": [{"Name": name, "Value": value} for name, value in item.dimensions],
        "timestamp": datetime.fromtimestamp(item.at, UTC).replace(tzinfo=None),
        "unit": item.unit,
    }


@functools.cache
def _managed_policies() -> Mapping[str, Any]:
    """The policies we want, cut out of the text in which moto keeps a thousand; the text is let go."""
    from moto.iam import aws_managed_policies, models

    text = aws_managed_policies.aws_managed_policies_data
    starts = {name: text.index(f'\n "{name}":') + len(f'\n "{name}":') for name in MANAGED_POLICIES}
    found = {name: json.JSONDecoder().raw_decode(text, start)[0] for name, start in starts.items()}
    aws_managed_policies.aws_managed_policies_data = models.aws_managed_policies_data = "{}"
    return found


def _policies_of(role: Any) -> tuple[Mapping[str, Any], ...]:
    """The documents of a role's inline and attached policies."""
    texts = [*role.policies.values(), *map(_document, role.managed_policies.values())]
    return tuple(json.loads(text) for text in texts)


def _document(policy: Any) -> str:
    """The text of an attached policy's default version; AWS's own policies are kept as decoded JSON."""
    held = next(each.document for each in policy.versions if each.version_id == policy.default_version_id)
    return held if isinstance(held, str) else json.dumps(held)


def _nothing() -> None:
    """No flush is asked for."""


def _unsent(**_: Any) -> None:
    """Moto calls the making of a bucket the making of an object: S3 sends nothing then."""
