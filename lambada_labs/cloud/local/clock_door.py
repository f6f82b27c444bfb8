"""The platform's clock seen and set from outside: `/_lambada/clock?speed=60&turn=120&duplicates=0.1&late=0.5`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.message import AwsRequest
from lambada_labs.errors import BadInput
from lambada_labs.runtime.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFace:
    """What the clock shows: its seconds since the epoch, its speed, how far it is ahead of true time."""

    now: float
    speed: float
    ahead_s: float


def _nothing(_: float) -> None:
    """Nothing here can be late."""


class ClockDoor:
    """Shows the clock, and sets it as a request asks.

    `duplicate` takes the share of events that come twice, `delay` that of S3's events that come late.
    """

    def __init__(
        self, clock: Clock, duplicate: Callable[[float], None], delay: Callable[[float], None] = _nothing
    ) -> None:
        self._clock = clock
        self._shares = {"duplicates": duplicate, "late": delay}

    async def show(self, request: AwsRequest) -> dict[str, Any]:
        """The clock after the request; `ValidationException` where no clock can be set like that."""
        speed, turn = _number(request, "speed"), _number(request, "turn")
        shares = {name: share for name in self._shares if (share := _share(request, name)) is not None}
        try:
            if speed is not None:
                self._clock.set_speed(speed)
            if turn is not None:
                self._clock.turn(turn)
        except BadInput as problem:
            raise _invalid(str(problem)) from problem
        for name, share in shares.items():
            self._shares[name](share)
        return asdict(self._face())

    def _face(self) -> ClockFace:
        now = self._clock.now()
        return ClockFace(now=now, speed=self._clock.speed, ahead_s=now - time.time())


def _share(request: AwsRequest, name: str) -> float | None:
    share = _number(request, name)
    if share is not None and not 0 <= share <= 1:
        raise _invalid(f"{name} is {share:g}, not a share from 0 to 1")
    return share


def _number(request: AwsRequest, name: str) -> float | None:
    text = request.parameter(name)
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _invalid(f"{name} is {text!r}, not a number")
    return number


def _invalid(text: str) -> AwsError:
    return AwsError("ValidationException", text)
