"""Custom resources at work: functions are asked, and answer with a PUT to an address that carries its own right.

On AWS that address is a presigned URL of Amazon S3. Here too: a presigned PUT into a bucket of CloudFormation's,
which this cloud itself answers.
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.front_doors.calling import NotRun
from lambada_labs.cloud.local.integrations.calling import Ask, Calls
from lambada_labs.cloud.local.integrations.place import Place
from lambada_labs.cloud.local.integrations.refusals import did_not_run
from lambada_labs.cloud.local.integrations.register import integrations
from lambada_labs.cloud.local.integrations.stacks import custom_responses
from lambada_labs.cloud.local.integrations.stacks.custom_responses import Asked, RequestType, Response
from lambada_labs.cloud.local.integrations.verdict import Sent, Verdict, accepted, refused
from lambada_labs.cloud.local.integrations.workings import Choices
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.runtime.clock import Clock

PRINCIPAL = "cloudformation.amazonaws.com"
BUCKET = "/cloudformation-custom-resource-response-"
VALID_S = 7200


class Links:
    """Makes addresses a function can PUT to; `endpoint` is known once the cloud listens."""

    def __init__(self, endpoint: Callable[[], str], *, access_key_id: str, secret: str) -> None:
        self._endpoint, self._access_key_id, self._secret = endpoint, access_key_id, secret

    def put(self, path: str, region: str) -> str:
        """A presigned URL for one PUT."""
        from botocore.auth import S3SigV4QueryAuth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        request = AWSRequest(method="PUT", url=self._endpoint() + quote(path, safe="/"))
        keys = Credentials(self._access_key_id, self._secret)
        S3SigV4QueryAuth(keys, "s3", region, expires=VALID_S).add_auth(request)
        return str(request.url)


class Wait:
    """One request that is out, and the response when it comes."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.over = threading.Event()
        self.response: Response | None = None

    def end(self, response: Response) -> None:
        """The first response counts."""
        if not self.over.is_set():
            self.response = response
            self.over.set()


class CustomResources:
    """Asks functions for custom resources; in front of `objects`, takes what they put."""

    def __init__(self, objects: Service, calls: Calls, links: Links, clock: Clock) -> None:
        self._objects, self._calls, self._links, self._clock = objects, calls, links, clock
        self._out: dict[str, Wait] = {}
        self._kept: dict[str, Wait] = {}

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """A response that was put, or any other request to S3."""
        if not request.path.startswith(BUCKET):
            return await self._objects.handle(request)
        wait = self._out.pop(request.path, None) if request.method == "PUT" else None
        if wait is None:
            raise AwsError("AccessDenied", "Access Denied", 403)
        wait.end(custom_responses.response(wait.asked, request.body))
        return AwsResponse(headers=[("ETag", f'"{uuid.uuid4().hex}"')])

    def ask(self, kind: RequestType, given: Mapping[str, Any], *, role_arn: str = "") -> Wait:
        """Send a request to a function, on the loop's thread; `given` are the other fields of `Asked`."""
        wait = self._prepared(kind, given)
        asked = wait.asked
        sent = Sent(event=asked.event(), source_arn=asked.stack_id)
        ask = Ask(
            function_arn=asked.token,
            sent=sent,
            principal=PRINCIPAL,
            role_arn=role_arn,
            as_caller=not role_arn,
        )
        try:
            self._calls.tell(ask)
        except (NotRun, AwsError, IndexError) as stopped:
            wait.end(Response(reason=_why(stopped, asked.token)))
        return wait

    def sample(self, choices: Choices, place: Place) -> Sent:
        """A request of a stack that is not there, for one call."""
        kind: Any = choices["request"]
        stack = place.filled("arn:aws:cloudformation:{region}:{account}:stack/sample/{id}")
        given = {
            "token": place.function_arn,
            "stack_id": stack,
            "logical_id": "MyResource",
            "resource_type": "Custom::MyResource",
            "properties": {"ServiceToken": place.function_arn, "Name": choices.get("text") or "first"},
            "physical_id": "" if kind == "Create" else "my-physical-id",
        }
        wait = self._prepared(kind, given)
        self._kept[_path(wait.asked)] = wait
        return Sent(event=wait.asked.event(), source_arn=stack, notes={"path": _path(wait.asked)})

    async def settled(self, sent: Sent, seconds: float) -> Verdict:
        """What came back for a sample, waited for so many true seconds."""
        wait = self._kept.pop(sent.notes["path"])
        await asyncio.to_thread(wait.over.wait, seconds)
        if wait.response is None:
            text = (
                "CloudFormation waits until the function puts a response to the ResponseURL, an hour at most."
            )
            return Verdict(outcome="waiting", text=text, code=f"{wait.asked.kind.upper()}_IN_PROGRESS")
        if not wait.response.succeeded:
            return refused(f"{wait.asked.kind.upper()}_FAILED", wait.response.reason)
        return accepted(
            "The resource is as the template wants it.",
            PhysicalResourceId=wait.response.physical_id,
            Data=dict(wait.response.data),
        )

    def _prepared(self, kind: RequestType, given: Mapping[str, Any]) -> Wait:
        region = str(given["stack_id"]).split(":")[3]
        bare = Asked(kind=kind, url="", request_id=str(uuid.uuid4()), **given)
        path = _path(bare)
        wait = Wait(_with_url(bare, self._links.put(path, region)))
        self._out[path] = wait
        seconds = custom_responses.timeout_s(bare.properties)
        self._clock.call_later(seconds, lambda: self._late(path, wait))
        return wait

    def _late(self, path: str, wait: Wait) -> None:
        """Nobody has answered in time: what comes now finds nobody."""
        self._out.pop(path, None)
        wait.end(custom_responses.silence(wait.asked))


def _path(asked: Asked) -> str:
    stack = asked.stack_id
    region = stack.split(":")[3].replace("-", "")
    return f"{BUCKET}{region}/{stack}|{asked.logical_id}|{asked.request_id}"


def _with_url(asked: Asked, url: str) -> Asked:
    return replace(asked, url=url)


def _why(stopped: Exception, token: str) -> str:
    if isinstance(stopped, NotRun):
        return did_not_run(integrations()["cloudformation"], stopped, Place(function_arn=token)).text
    if isinstance(stopped, AwsError):
        return stopped.message
    return f"Invalid ServiceToken: {token} is not the ARN of a Lambda function"
