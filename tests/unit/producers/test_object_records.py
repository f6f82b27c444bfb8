"""Records, events of a bus, and which of simultaneous writes are told."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from lambada_labs.cloud.local.producers.object_records import Change, on_event_bus, record
from lambada_labs.cloud.local.producers.object_records import test_event as s3_test_event
from lambada_labs.cloud.local.producers.overlaps import Overlaps

PUT = Change(
    name="ObjectCreated:Put",
    bucket="b",
    region="us-east-1",
    account_id="123456789012",
    key="a b",
    sequencer="01",
    at=0.0,
    size=0,
    etag="e",
    principal="AWS:AIDA",
    requester="123456789012",
    request_id="R",
)


def of(name, **more):
    return replace(PUT, name=name, **more)


@pytest.mark.parametrize(
    ("change", "version", "told"),
    [
        (PUT, "2.1", {"key": "a+b", "size": 0, "eTag": "e", "sequencer": "01"}),
        (
            of("ObjectCreated:Put", version_id="v"),
            "2.1",
            {"key": "a+b", "size": 0, "eTag": "e", "versionId": "v", "sequencer": "01"},
        ),
        (of("ObjectRemoved:Delete"), "2.1", {"key": "a+b", "sequencer": "01"}),
        (
            of("ObjectRemoved:DeleteMarkerCreated", version_id="v"),
            "2.1",
            {"key": "a+b", "eTag": "e", "versionId": "v", "sequencer": "01"},
        ),
        (of("ObjectTagging:Put"), "2.3", {"key": "a+b", "eTag": "e"}),
    ],
)
def test_the_object_of_a_record(change, version, told):
    (one,) = record(change, "rule")["Records"]
    assert (one["eventVersion"], one["s3"]["object"]) == (version, told)
    assert (one["eventTime"], one["s3"]["configurationId"]) == ("1970-01-01T00:00:00.000Z", "rule")


def test_a_restored_object_tells_until_when():
    change = of("ObjectRestore:Completed", restored_until=60.0, storage_class="GLACIER")
    (one,) = record(change, "rule")["Records"]
    assert one["glacierEventData"]["restoreEventData"] == {
        "lifecycleRestorationExpiryTime": "1970-01-01T00:01:00.000Z",
        "lifecycleRestoreStorageClass": "GLACIER",
    }


@pytest.mark.parametrize(
    ("change", "kind", "more"),
    [
        (PUT, "Object Created", {"reason": "PutObject"}),
        (of("ObjectCreated:Copy"), "Object Created", {"reason": "CopyObject"}),
        (
            of("ObjectRemoved:Delete", size=None, etag=None),
            "Object Deleted",
            {"reason": "DeleteObject", "deletion-type": "Permanently Deleted"},
        ),
        (
            of("ObjectRestore:Completed", restored_until=60.0, storage_class="GLACIER"),
            "Object Restore Completed",
            {"restore-expiry-time": "1970-01-01T00:01:00Z", "source-storage-class": "GLACIER"},
        ),
    ],
)
def test_the_event_for_a_bus(change, kind, more):
    seen, detail = on_event_bus(change)
    assert seen == kind
    assert detail.pop("object")["key"] == "a b"
    base = {
        "version": "0",
        "bucket": {"name": "b"},
        "request-id": "R",
        "requester": "123456789012",
        "source-ip-address": "127.0.0.1",
    }
    assert detail == base | more


def test_what_s3_does_not_tell_a_bus():
    assert on_event_bus(of("Replication:OperationNotTracked")) is None


def test_the_test_event():
    event = s3_test_event("b", at=0, request_id="R")
    assert list(event) == ["Service", "Event", "Time", "Bucket", "RequestId", "HostId"]
    assert (event["Event"], event["Bucket"]) == ("s3:TestEvent", "b")


numbers = itertools.count()


def written(**more):
    return replace(PUT, sequencer=f"{next(numbers):018X}", **more)


def test_of_two_writes_at_once_the_last_is_told():
    overlaps, place = Overlaps(), ("b", "k")
    first, second = overlaps.began(place), overlaps.began(place)
    early, late = written(), written()
    assert overlaps.ended(place, second, [late]) == []
    assert overlaps.ended(place, first, [early]) == [late]


def test_with_versions_both_are_told():
    overlaps, place = Overlaps(), ("b", "k")
    first, second = overlaps.began(place), overlaps.began(place)
    one, two = written(version_id="1"), written(version_id="2")
    assert overlaps.ended(place, first, [one]) == [one]
    assert overlaps.ended(place, second, [two]) == [two]


def test_writes_in_a_row_and_of_other_keys_are_all_told():
    overlaps = Overlaps()
    for key in ("k", "k", "other"):
        group, change = overlaps.began(("b", key)), written()
        assert overlaps.ended(("b", key), group, [change]) == [change]


def test_a_write_that_comes_when_one_has_ended_is_told_by_itself():
    overlaps, place = Overlaps(), ("b", "k")
    first, second = overlaps.began(place), overlaps.began(place)
    one, two, three = written(), written(), written()
    assert overlaps.ended(place, first, [one]) == []
    third = overlaps.began(place)
    assert overlaps.ended(place, second, [two]) == [two]
    assert overlaps.ended(place, third, [three]) == [three]


def test_a_refused_write_takes_no_event_along():
    overlaps, place = Overlaps(), ("b", "k")
    first, second = overlaps.began(place), overlaps.began(place)
    change = written()
    assert overlaps.ended(place, first, [change]) == []
    assert overlaps.ended(place, second, []) == [change]
