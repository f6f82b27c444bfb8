"""A delivery stream as far as delivery goes, read from what CreateDeliveryStream was given; names of its objects.

Source: Amazon Data Firehose API reference (ExtendedS3DestinationConfiguration, Processor, BufferingHints) and
developer guide, "Understand custom prefixes for Amazon S3 objects".
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lambada_labs import facts

MB = 1 << 20
FAILED = "processing-failed"
_NAMED = re.compile(r"!\{(timestamp|firehose):([^}]*)\}")
#: Java's letters of a date and Python's.
_LETTERS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """A buffer is full after so many bytes or seconds, whichever comes first."""

    size: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A delivery stream to Amazon S3; without `function_arn` nothing is transformed."""

    arn: str
    name: str
    version: str
    bucket: str
    role_arn: str
    prefix: str
    error_prefix: str
    compressed: bool
    buffer: Buffer
    function_arn: str = ""
    function_role_arn: str = ""
    function_buffer: Buffer = Buffer(size=0, seconds=0)
    retries: int = facts.number("firehose.transform_retries")
    delimited: bool = False
    log_group: str = ""
    log_stream: str = ""

    @property
    def region(self) -> str:
        """The stream's Region."""
        return self.arn.split(":")[3]


def stream(held: Any) -> Stream | None:
    """The stream that moto keeps; None where it leads elsewhere than to Amazon S3."""
    destination = held.destinations[0]
    given = destination.get("ExtendedS3") or destination.get("S3")
    if given is None:
        return None
    logs, hints = given.get("CloudWatchLoggingOptions", {}), given.get("BufferingHints", {})
    processing = given.get("ProcessingConfiguration") or {}
    processors = processing.get("Processors", []) if processing.get("Enabled") else []
    return Stream(
        arn=held.delivery_stream_arn,
        name=held.delivery_stream_name,
        version=held.version_id,
        bucket=given["BucketARN"].rpartition(":")[2],
        role_arn=given["RoleARN"],
        prefix=given.get("Prefix", ""),
        error_prefix=given.get("ErrorOutputPrefix", ""),
        compressed=given.get("CompressionFormat") == "GZIP",
        buffer=_buffer(hints.get("SizeInMBs"), hints.get("IntervalInSeconds"), "firehose.s3_buffer"),
        delimited=any(one["Type"] == "AppendDelimiterToRecord" for one in processors),
        log_group=logs.get("LogGroupName", "") if logs.get("Enabled") else "",
        log_stream=logs.get("LogStreamName", ""),
        **_processor(processors, given["RoleARN"]),
    )


def object_key(stream: Stream, at: float, *, failed: bool = False) -> str:
    """The name of a new object: prefix, hour, stream, version, second, something unique."""
    moment = datetime.fromtimestamp(at, UTC)
    name = f"{stream.name}-{stream.version}-{moment:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"
    ending = ".gz" if stream.compressed else ""
    return f"{_prefix(stream, moment, failed=failed)}{name}{ending}"


def _prefix(stream: Stream, moment: datetime, *, failed: bool) -> str:
    given = (stream.error_prefix or f"{stream.prefix}{FAILED}/") if failed else stream.prefix
    filled = _NAMED.sub(lambda found: _value(found[1], found[2], moment), given)
    return filled if "!{timestamp:" in given else f"{filled}{moment:%Y/%m/%d/%H}/"


def _value(space: str, name: str, moment: datetime) -> str:
    if space == "firehose":
        return FAILED if name == "error-output-type" else uuid.uuid4().hex[:11]
    pattern = name.replace("'", "")
    for letters, ours in _LETTERS.items():
        pattern = pattern.replace(letters, ours)
    return moment.strftime(pattern)


def _processor(processors: Iterable[Mapping[str, Any]], role_arn: str) -> dict[str, Any]:
    found = next((one for one in processors if one["Type"] == "Lambda"), None)
    if found is None:
        return {}
    named = {one["ParameterName"]: one["ParameterValue"] for one in found.get("Parameters", [])}
    retries = named.get("NumberOfRetries")
    return {
        "function_arn": named.get("LambdaArn", ""),
        "function_role_arn": named.get("RoleArn", role_arn),
        "function_buffer": _buffer(
            named.get("BufferSizeInMBs"), named.get("BufferIntervalInSeconds"), "firehose.transform_buffer"
        ),
        "retries": int(retries) if retries else facts.number("firehose.transform_retries"),
    }


def _buffer(size_mb: Any, seconds: Any, fact: str) -> Buffer:
    """Given, or AWS's own."""
    megabytes = float(facts.number(f"{fact}_mb") if size_mb is None else size_mb)
    return Buffer(
        size=int(megabytes * MB),
        seconds=float(facts.number(f"{fact}_s") if seconds is None else seconds),
    )
