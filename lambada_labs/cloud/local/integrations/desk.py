"""Lambda's API for services of this cloud that live in threads: signed by nobody, asked in somebody's name."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Principal, Service
from lambada_labs.runtime.clock import Clock

Result = TypeVar("Result")
INVOKE_PATH = "/2015-03-31/functions/{name}/invocations"
#: How often a sleeper looks whether it is still wanted (true seconds).
GLANCE_S = 0.2


class Desk:
    """Asks Lambda's API from worker threads, and lets them sleep by the cloud's clock."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self._service, self._clock = service, clock
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Begin to live on the running loop."""
        self._loop = asyncio.get_running_loop()

    @property
    def now(self) -> float:
        """Seconds since the epoch by the cloud's clock."""
        return self._clock.now()

    def ask(
        self,
        method: str,
        path: str,
        caller: Principal,
        region: str,
        *,
        body: bytes = b"",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AwsResponse:
        """One request to Lambda, answered; raises `AwsError` as the API would. Not for the loop's thread."""
        pairs = tuple((query or {}).items())
        request = AwsRequest(
            method=method,
            raw_path=path,
            raw_query=urlencode(pairs),
            path=path,
            query=pairs,
            headers={"content-type": "application/json", **(headers or {})},
            body=body,
            caller=caller,
            service="lambda",
            region=region,
            request_id=str(uuid.uuid4()),
        )
        answer = self.wait_for(self._service.handle(request))
        answer.headers.append(("x-amzn-RequestId", request.request_id))
        return answer

    def invoke(
        self, function: str, caller: Principal, region: str, payload: bytes, given: Mapping[str, Any]
    ) -> AwsResponse:
        """Invoke with the parameters of the API: `Qualifier`, `InvocationType`, `ClientContext`, `LogType`."""
        named = {
            "x-amz-invocation-type": given.get("InvocationType"),
            "x-amz-client-context": given.get("ClientContext"),
            "x-amz-log-type": given.get("LogType"),
        }
        qualifier = given.get("Qualifier")
        return self.ask(
            "POST",
            INVOKE_PATH.format(name=quote(function, safe=":$")),
            caller,
            region,
            body=payload,
            query={"Qualifier": qualifier} if qualifier else {},
            headers={name: str(value) for name, value in named.items() if value},
        )

    def wait_for(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do this on the cloud's loop, and wait for what comes of it."""
        assert self._loop is not None  # noqa: S101 (nobody asks before the cloud has started)
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def sleep(self, seconds: float, wanted: Callable[[], bool] = lambda: True) -> None:
        """Sleep by the cloud's clock, or until nobody wants it any more."""
        assert self._loop is not None  # noqa: S101 (nobody sleeps before the cloud has started)
        over = threading.Event()
        self._loop.call_soon_threadsafe(lambda: self._clock.call_later(seconds, over.set))
        while not over.wait(GLANCE_S) and wanted():
            pass
