"""The producers of one cloud put together: what each gets handed in, and which requests it answers."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

from lambada_labs.cloud.local.functions.ports import ControlPlane
from lambada_labs.cloud.local.message import AwsRequest, AwsResponse, Service
from lambada_labs.cloud.local.moto_plug import MotoPlug
from lambada_labs.cloud.local.producers.alarms import AlarmEvents
from lambada_labs.cloud.local.producers.bus import BusEvents
from lambada_labs.cloud.local.producers.estate import Estate
from lambada_labs.cloud.local.producers.log_subscriptions import Lines, LogEvents, own_group
from lambada_labs.cloud.local.producers.machines import Machines
from lambada_labs.cloud.local.producers.object_records import Change
from lambada_labs.cloud.local.producers.objects import ObjectEvents
from lambada_labs.cloud.local.producers.outlets import Outlets
from lambada_labs.cloud.local.producers.scheduler import SchedulerEvents
from lambada_labs.cloud.local.producers.taps import Ears
from lambada_labs.cloud.local.producers.topics import TopicEvents
from lambada_labs.cloud.local.queues import Queues
from lambada_labs.runtime.clock import Clock


class Producers:
    """S3 and what else sends events by itself, in front of moto. `clock` is the time they live in."""

    def __init__(self, *, plane: ControlPlane, queues: Queues, moto: MotoPlug, clock: Clock) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: int | None = None
        estate = Estate(moto.stores(), moto, self.wrote)
        outlets = Outlets(plane, queues, estate)
        machines = Machines(moto)
        self._moto = moto
        self.bus = BusEvents(store=moto, rules=estate, outlets=outlets, machines=machines, clock=clock)
        self.scheduler = SchedulerEvents(
            store=moto,
            schedules=estate,
            outlets=outlets,
            machines=machines,
            clock=clock,
            put=self.bus.put,
        )
        self.alarms = AlarmEvents(store=moto, alarms=estate, outlets=outlets, clock=clock, put=self.bus.put)
        self.objects = ObjectEvents(
            store=moto, buckets=estate, outlets=outlets, clock=clock, soon=self.soon, to_bus=self._to_bus
        )
        self.logs = LogEvents(
            store=moto,
            groups=estate,
            outlets=outlets,
            group_of=lambda function_arn: own_group(plane, function_arn),
        )
        topics = TopicEvents(outlets)
        moto.hear(
            Ears(
                objects=self.objects.happened,
                topics=lambda notice, listener: self.soon(lambda: topics.published(notice, listener)),
                rules=lambda rule, event: self.soon(lambda: self.bus.heard(rule, event)),
                logs=self.wrote,
                buckets=lambda name, rules: self.soon(lambda: self.objects.stacked(name, rules)),
            )
        )

    def start(self) -> None:
        """Begin to live on the running loop."""
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()

    def services(self) -> dict[str, Service]:
        """Who answers the requests for these services, by signing name."""
        return {
            "s3": self.objects,
            "events": self.bus,
            "scheduler": self.scheduler,
            "logs": self.logs,
            "monitoring": self.alarms,
            "cloudformation": Followed(self._moto, self.follow),
        }

    def deliver_late(self, share: float) -> None:
        """Have this share of S3's events come a minute or more late."""
        self.objects.late = share

    def wrote(self, lines: Lines) -> None:
        """Lines came into a log group; from whatever thread."""
        self.soon(lambda: self.logs.came(lines))

    def soon(self, call: Callable[[], None]) -> None:
        """Do something on the cloud's loop, from whatever thread."""
        if self._loop is None:
            return
        if threading.get_ident() == self._thread:
            self._loop.call_soon(call)
        else:
            self._loop.call_soon_threadsafe(call)

    def follow(self) -> None:
        """Look again at rules, schedules and alarms: somebody may have made some."""
        self.bus.follow()
        self.scheduler.follow()
        self.alarms.follow()

    def _to_bus(self, change: Change, kind: str, detail: dict[str, Any]) -> None:
        entry = {
            "Source": "aws.s3",
            "DetailType": kind,
            "Detail": json.dumps(detail),
            "Resources": [change.bucket_arn],
            "Time": change.at,
        }
        self.bus.put(entry, account_id=change.account_id, region=change.region)


class Followed:
    """A service after whose requests something is looked at again: a stack may have made rules."""

    def __init__(self, service: Service, follow: Callable[[], None]) -> None:
        self._service, self._follow = service, follow

    async def handle(self, request: AwsRequest) -> AwsResponse:
        """The service's own answer."""
        try:
            return await self._service.handle(request)
        finally:
            self._follow()
