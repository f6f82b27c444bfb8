"""Moto's CloudWatch as the place where the functions' lines and metrics end, held to the caps."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from lambada_labs.cloud.local import log_caps
from lambada_labs.cloud.local.telemetry import Caps, LogLine, Statistics, StoredLine

MOST_LINES_AT_ONCE = 10_000  # in one PutLogEvents


class TelemetryStore:
    """Logs and metrics of an account. `lock` is held while they are read or written."""

    def __init__(self, account_id: str, caps: Caps) -> None:
        self._account_id, self._caps = account_id, caps
        self.lock = threading.RLock()
        self._lines_at_most = 0

    def append_logs(self, region: str, group: str, stream: str, events: Sequence[LogLine]) -> None:
        """Append to a stream, made when missing; the oldest lines beyond the caps are forgotten."""
        from moto.logs.models import LogEvent, logs_backends

        with self.lock:
            logs = logs_backends[self._account_id][region]
            logs.ensure_log_group(group)
            logs.ensure_log_stream(group, stream)
            store = logs.groups[group].streams[stream]
            now = datetime.now(UTC)
            ingested = int(now.timestamp() * 1000)
            # Not the store's own method: it would push to subscription filters, and those are ours.
            store.events += [LogEvent(ingested, {"timestamp": at, "message": text}) for at, text in events]
            store.last_ingestion_time = now.replace(tzinfo=None)
            store.stored_bytes += sum(len(text) for _, text in events)
            store.upload_sequence_token += 1
            self._trim_logs([logs.groups[group]], len(events))

    def read_logs(self, region: str, group: str, since_ms: int = 0) -> list[StoredLine]:
        """What a group holds, by time; empty for an unknown one."""
        from moto.logs.models import logs_backends

        with self.lock:
            found = logs_backends[self._account_id][region].groups.get(group)
            lines = [
                StoredLine(event.event_id, event.timestamp, name, event.message)
                for name, stream in (found.streams.items() if found else ())
                for event in stream.events
                if event.timestamp >= since_ms
            ]
        return sorted(lines, key=lambda line: (line.at_ms, line.number))

    def put_metrics(self, region: str, namespace: str, statistics: Sequence[Statistics]) -> None:
        """Append statistic sets to a namespace, forgetting the oldest data of the Region beyond the cap."""
        from moto.cloudwatch.models import MetricAggregatedDatum, cloudwatch_backends

        with self.lock:
            store = cloudwatch_backends[self._account_id][region].metric_data
            store += [MetricAggregatedDatum(**_datum(namespace, item)) for item in statistics]
            del store[: max(0, len(store) - self._caps.metric_data)]

    def trim(self, target: str) -> None:
        """Hold the caps against what clients put themselves."""
        from moto.cloudwatch.models import cloudwatch_backends
        from moto.logs.models import logs_backends

        if target.endswith(".PutLogEvents"):
            backends = [logs for _, _, logs in logs_backends.iter_backends()]
            self._trim_logs(
                [group for logs in backends for group in logs.groups.values()], MOST_LINES_AT_ONCE
            )
        if not target.startswith("Logs_"):
            for metrics in cloudwatch_backends[self._account_id].values():
                del metrics.metric_data[: max(0, len(metrics.metric_data) - self._caps.metric_data)]

    def _trim_logs(self, groups: list[Any], added: int) -> None:
        """Hold the caps of these groups, then that of all together; counting waits until it may be reached."""
        from moto.logs.models import logs_backends

        for group in groups:
            log_caps.trim_group(
                group.streams, self._caps.log_events_per_stream, self._caps.log_events_per_group
            )
        self._lines_at_most += added
        if self._lines_at_most <= self._caps.log_events:
            return
        backends = logs_backends[self._account_id].values()
        streams = [group.streams for logs in backends for group in logs.groups.values()]
        self._lines_at_most = log_caps.trim_largest(streams, self._caps.log_events)


def _datum(namespace: str, item: Statistics) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "name": item.name,
        "min_stat": item.minimum,
        "max_stat": item.maximum,
        "sample_count": float(item.count),
        "sum_stat": item.total,
        "dimensions": [{"Name": name, "Value": value} for name, value in item.dimensions],
        "timestamp": datetime.fromtimestamp(item.at, UTC).replace(tzinfo=None),
        "unit": item.unit,
    }
