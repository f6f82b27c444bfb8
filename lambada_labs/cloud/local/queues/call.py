"""One request to SQS, as the operations see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.local.message import AwsRequest
from lambada_labs.cloud.local.queues.names import QueueName
from lambada_labs.cloud.local.queues.queue import Queue
from lambada_labs.cloud.local.queues.queues import Queues
from lambada_labs.cloud.local.queues.refusals import missing

Members = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Parameters under AWS's names, who asks, and the queues to work on."""

    queues: Queues
    request: AwsRequest
    parameters: Mapping[str, Any]

    @property
    def account_id(self) -> str:
        """The caller's account."""
        return self.request.caller.account_id

    @property
    def region(self) -> str:
        """The Region the request was signed for."""
        return self.request.region

    @property
    def endpoint(self) -> str:
        """The address under which the caller reaches this cloud: queue URLs begin with it."""
        return f"http://{self.request.headers.get('host', '127.0.0.1')}"

    def get(self, name: str) -> Any:
        """A parameter, or None."""
        return self.parameters.get(name)

    def need(self, name: str) -> Any:
        """A parameter that has to be there; raises `MissingParameter`."""
        value = self.parameters.get(name)
        if value is None:
            raise missing(name)
        return value

    def queue(self) -> Queue:
        """The queue that `QueueUrl` names, or the path of the request; raises `QueueDoesNotExist`."""
        path = self.request.path
        url = self.parameters.get("QueueUrl") or (path if len(path) > 1 else None)
        if url is None:
            raise missing("QueueUrl")
        return self.queues.get(QueueName.from_url(url, account_id=self.account_id, region=self.region))


Operation = Callable[[Call], Awaitable[Members]]
