"""What a learner may set about the local cloud, and how each setting is read from a variable."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lambada_labs.errors import BadInput
from lambada_labs.runtime.clock import checked_speed

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudSettings:
    """`port` 0 is any free one; `idle_stop_s` 0 means never.

    `idle_expiry_s` is how long an idle execution environment is kept, `max_environments` how many there may be
    at once; None is the engine's own choice, from AWS's behaviour and this machine's memory.

    The cloud forgets the oldest beyond `records_kept` invocations (and as many life events),
    `log_events_kept` log events of one group and `metrics_kept` data of metrics.

    `clock_speed` is that of the platform's clock: retry waits, schedules, delays; 0 stands still and is turned
    by hand. `event_duplicates` is how often an asynchronous event comes twice, 0 to 1.
    """

    port: int = 0
    region: str = "us-east-1"
    idle_stop_s: float = 2 * 3600
    records_kept: int = 20_000
    idle_expiry_s: float | None = None
    max_environments: int | None = None
    log_events_kept: int = 50_000
    metrics_kept: int = 10_000
    clock_speed: float = 1.0
    event_duplicates: float = 0.0

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None, port: int = 0) -> CloudSettings:
        """The defaults, changed by the variables `LAMBADA_…` that `VARIABLES` explains.

        Raises:
            BadInput: a variable, or the port, cannot be read as what it stands for.
        """
        environ = os.environ if environ is None else environ
        given = {name: environ[name] for name in VARIABLES if environ.get(name)}
        found: dict[str, Any] = {
            field: read(given[name], name) for name, (field, read, _) in VARIABLES.items() if name in given
        }
        return cls(port=_port(port), **found)

    def to_json(self) -> str:
        """What `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> CloudSettings:
        """The settings that `to_json` wrote."""
        return cls(**json.loads(text))


def read_duration(text: str, name: str) -> float:
    """Seconds of `90`, `90s`, `15m`, `2h`, `1d`; `never` is 0.

    Raises:
        BadInput: it is none of these; `name` says which setting it was.
    """
    if text.strip().lower() == "never":
        return 0.0
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None:
        raise BadInput(f"{name} is {text!r}", "seconds, or 15m, 2h, 1d, never")
    return float(found[1]) * _SECONDS[found[2]]


def _port(port: int) -> int:
    if not 0 <= port <= _HIGHEST_PORT:
        raise BadInput(f"port {port}", f"a number from 1 to {_HIGHEST_PORT}, or none for any free port")
    return port


def _region(text: str, name: str) -> str:
    if not _REGION.fullmatch(text):
        raise BadInput(f"{name} is {text!r}", "an AWS Region such as us-east-1")
    return text


def _positive(text: str, name: str) -> float:
    seconds = read_duration(text, name)
    if seconds <= 0:
        raise BadInput(f"{name} is {text!r}", "a time above 0, such as 90s or 10m")
    return seconds


def _speed(text: str, name: str) -> float:
    try:
        return checked_speed(float(text.strip().removesuffix("x")))
    except (ValueError, BadInput):
        raise BadInput(f"{name} is {text!r}", "a number from 0 (stands still) on, such as 60") from None


def _share(text: str, name: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise BadInput(f"{name} is {text!r}", "a number from 0 to 1, such as 0.1")
    return share


def _count(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise BadInput(f"{name} is {text!r}", "a whole number above 0")
    return int(text)


#: Variable: the setting it changes, how it is read, what it means.
VARIABLES: Mapping[str, tuple[str, Callable[[str, str], Any], str]] = {
    "LAMBADA_REGION": ("region", _region, "the Region of the cloud"),
    "LAMBADA_IDLE_STOP": ("idle_stop_s", read_duration, "how long nobody may ask before it ends"),
    "LAMBADA_IDLE_EXPIRY": ("idle_expiry_s", _positive, "how long an idle execution environment is kept"),
    "LAMBADA_MAX_ENVIRONMENTS": ("max_environments", _count, "execution environments at once, at most"),
    "LAMBADA_CLOCK_SPEED": (
        "clock_speed",
        _speed,
        "how fast retry waits and schedules run; 60: a minute a second",
    ),
    "LAMBADA_EVENT_DUPLICATES": ("event_duplicates", _share, "how often an asynchronous event comes twice"),
    "LAMBADA_RECORDS": ("records_kept", _count, "invocations remembered"),
    "LAMBADA_LOG_EVENTS": ("log_events_kept", _count, "log events remembered for each log group"),
    "LAMBADA_METRICS": ("metrics_kept", _count, "data of metrics remembered"),
}
