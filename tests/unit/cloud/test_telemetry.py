"""Logs and metrics: taken without waiting, whole and in order when somebody looks."""

from __future__ import annotations

import threading

import pytest

from lambada_labs.cloud.local.log_store import LogStore
from lambada_labs.cloud.local.metric_store import MetricStore
from lambada_labs.model import FunctionConfig, InvocationRecord, LifeEvent

FUNCTION = FunctionConfig(
    account_id="111122223333",
    region="eu-west-1",
    name="f",
    handler="h",
    runtime="python3.13",
    role_arn="arn:r",
    code_sha256="x",
)


class Kept:
    """A store that keeps what it is handed."""

    def __init__(self):
        self.logs, self.metrics, self.appends = [], [], 0
        self.full = threading.Event()

    def append_logs(self, region, group, stream, events):
        self.appends += 1
        self.logs += [(region, group, stream, *event) for event in events]
        self.full.set()

    def read_logs(self, region, group, since_ms=0):
        return [row for row in self.logs if row[:2] == (region, group) and row[3] >= since_ms]

    def put_metrics(self, region, namespace, statistics):
        self.metrics += [(region, namespace, item) for item in statistics]


@pytest.fixture
def kept():
    return Kept()


def test_lines_are_there_for_the_reader_in_order(kept):
    logs = LogStore(kept)
    logs.write(FUNCTION, "s", [(1, "a"), (2, "b")])
    logs.write(FUNCTION, "s", [(3, "c")])
    logs.write(FUNCTION, "s", [])
    assert kept.logs == []
    assert logs.read("eu-west-1", "/aws/lambda/f", 2) == [
        ("eu-west-1", "/aws/lambda/f", "s", 2, "b"),
        ("eu-west-1", "/aws/lambda/f", "s", 3, "c"),
    ]
    assert kept.appends == 1
    logs.close()


def test_a_full_buffer_empties_itself(kept):
    logs = LogStore(kept, flush_at=10)
    logs.write(FUNCTION, "s", [(number, "x") for number in range(10)])
    assert kept.full.wait(10)
    logs.close()


def test_many_writers_lose_nothing(kept):
    logs = LogStore(kept, flush_at=7)

    def write(stream):
        for number in range(200):
            logs.write(FUNCTION, stream, [(number, "x")])

    writers = [threading.Thread(target=write, args=(f"s{n}",)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    logs.flush()
    logs.close()
    assert {s: [row[3] for row in kept.logs if row[2] == s] for s in ("s0", "s3")} == {
        "s0": [*range(200)],
        "s3": [*range(200)],
    }


def test_lines_without_a_place_do_not_take_others_with_them(caplog):
    class Picky(Kept):
        def append_logs(self, region, group, stream, events):
            if stream == "nowhere":
                raise KeyError(region)
            super().append_logs(region, group, stream, events)

    picky = Picky()
    logs = LogStore(picky)
    for stream in ("a", "nowhere", "b"):
        logs.write(FUNCTION, stream, [(1, "x")])
    logs.flush()
    logs.close()
    assert [row[2] for row in picky.logs] == ["a", "b"]
    assert "1 lines lost for eu-west-1//aws/lambda/f/nowhere" in caplog.text


def recorded(**more):
    facts = {
        "request_id": "r", "function_name": "f", "function_version": "$LATEST", "function_arn": FUNCTION.arn,
        "environment_id": "e", "log_group": "g", "log_stream": "s", "accepted_at": 60.0, "started_at": 60.0, "ended_at": 61.0,
        "duration_ms": 10.0, "billed_ms": 10, "memory_mb": 128, "max_memory_used_mb": 40,
    }  # fmt: skip
    return InvocationRecord(**{**facts, **more})


def lived(environment_id, phase):
    return LifeEvent(
        environment_id=environment_id, function_name="f", function_version="$LATEST", phase=phase, at=60.0
    )


def totals(kept, dimensions=(("FunctionName", "f"),)):
    found = [item for _, _, item in kept.metrics if item.dimensions == dimensions]
    return {item.name: (item.count, item.total, item.minimum, item.maximum, item.unit) for item in found}


def test_a_minute_of_invocations_becomes_statistics(kept):
    metrics = MetricStore(kept)
    metrics.record(recorded())
    metrics.record(recorded(duration_ms=30.0, outcome="error"))
    metrics.record(recorded(duration_ms=20.0, outcome="timeout"))
    metrics.record(recorded(outcome="throttled", duration_ms=0.0))
    metrics.flush()
    assert totals(kept) == {
        "Invocations": (3, 3, 1, 1, "Count"),
        "Errors": (3, 2, 0, 1, "Count"),
        "Throttles": (4, 1, 0, 1, "Count"),
        "Duration": (3, 60.0, 10.0, 30.0, "Milliseconds"),
        "ConcurrentExecutions": (3, 3, 1, 1, "Count"),
    }
    assert {(region, namespace) for region, namespace, _ in kept.metrics} == {("eu-west-1", "AWS/Lambda")}
    metrics.close()


@pytest.mark.parametrize(
    ("arn", "version", "resource"),
    [
        (FUNCTION.arn, "$LATEST", "f"),
        (FUNCTION.arn, "3", "f:3"),
        (FUNCTION.arn + ":3", "3", "f:3"),
        (FUNCTION.arn + ":live", "3", "f:live"),
        (FUNCTION.arn + ":$LATEST", "$LATEST", "f"),
    ],
)
def test_metrics_come_for_the_account_the_function_and_what_was_invoked(kept, arn, version, resource):
    metrics = MetricStore(kept)
    metrics.record(recorded(function_arn=arn, function_version=version))
    metrics.flush()
    metrics.close()
    assert {item.dimensions for _, _, item in kept.metrics} == {
        (),
        (("FunctionName", "f"),),
        (("FunctionName", "f"), ("Resource", resource)),
    }


def test_concurrency_is_the_number_of_busy_environments(kept):
    metrics = MetricStore(kept)
    for name in ("e1", "e2", "e3"):
        metrics.life(lived(name, "invoke"))
    metrics.life(lived("e1", "idle"))
    metrics.record(recorded())
    metrics.life(lived("e2", "frozen"))
    metrics.life(lived("e3", "killed"))
    metrics.record(recorded())
    metrics.record(recorded())
    metrics.flush()
    metrics.close()
    assert totals(kept)["ConcurrentExecutions"] == (3, 6, 1, 3, "Count")


def test_nothing_is_counted_twice_and_minutes_stay_apart(kept):
    metrics = MetricStore(kept)
    metrics.record(recorded())
    metrics.flush()
    metrics.flush()
    metrics.record(recorded(ended_at=130.0))
    metrics.record(recorded(ended_at=250.0))
    metrics.flush()
    metrics.close()
    invocations = [
        item.total for _, _, item in kept.metrics if item.name == "Invocations" and item.dimensions == ()
    ]
    assert invocations == [1, 1, 1]
