"""The one interface behind which a local cloud and a real account look the same to labs and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from lambada_labs.model import EventHistory, InvocationRecord, LifeEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudStatus:
    """What a cloud is and holds now.

    Memory is in MB, times in seconds (`started_at` since the epoch). `functions` are names, `environments`
    counts execution environments by phase, `events_waiting` asynchronous events that have not ended. The
    platform's clock runs at `clock_speed` and is `clock_ahead_s` ahead of true time. `isolation` says how
    environments are kept apart. Fields about the process are empty where a cloud is no process of ours.
    """

    name: str
    region: str
    account_id: str
    endpoint_url: str = ""
    pid: int = 0
    started_at: float = 0.0
    memory_mb: float = 0.0
    idle_s: float = 0.0
    idle_stop_s: float = 0.0
    isolation: str = ""
    isolation_explanation: str = ""
    functions: tuple[str, ...] = ()
    environments: tuple[tuple[str, int], ...] = ()
    invocations: int = 0
    events_waiting: int = 0
    clock_speed: float = 1.0
    clock_ahead_s: float = 0.0
    log_file: str = ""
    state_folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorShown:
    """Where an API or a load balancer answers over HTTP.

    `kind` is `REST API`, `HTTP API` or `load balancer`; `id` that of the API, or the balancer's ARN. `aws_url` is
    the name AWS gives it, `local_url` one that browsers and curl take to this machine, `plain_url` a path on the
    cloud's own address. A named stage is part of the path, `<url><stage>/…`.
    """

    kind: str
    name: str
    id: str
    region: str
    aws_url: str
    local_url: str
    plain_url: str
    stages: tuple[str, ...] = ()


class Cloud(Protocol):
    """Somewhere functions run: ask it for clients, and for what happened."""

    @property
    def name(self) -> str:
        """`local` or `account`."""

    @property
    def region(self) -> str:
        """The Region its clients use, such as `us-east-1`."""

    @property
    def account_id(self) -> str:
        """The twelve digits of its account."""

    def environment(self) -> dict[str, str]:
        """The environment variables with which boto3, the AWS CLI and other SDKs reach it."""

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client for it, whatever the process's own variables say."""

    def records(self, function: str | None = None, since: float | None = None) -> list[InvocationRecord]:
        """Its invocations, oldest first: of one function, ended after `since` (seconds since the epoch)."""

    def life(self, function: str | None = None, since: float | None = None) -> list[LifeEvent]:
        """What its execution environments went through, oldest first."""

    def events(self, function: str | None = None, since: float | None = None) -> list[EventHistory]:
        """Its asynchronous events with all that happened to each: those that ended, then those that wait."""

    def status(self) -> CloudStatus:
        """What it is and holds now."""
