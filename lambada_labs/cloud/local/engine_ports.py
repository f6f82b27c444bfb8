"""What the engine's effects are in this cloud: keys for handlers, logs, metrics, the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lambada_labs.cloud.local.identity import Identity
from lambada_labs.cloud.local.journal import Journal
from lambada_labs.cloud.local.log_store import LogStore
from lambada_labs.cloud.local.metric_store import MetricStore
from lambada_labs.model import FunctionConfig, InvocationRecord, LifeEvent


class EnginePorts:
    """Implements `runtime.ports.Ports`. `config_file` is the clients' configuration as handlers see it."""

    def __init__(
        self,
        *,
        identity: Identity,
        logs: LogStore,
        metrics: MetricStore,
        journal: Journal,
        endpoint: Callable[[], str],
        config_file: str,
    ) -> None:
        self._identity, self._journal = identity, journal
        self._logs, self._metrics = logs, metrics
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
        self._logs.write(function, stream, events)

    def record(self, record: InvocationRecord) -> None:
        """Into the journal and the metrics."""
        self._journal.record(record)
        self._metrics.record(record)

    def life(self, event: LifeEvent) -> None:
        """Into the journal; the keys of an environment end with it."""
        self._journal.life(event)
        self._metrics.life(event)
        if event.phase == "killed":
            self._identity.revoke(event.environment_id)
