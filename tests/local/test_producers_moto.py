"""What our producers rely on inside moto: when one of these fails, moto moved, and producers/taps.py has to follow."""

from __future__ import annotations

import importlib
import inspect

import pytest


def found(module, path):
    thing = importlib.import_module(module)
    for part in path.split("."):
        thing = getattr(thing, part)
    return getattr(thing, "original", thing)


@pytest.mark.parametrize(
    ("module", "path", "named"),
    [
        ("moto.s3.models", "S3Backend.put_object", ["bucket_name", "key_name"]),
        ("moto.s3.models", "S3Backend.copy_object", ["src_key", "dest_bucket_name", "dest_key_name"]),
        ("moto.s3.models", "S3Backend.complete_multipart_upload", ["bucket_name"]),
        ("moto.s3.models", "S3Backend.delete_object", ["bucket_name", "key_name", "version_id"]),
        ("moto.logs.models", "LogStream.put_log_events", ["log_events"]),
        ("moto.logs.models", "LogStream._send_log_events", ["service"]),
    ],
)
def test_what_is_watched_is_called_as_before(module, path, named):
    seen = [name for name in inspect.signature(found(module, path)).parameters if name != "self"]
    assert seen[: len(named)] == named


@pytest.mark.parametrize(
    ("module", "path", "use"),
    [
        ("moto.s3.notifications", "send_event", "silenced: S3's events are ours"),
        ("moto.s3.models", "events_send_notification", "silenced: making a bucket sends nothing"),
        ("moto.sns.models", "Subscription.publish", "replaced: topics deliver through us"),
        ("moto.sns.exceptions", "SNSInvalidParameter", "raised for structured messages that are none"),
        (
            "moto.events.models",
            "Rule.send_to_targets",
            "replaced: what comes out of archives goes through us",
        ),
        ("moto.events.models", "events_backends.iter_backends", "schedules of rules are read from it"),
        ("moto.scheduler.models", "scheduler_backends.iter_backends", "schedules are read from it"),
        ("moto.logs.models", "LogGroup.put_subscription_filter", "keeps subscription filters"),
        ("moto.cloudwatch.models", "Alarm.update_state", "keeps the states of alarms"),
    ],
)
def test_what_is_used_is_there(module, path, use):
    assert found(module, path) is not None, f"moto has no {module}.{path} any more: {use}"


def test_nothing_else_of_moto_sends_to_functions_from_s3():
    source = inspect.getsource(importlib.import_module("moto.s3.models"))
    assert source.count("notifications.send_test_event(") == 1, "rules are ours: moto's are never set"
    calls = source.count("notifications.send_event(")
    assert calls == 10, f"moto tells of changes of objects in {calls} places: does the tap hear each?"
