"""What the event queue's effects are in this cloud: functions as they are now, messages, metrics, the journal."""

from __future__ import annotations

import time
from collections.abc import Callable

from lambada_labs.cloud.local.delivery import Courier
from lambada_labs.cloud.local.journal import Journal
from lambada_labs.cloud.local.metric_store import MetricStore
from lambada_labs.model import EventHistory, Invocation
from lambada_labs.runtime.events.ports import EventMetric, EventTarget, Parcel


class CloudEvents:
    """Implements `runtime.events.ports.EventPorts`."""

    def __init__(
        self,
        *,
        target: Callable[[Invocation], EventTarget | None],
        courier: Courier,
        metrics: MetricStore,
        journal: Journal,
    ) -> None:
        self._target, self._courier = target, courier
        self._metrics, self._journal = metrics, journal

    def target(self, invocation: Invocation) -> EventTarget | None:
        """The function's version, alias and rules as they are at this moment."""
        return self._target(invocation)

    async def deliver(self, parcel: Parcel) -> None:
        """A signed request as the function's role; raises `DeliveryFailed`."""
        await self._courier.deliver(parcel)

    def measure(self, invocation: Invocation, metric: EventMetric, value: float) -> None:
        """Into CloudWatch."""
        self._metrics.sample(invocation, metric, value, time.time())

    def ended(self, history: EventHistory) -> None:
        """Into the journal."""
        self._journal.event_ended(history)
