"""What the engine's effects are in this cloud: keys for handlers, logs, metrics, the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from lambada_labs.cloud.local.identity import Identity
from lambada_labs.cloud.local.journal import Journal
from lambada_labs.model import FunctionConfig, InvocationRecord, LifeEvent


class Telemetry(Protocol):
    """Where function logs and metrics go."""

    def write_logs(self, group: str, stream: str, events: Sequence[tuple[int, str]], *, region: str) -> None:
        """Log events as (milliseconds since the epoch, text)."""

    def count(self, record: InvocationRecord) -> None:
        """The metrics of one invocation."""


class EnginePorts:
    """Implements `runtime.ports.Ports`. `config_file` is the clients' configuration as handlers see it."""

    def __init__(
        self,
        *,
        identity: Identity,
        telemetry: Telemetry,
        journal: Journal,
        endpoint: Callable[[], str],
        config_file: str,
    ) -> None:
        self._identity, self._telemetry, self._journal = identity, telemetry, journal
        self._endpoint, self._config_file = endpoint, config_file

    def credentials(self, function: FunctionConfig, environment_id: str) -> Mapping[str, str]:
        """The session keys of the function's role, and how a handler's own boto3 finds this cloud."""
        self._identity.revoke(environment_id)  # a runtime that starts anew gets new keys
        return {
            **self._identity.issue_function_session(function, environment_id),
            "AWS_ENDPOINT_URL": self._endpoint(),
            "AWS_CONFIG_FILE": self._config_file,
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def write_logs(self, function: FunctionConfig, stream: str, events: Sequence[tuple[int, str]]) -> None:
        """Into the function's log group."""
        self._telemetry.write_logs(function.log_group_name, stream, events, region=function.region)

    def record(self, record: InvocationRecord) -> None:
        """Into the journal and the metrics."""
        self._journal.record(record)
        self._telemetry.count(record)

    def life(self, event: LifeEvent) -> None:
        """Into the journal; the keys of an environment end with it."""
        self._journal.life(event)
        if event.phase == "killed":
            self._identity.revoke(event.environment_id)
