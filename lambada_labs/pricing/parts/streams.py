"""Streams of records that Lambda reads in batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from lambada_labs import facts
from lambada_labs.model.workload import Number, Workload
from lambada_labs.pricing.item import Item
from lambada_labs.pricing.parts.part import MONTH_H, Part, gigabytes, pieces, times

Mode = Literal["provisioned", "on_demand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinesis(Part):
    """A Kinesis data stream in front of the function; `batch` records make one request.

    A provisioned stream pays for `shards` by the hour and for records in units of 25 KB; an on-demand one
    by the hour and by the GB, each record rounded up to 1 KB, in once and out once.
    """

    key: ClassVar[str] = "kinesis"
    title: ClassVar[str] = "Amazon Kinesis stream"
    mode: Mode = "provisioned"
    shards: int = 1
    hours: Number = MONTH_H
    batch: Number = 100
    kb_per_record: Number = 1

    def items(self, _: Workload) -> Iterator[Item]:
        """Hours and records."""
        if self.mode == "provisioned":
            units = pieces(self.kb_per_record, facts.number("kinesis.put_unit_kb"))
            yield Item("Kinesis shards", "kinesis.shard_hour", "month", times(self.shards, self.hours))
            yield Item("Kinesis records", "kinesis.put", "requests", times(self.batch, units))
            return
        unit = facts.number("kinesis.on_demand_unit_kb")
        size = gigabytes(times(self.batch, pieces(self.kb_per_record, unit) * unit))
        yield Item("Kinesis stream", "kinesis.stream_hour", "month", times(self.hours))
        yield Item("Kinesis data in", "kinesis.in_gb", "requests", size)
        yield Item("Kinesis data out", "kinesis.out_gb", "requests", size)


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoDbStreams(Part):
    """A table whose changes call the function; `batch` changes make one request.

    The writes cost. Lambda's own reads of the stream are free; `other_readers` pay for each call, which
    returns a whole batch at best: up to 1,000 records and 1 MB (source: Amazon DynamoDB developer guide).
    """

    key: ClassVar[str] = "dynamodb_streams"
    title: ClassVar[str] = "DynamoDB Streams"
    batch: Number = 10
    kb_per_item: Number = 1
    other_readers: int = 0

    def items(self, _: Workload) -> Iterator[Item]:
        """Writes of the table, and reads by others."""
        units = pieces(self.kb_per_item, facts.number("dynamodb.write_unit_kb"))
        yield Item("DynamoDB writes", "dynamodb.write", "requests", times(self.batch, units))
        if self.other_readers:
            size = pieces(times(self.batch, self.kb_per_item), facts.number("dynamodb.stream_read_kb"))
            calls = max(size, pieces(self.batch, facts.number("dynamodb.stream_read_records")))
            reads = times(calls, self.other_readers)
            yield Item("DynamoDB stream reads", "dynamodb.streams", "requests", reads)
