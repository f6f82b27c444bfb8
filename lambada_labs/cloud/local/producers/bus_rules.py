"""Rules of event buses as they are now, and events on their way through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lambada_labs.cloud.local.functions.ports import Role

DEFAULT_BUS = "default"
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BusRule:
    """A rule as it is now. `pattern` and `schedule` are None where it has none."""

    arn: str
    name: str
    bus: str
    account_id: str
    region: str
    enabled: bool
    pattern: str | None
    schedule: str | None
    targets: tuple[Json, ...]


class Rules(Protocol):
    """The rules of this cloud."""

    def rules(self, account_id: str, region: str, bus: str) -> list[BusRule]:
        """The rules of a bus; none where there is no such bus."""
        ...

    def scheduled_rules(self) -> list[BusRule]:
        """All rules with a schedule."""
        ...

    def append_event(self, region: str, group: str, text: str) -> bool:
        """Write a line into a log group; False where there is none of this name."""
        ...

    def archive_event(self, rule_arn: str, event: Json) -> None:
        """Keep an event in the archive that a rule of EventBridge's own feeds."""
        ...

    def role(self, role_arn: str) -> Role | None:
        """The role of this ARN, or None."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An event on a bus: where, under which trace, over how many buses already."""

    event: Json
    bus: str
    account_id: str
    region: str
    trace_id: str | None = None
    hops: int = 0


def bus_name(given: str | None) -> str:
    """The name of a bus that is named, by its ARN too, or not at all."""
    return (given or DEFAULT_BUS).rpartition(":event-bus/")[2] or DEFAULT_BUS
