"""The one interface behind which a local cloud and a real account look the same to labs and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationShown:
    """One service that calls Lambda, as this cloud can show it by one call.

    `deck` is the training deck's wording, `lab` where it is taught, `kind` synchronous or asynchronous.
    `principal` calls for `source_arn`, which `permission` (keyword arguments of AddPermission) lets in; where
    `rights` is "role", a role that trusts it decides instead. `choices` may be varied: name and allowed values,
    the first one unless another is chosen, any text where none stand. `contract` is what the service wants back,
    `wrong` what it does with anything else; `api` are the boto3 calls that lead to it too. `status` says when
    AWS ends or has ended it.
    """

    name: str
    title: str
    deck: str
    lab: str
    kind: str
    rights: str
    principal: str
    source_arn: str
    permission: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]
    contract: str
    wrong: str
    api: tuple[str, ...]
    status: str
    source: str
    as_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationRun:
    """What came of one sample event of a service.

    `sent` is the event as the service shapes it, `answer` the function's (JSON, or text that is none),
    `function_error` the value of `X-Amz-Function-Error`. `outcome` is the service's verdict: accepted, queued
    (Lambda took it, nobody waits), waiting (the function must still call back), refused (the answer is not what
    it wants) or failed (there was none); `code` and `text` are the service's own words, `state` what it goes on
    with. Where it may not call, `permission` is what AddPermission wants to change that.
    """

    name: str
    title: str
    kind: str
    function_arn: str
    source_arn: str
    sent: Mapping[str, Any]
    answer: Any = None
    function_error: str = ""
    request_id: str = ""
    outcome: str
    code: str = ""
    text: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)
    permission: Mapping[str, str] = field(default_factory=dict)


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

    def doors(self) -> list[DoorShown]:
        """Where its APIs and load balancers answer over HTTP."""

    def status(self) -> CloudStatus:
        """What it is and holds now."""
