"""What the gateway hands to the doors, and what it asks of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lambada_labs.cloud.local.front_doors.addresses import Found
from lambada_labs.cloud.local.listener import Bounds
from lambada_labs.cloud.local.message import AwsResponse, WireRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A request as the server has it: `headers` with their spelling and repetitions.

    `too_long`: the body was longer than the cloud reads at all, and is not here.
    """

    wire: WireRequest
    headers: tuple[tuple[str, str], ...]
    source_ip: str
    request_id: str
    too_long: bool = False


class Doors(Protocol):
    """Whoever answers at addresses that need no signature; `bounds` is what they take of a body."""

    @property
    def bounds(self) -> Bounds:
        """The longest body a door takes."""
        ...

    def find(self, host: str, raw_path: str, port: int) -> Found | None:
        """The door whose address this is, or None."""
        ...

    async def answer(self, found: Found, arrival: Arrival) -> AwsResponse:
        """Its answer."""
        ...
