"""What a cloud holds, as the console shows it: functions, queues, buckets and logs, read through plain boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambada_labs.cloud.port import Cloud

LOG_LINES = 60
OBJECTS = 20


def functions(cloud: Cloud) -> list[dict[str, Any]]:
    """Every function with what its owner wants to see first."""
    pages = cloud.client("lambda").get_paginator("list_functions").paginate()
    return [
        {
            "name": found["FunctionName"],
            "runtime": found.get("Runtime", "image"),
            "memory": f"{found['MemorySize']:,} MB",
            "timeout": f"{found['Timeout']} s",
            "state": found.get("State", "Active"),
        }
        for page in pages
        for found in page["Functions"]
    ]


def queues(cloud: Cloud) -> list[dict[str, Any]]:
    """Every queue and how many messages wait in it."""
    sqs = cloud.client("sqs")
    wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    result = []
    for url in sqs.list_queues().get("QueueUrls", []):
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
        result.append(
            {"name": url.rsplit("/", 1)[-1], "waiting": found[wanted[0]], "in flight": found[wanted[1]]}
        )
    return result


def buckets(cloud: Cloud) -> list[dict[str, Any]]:
    """Every bucket with its first objects."""
    s3 = cloud.client("s3")
    return [
        {"name": bucket["Name"], "objects": contents(s3, bucket["Name"])}
        for bucket in s3.list_buckets().get("Buckets", [])
    ]


def contents(s3: Any, bucket: str) -> str:
    """The keys of a bucket in one line."""
    found = s3.list_objects_v2(Bucket=bucket, MaxKeys=OBJECTS)
    keys = ", ".join(each["Key"] for each in found.get("Contents", []))
    return f"{keys}, …" if found.get("IsTruncated") else keys or "empty"


def logs(cloud: Cloud) -> list[dict[str, Any]]:
    """Every log group by name."""
    pages = cloud.client("logs").get_paginator("describe_log_groups").paginate()
    return [{"name": group["logGroupName"]} for page in pages for group in page["logGroups"]]


def log_text(cloud: Cloud, group: str) -> str:
    """The newest lines of a log group, oldest first."""
    found = cloud.client("logs").filter_log_events(logGroupName=group, limit=10_000)
    lines = [
        event["message"].rstrip("\n")
        for event in sorted(found["events"], key=lambda event: event["timestamp"])
    ]
    return "\n".join(lines[-LOG_LINES:]) or "Nothing has been logged here yet."


def test(cloud: Cloud, function: str, event: str) -> str:
    """Invoke a function with this event (JSON text); its answer and the end of its log."""
    reply = cloud.client("lambda").invoke(
        FunctionName=function, Payload=event.encode() or b"{}", LogType="Tail"
    )
    failed = f" · FunctionError: {reply['FunctionError']}" if "FunctionError" in reply else ""
    return f"HTTP {reply['StatusCode']}{failed}\n{pretty(reply['Payload'].read().decode())}\n\n{tail(reply)}".rstrip()


def tail(reply: Any) -> str:
    """The last lines of the invocation's log."""
    import base64

    return base64.b64decode(reply.get("LogResult", "")).decode(errors="replace")


def pretty(payload: str) -> str:
    """JSON indented; anything else as it is."""
    try:
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    except ValueError:
        return payload


SHELVES: dict[str, Callable[[Cloud], list[dict[str, Any]]]] = {
    "functions": functions,
    "queues": queues,
    "buckets": buckets,
    "logs": logs,
}
