"""What a learner may set about the local cloud, and how each setting is read from a variable."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lambada_labs.errors import BadInput

REGION_VARIABLE = "LAMBADA_REGION"
IDLE_VARIABLE = "LAMBADA_IDLE_STOP"
RECORDS_VARIABLE = "LAMBADA_RECORDS"

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudSettings:
    """`port` 0: any free one. `idle_stop_s` 0: never. `records_kept` caps records and life events each."""

    port: int = 0
    region: str = "us-east-1"
    idle_stop_s: float = 2 * 3600
    records_kept: int = 20_000

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None, port: int = 0) -> CloudSettings:
        """The defaults, changed by LAMBADA_REGION, LAMBADA_IDLE_STOP and LAMBADA_RECORDS.

        Raises:
            BadInput: a variable, or the port, cannot be read as what it stands for.
        """
        environ = os.environ if environ is None else environ
        standard = cls()
        return cls(
            port=_port(port),
            region=_region(environ.get(REGION_VARIABLE) or standard.region),
            idle_stop_s=read_duration(environ.get(IDLE_VARIABLE) or "2h", IDLE_VARIABLE),
            records_kept=_count(environ.get(RECORDS_VARIABLE) or str(standard.records_kept)),
        )


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


def _region(text: str) -> str:
    if not _REGION.fullmatch(text):
        raise BadInput(f"{REGION_VARIABLE} is {text!r}", "an AWS Region such as us-east-1")
    return text


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise BadInput(f"{RECORDS_VARIABLE} is {text!r}", "how many records to keep, a whole number above 0")
    return int(text)
