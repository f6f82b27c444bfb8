"""When the cloud was last asked for something, so that it knows when nobody needs it any more."""

from __future__ import annotations

import time
from collections.abc import Callable

from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service


class Activity:
    """Counts requests in flight and remembers when the last one ended."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._in_flight = 0
        self._last = clock()

    @property
    def idle_s(self) -> float:
        """Seconds since the last request ended; 0 while one runs."""
        return 0.0 if self._in_flight else self._clock() - self._last

    def noticed(self) -> None:
        """Something works that nobody waits for: an event from the queue."""
        self._last = self._clock()

    def began(self) -> None:
        """A request is being answered."""
        self._in_flight += 1

    def ended(self) -> None:
        """It was answered."""
        self._in_flight -= 1
        self._last = self._clock()


class Watched:
    """A service whose requests count as activity."""

    def __init__(self, service: Service, activity: Activity) -> None:
        self._service, self._activity = service, activity

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """The service's own answer."""
        self._activity.began()
        try:
            return await self._service.handle(request)
        finally:
            self._activity.ended()
