"""Queues on a clock that is turned by hand, and real botocore clients for them without any network."""

from __future__ import annotations

import asyncio
import gzip
import io
import itertools
import json
from importlib import resources

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.loaders import Loader

from lambada_labs.cloud.local.message import AwsRequest, Principal, split_query
from lambada_labs.cloud.local.queues import QueueName, Queues, QueueService, QueueSettings
from lambada_labs.cloud.local.queues.messages import Draft
from lambada_labs.cloud.local.queues.wanted import Wanted
from lambada_labs.runtime.clock import Clock

ACCOUNT, REGION, HOST = "123456789012", "us-east-1", "127.0.0.1:1"
START = 1_800_000_000.0
NAMES = itertools.count()
#: Names that the table does not have yet.
LATER = {
    "MessageSystemAttributeName": "MessageSystemAttributeList",
    "ListMessageMoveTasksResultEntry": "ListMessageMoveTasksResultEntryList",
}


class Room:
    """`queues` on one hand-turned clock, `clock`; `queue` makes one, `client` answers botocore clients."""

    def __init__(self, **limits):
        self.clock = Clock(speed=0, start=START)
        self.queues = Queues(self.clock, waits=self.clock, **limits)
        self.service = QueueService(self.queues)
        self._ids = itertools.count(1)

    def queue(self, name=None, **settings):
        name = name or f"q{next(NAMES)}" + (".fifo" if settings.get("fifo") else "")
        called = QueueName(account_id=ACCOUNT, region=REGION, name=name)
        return self.queues.create(called, QueueSettings(**settings))

    def request(self, method, path, body=b"", **headers):
        raw_path, _, raw_query = path.partition("?")
        caller = Principal(
            arn=f"arn:aws:iam::{ACCOUNT}:root",
            account_id=ACCOUNT,
            kind="root",
            access_key_id="AKIA",
            user_id=ACCOUNT,
        )
        return AwsRequest(
            method=method,
            raw_path=raw_path,
            raw_query=raw_query,
            path=raw_path,
            query=split_query(raw_query),
            headers={"host": HOST, **headers},
            body=body,
            caller=caller,
            service="sqs",
            region=REGION,
            request_id=f"request-{next(self._ids)}",
        )

    def answer(self, request):
        return asyncio.run(self.service.handle(request))

    def json(self, operation, **parameters):
        """Status, headers and document of a raw request in the JSON protocol."""
        headers = {"x-amz-target": f"AmazonSQS.{operation}", "content-type": "application/x-amz-json-1.0"}
        answer = self.answer(self.request("POST", "/", json.dumps(parameters).encode(), **headers))
        return answer.status, dict(answer.headers), json.loads(answer.body or b"{}")

    def client(self, protocol="json", *, validate=True):
        """A botocore client in either protocol, with botocore's own checks of MD5 sums."""
        session = botocore.session.Session()
        if protocol == "query":
            session.register_component("data_loader", QueryLoader())
        client = session.create_client(
            "sqs",
            region_name=REGION,
            endpoint_url=f"http://{HOST}",
            aws_access_key_id="AKIA",
            aws_secret_access_key="secret",
            config=Config(parameter_validation=validate, retries={"total_max_attempts": 1}),
        )
        client.meta.events.register("before-send.sqs", lambda request, **_: self._sent(request))
        return client

    def _sent(self, prepared):
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in prepared.headers.items()
        }
        body = prepared.body or b""
        body = body.encode() if isinstance(body, str) else body
        path = prepared.url.removeprefix(f"http://{HOST}")
        answer = self.answer(self.request(prepared.method, path, body, **{**headers, "host": HOST}))
        return AWSResponse(prepared.url, answer.status, dict(answer.headers), Raw(answer.body))


class Raw(io.BytesIO):
    def stream(self, **_):
        yield self.read()


class QueryLoader(Loader):
    """Botocore's loader, with SQS as clients of before 2023 spoke it.

    The names of that protocol come from a table in the package moto, which is no work of ours.
    """

    def load_service_model(self, service_name, type_name, api_version=None):
        model = super().load_service_model(service_name, type_name, api_version)
        return query_model(model) if (service_name, type_name) == ("sqs", "service-2") else model


def query_model(model):
    packed = resources.files("moto") / "sqs" / "2012-11-05" / "service-2.moto-extras.json.gz"
    extras = json.loads(gzip.decompress(packed.read_bytes()))["merge"]
    model = json.loads(json.dumps(model))
    merge(model, json.loads(json.dumps(extras).replace("locationNameForQueryCompatibility", "locationName")))
    model["metadata"]["protocol"], model["metadata"]["protocols"] = "query", ["query"]
    del model["metadata"]["awsQueryCompatible"]
    for name, shape in LATER.items():
        model["shapes"][shape] |= {"flattened": True}
        model["shapes"][shape]["member"]["locationName"] = name
    for name, operation in model["operations"].items():
        if "output" in operation:
            operation["output"].setdefault("resultWrapper", f"{name}Result")
    return model


def merge(into, more):
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def put(queue, *bodies, **more):
    """Send these texts; answers what the sender is told."""
    return [queue.send(Draft(body=body, **more)) for body in bodies]


def fifo(queue, *bodies):
    """Send texts such as `a1`: their first letter is the group, the whole the deduplication id."""
    return [queue.send(Draft(body=body, group_id=body[0], deduplication_id=body)) for body in bodies]


def take(queue, most=10, visibility_s=None, **more):
    return queue.take(Wanted(most=most, visibility_s=visibility_s, **more))


def bodies(received):
    return [one.body for one in received]
