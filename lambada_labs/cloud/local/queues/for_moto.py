"""Our queues for the services that are moto's: SNS, EventBridge, S3 and CloudFormation look queues up there.

No import of moto here: the plug hands its classes in. What is looked up is a mirror of our queue, made for
the occasion; what is sent, made, set or deleted is sent, made, set or deleted here.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lambada_labs.cloud.local.queues import settings as queue_settings
from lambada_labs.cloud.local.queues.messages import TRACE_HEADER, Attribute
from lambada_labs.cloud.local.queues.names import QueueName, check_name
from lambada_labs.cloud.local.queues.queue import Queue
from lambada_labs.cloud.local.queues.queues import Queues
from lambada_labs.cloud.local.queues.refusals import QueueRefusal
from lambada_labs.cloud.local.queues.settings import QueueSettings

#: What an update of a CloudFormation stack sets on the queue it has looked up.
SETTABLE = {
    "visibility_timeout": "VisibilityTimeout",
    "receive_message_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
}
KEPT_OUT = frozenset({"RedrivePolicy", "RedriveAllowPolicy"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the classes below need: the queues, and how to reach them from a worker thread.

    `on_loop` does something on the loop of the queues and waits; `missing` is moto's exception for no queue.
    """

    queues: Queues
    on_loop: Callable[[Callable[[], Any]], Any]
    missing: type[Exception]
    mirror: type[Any]


def backend_class(
    base: type[Any],
    queue_class: type[Any],
    missing: type[Exception],
    queues: Queues,
    on_loop: Callable[[Callable[[], Any]], Any],
) -> type[Any]:
    """A class for the backends of one account in the place of moto's `base`."""
    mirror = type("Mirror", (_Mirror, queue_class), {"__module__": queue_class.__module__})
    door = Door(queues=queues, on_loop=on_loop, missing=missing, mirror=mirror)
    return type("Backend", (_Backend, base), {"__module__": base.__module__, "door": door})


class _Mirror:
    """One of our queues as moto's services know queues."""

    changed: Callable[[str, str], None] | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if self.changed is not None and name in SETTABLE:
            self.changed(SETTABLE[name], str(value))


class _Backend:
    """The store of queues that moto's services use, without any queue of its own."""

    door: Door
    account_id: str
    region_name: str

    @property
    def queues(self) -> dict[str, Any]:
        """Mirrors of all queues of this account and Region."""
        ours = self.door.queues
        found = self.door.on_loop(lambda: list(ours.of(self.account_id, self.region_name)))
        return {queue.name.name: self._mirror(queue) for queue in found}

    @queues.setter
    def queues(self, _: dict[str, Any]) -> None:
        """Called by moto's own `__init__`, with none."""

    def get_queue(self, queue_name: str) -> Any:
        """The mirror of a queue; moto's own exception where there is none."""
        found = self.door.on_loop(lambda: self.door.queues.find(self._name(queue_name).arn))
        if found is None:
            raise self.door.missing
        return self._mirror(found)

    def create_queue(self, name: str, tags: Mapping[str, str] | None = None, **given: Any) -> Any:
        """Make a queue, with CloudFormation's properties as attributes."""
        attributes = {key: _text(value) for key, value in given.items() if key not in {"region", "QueueName"}}
        called = self._name(name)
        return self._mirror(
            self.door.on_loop(lambda: _made(self.door.queues, called, attributes, tags or {}))
        )

    def delete_queue(self, queue_name: str) -> None:
        """Delete a queue."""
        self.get_queue(queue_name)
        ours = self.door.queues
        self.door.on_loop(lambda: ours.remove(ours.get(self._name(queue_name))))

    def send_message(self, queue_name: str, message_body: str, **given: Any) -> None:
        """Deliver a message; one that cannot be delivered is lost, as it is when AWS delivers for a service."""
        arn = self._name(queue_name).arn
        try:
            self.door.on_loop(lambda: self.door.queues.send(arn, message_body, **_sent(given)))
        except QueueRefusal as refused:
            log.warning("a message for %s was not delivered: %s", arn, refused)

    def _name(self, name: str) -> QueueName:
        return QueueName(account_id=self.account_id, region=self.region_name, name=name)

    def _mirror(self, queue: Queue) -> Any:
        shown = queue_settings.show(queue.settings)
        kept = {key: text for key, text in shown.items() if key not in KEPT_OUT}
        mirror = self.door.mirror(
            queue.name.name, region=self.region_name, account_id=self.account_id, **kept
        )
        mirror.tags = dict(queue.tags)

        def change(name: str, value: str) -> None:
            changed = queue_settings.read({name: value}, queue.settings)
            self.door.on_loop(lambda: queue.configure(changed))

        mirror.changed = change
        return mirror


def _made(queues: Queues, name: QueueName, attributes: Mapping[str, str], tags: Mapping[str, str]) -> Queue:
    existing = queues.find(name.arn)
    if existing is not None:
        return existing
    fifo = attributes.get("FifoQueue", "").lower() == "true"
    check_name(name.name, fifo=fifo)
    return queues.create(name, queue_settings.read(attributes, QueueSettings(fifo=fifo)), tags)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _sent(given: Mapping[str, Any]) -> dict[str, Any]:
    system = given.get("system_attributes") or {}
    attributes = given.get("message_attributes") or {}
    delay = given.get("delay_seconds")
    return {
        "attributes": {name: _attribute(value) for name, value in attributes.items()},
        "group_id": given.get("group_id"),
        "deduplication_id": given.get("deduplication_id"),
        "delay_s": None if delay is None else int(delay),
        "trace_header": system.get(TRACE_HEADER, {}).get("StringValue"),
    }


def _attribute(given: Mapping[str, Any]) -> Attribute:
    value = given.get("StringValue", given.get("BinaryValue", ""))
    if given["DataType"].startswith("Binary") and isinstance(value, str):
        try:
            value = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            value = value.encode()
    return Attribute(data_type=given["DataType"], value=value)
