"""The rivals where they have the feature: events accepted, doors answered, a file's event, messages sent.

Same handler, in turn; whoever's turn is over first gets quiet again. serverless-offline runs its handler in a
thread of its own process, without an execution environment or logs: its doors may answer twice as fast.
"""

from __future__ import annotations

import json
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import doors
import psutil
from figure import Row, in_turn, ratio_row, table
from load import run
from ours import Cloud, local_cloud
from peers import OFFLINE_HANDLER, has_node, ministack_process, serverless_offline

EACH, CLIENTS, FILES, GETS = 40, 8, 15, 60
RIVAL_ACCOUNT = "000000000000"
CALLS = """
import json, os, socket
def handler(event, context):
    with socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), 5) as line:
        line.sendall(event["Records"][0]["s3"]["object"]["key"].encode())
    return "ok"
"""
S3 = "s3.amazonaws.com"
SEND = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage"}
NO_NODE = "serverless-offline is left out: Node.js and npm are not here."


def quiet(pid: int, seconds: float = 60) -> None:
    """Wait until a process and those below it have stopped working; TimeoutError after `seconds`."""
    process, deadline = psutil.Process(pid), time.monotonic() + seconds
    before = _used(process)
    while time.monotonic() < deadline:
        time.sleep(0.3)
        now = _used(process)
        if now - before < 0.03:
            return
        before = now
    raise TimeoutError(f"process {pid} still works")


def _used(process: psutil.Process) -> float:
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += sum(one.cpu_times()[:2])
        except psutil.Error:
            continue
    return total


def accepted_per_s(port: int, request: bytes, pid: int) -> float:
    """Asynchronous events accepted a second from eight clients; waits until they have run."""
    load = run(port, [[request] * EACH] * CLIENTS, b"", good=202)
    assert not load.failed, load.failed[:3]
    quiet(pid)
    return load.rate


def answered_ms(port: int, request: bytes) -> float:
    """The median of some GETs on one connection, in milliseconds."""
    load = run(port, [[request] * GETS])
    assert not load.failed, load.failed[:3]
    return statistics.median(load.seconds) * 1e3


def sent_per_s(port: int, request: bytes) -> float:
    """Messages taken a second from eight clients."""
    load = run(port, [[request] * EACH] * CLIENTS, b"MessageId")
    assert not load.failed, load.failed[:3]
    return load.rate


def rival_cloud(port: int, pid: int) -> Cloud:
    """A rival that speaks to boto3 as we do."""
    keys = {"access_key_id": "test", "secret_access_key": "test", "region": "us-east-1"}
    return Cloud(
        {"endpoint_url": f"http://127.0.0.1:{port}", "pid": pid, "account_id": RIVAL_ACCOUNT, **keys}, ""
    )


def arn_of(cloud: Cloud, name: str = "door") -> str:
    """The ARN of a function."""
    return f"arn:aws:lambda:{cloud.facts['region']}:{cloud.facts['account_id']}:function:{name}"


def send_request(cloud: Cloud) -> bytes:
    """A signed SendMessage into a queue of its own."""
    url = cloud.client("sqs").create_queue(QueueName="rate")["QueueUrl"]
    body = json.dumps({"QueueUrl": url, "MessageBody": "x" * 200}).encode()
    return cloud.signed("sqs", "/", body, SEND)


class Uploads:
    """A bucket whose function calls back: how long after the beginning of a PUT its handler runs."""

    def __init__(self, cloud: Cloud) -> None:
        self._line = socket.create_server(("127.0.0.1", 0))
        self._line.settimeout(20)
        port = str(self._line.getsockname()[1])
        cloud.create_function("calls", CALLS, Environment={"Variables": {"PORT": port}})
        wanted = {"Action": "lambda:InvokeFunction", "Principal": S3, "SourceArn": "arn:aws:s3:::uploads"}
        cloud.client("lambda").add_permission(FunctionName="calls", StatementId="s3", **wanted)
        self._s3 = cloud.client("s3")
        self._s3.create_bucket(Bucket="uploads")
        rule = {"LambdaFunctionArn": arn_of(cloud, "calls"), "Events": ["s3:ObjectCreated:*"]}
        rules = {"LambdaFunctionConfigurations": [rule]}
        self._s3.put_bucket_notification_configuration(Bucket="uploads", NotificationConfiguration=rules)

    def latency_ms(self) -> float:
        """The median over some files, one after the other, in milliseconds."""
        return statistics.median(self._one(number) for number in range(FILES)) * 1e3

    def _one(self, number: int) -> float:
        start = time.perf_counter()
        self._s3.put_object(Bucket="uploads", Key=f"f{number}", Body=b"x")
        called, _ = self._line.accept()
        took = time.perf_counter() - start
        with called:
            assert called.recv(100) == f"f{number}".encode()
        return took

    def close(self) -> None:
        """Listen no more."""
        self._line.close()


def ours_door(cloud: Cloud, make: Callable[[Cloud, str], str], name: str = "door") -> bytes:
    """A GET through a door of ours, at its plain URL."""
    return doors.get(cloud.port, doors.plain_path(cloud, make(cloud, arn_of(cloud, name))) + "pets/7?a=1")


def permitted(cloud: Cloud, name: str) -> None:
    """Let both kinds of doors invoke a function."""
    for sid, principal in (("api", doors.API), ("elb", doors.ELB)):
        doors.permit(cloud, principal, sid, name)


def against_ministack(cloud: Cloud) -> Iterator[Row]:
    """Events, both doors, files, messages; the same Python handler."""
    with ministack_process() as (port, process):
        rival = rival_cloud(port, process.pid)
        for one in (cloud, rival):
            one.create_function("door", doors.HTTP)
            permitted(one, "door")
        yield _events("ministack", cloud, "door", rival, rival.signed_invoke("door", kind="Event"))
        yield from _ministack_doors(cloud, rival)
        mine, theirs = Uploads(cloud), Uploads(rival)
        pair = in_turn(mine.latency_ms, theirs.latency_ms)
        mine.close()
        theirs.close()
        yield ratio_row("S3 file to its handler, against ministack", "ms", "≤ 2", pair)
        sends = send_request(cloud), send_request(rival)
        pair = in_turn(lambda: sent_per_s(cloud.port, sends[0]), lambda: sent_per_s(rival.port, sends[1]))
        yield ratio_row("SQS messages sent by 8 clients, against ministack", "1/s", "≥ 1.2", pair)


def _ministack_doors(cloud: Cloud, rival: Cloud) -> Iterator[Row]:
    api = doors.http_api(rival, arn_of(rival))
    doors.balancer(rival, arn_of(rival))
    asked = "/pets/7?a=1"
    theirs = {
        "HTTP API": doors.get(rival.port, asked, f"{api}.execute-api.localhost:{rival.port}"),
        "load balancer": doors.get(rival.port, asked, f"b.alb.localhost:{rival.port}"),
    }
    for name, make in (("HTTP API", doors.http_api), ("load balancer", doors.balancer)):
        mine = ours_door(cloud, make)
        yield _door(f"{name}, against ministack", cloud, mine, rival.port, theirs[name])


def _events(name: str, cloud: Cloud, function: str, rival: Cloud, request: bytes) -> Row:
    mine = cloud.signed_invoke(function, kind="Event")
    pair = in_turn(
        lambda: accepted_per_s(cloud.port, mine, cloud.pid),
        lambda: accepted_per_s(rival.port, request, rival.pid),
    )
    return ratio_row(f"events accepted from 8 clients, against {name}", "1/s", "≥ 1", pair)


def _door(name: str, cloud: Cloud, mine: bytes, port: int, theirs: bytes) -> Row:
    pair = in_turn(lambda: answered_ms(cloud.port, mine), lambda: answered_ms(port, theirs))
    return ratio_row(
        f"answer through a door, {name}, p50", "ms", "≤ 2" if "offline" in name else "≤ 0.5", pair
    )


def against_offline(cloud: Cloud) -> Iterator[Row]:
    """Events and both doors; the same Node.js handler. It has neither S3's events nor queues of its own."""
    node = {"Runtime": "nodejs22.x", "Handler": "index.handler"}
    cloud.create_function("node", OFFLINE_HANDLER, file="index.js", **node)
    permitted(cloud, "node")
    with serverless_offline() as rival:
        there = rival_cloud(rival.invoke, rival.process.pid)
        request = there.signed_invoke("bench-dev-door", kind="Event")
        yield _events("serverless-offline", cloud, "node", there, request)
        for name, make, port, path in (
            ("HTTP API", doors.http_api, rival.http, "/pets/7?a=1"),
            ("load balancer", doors.balancer, rival.balancer, "/dev/pets/7?a=1"),
        ):
            mine, theirs = ours_door(cloud, make, "node"), doors.get(port, path)
            yield _door(f"{name}, against serverless-offline", cloud, mine, port, theirs)


def rows() -> list[Row]:
    """What the rivals are measured by."""
    found: list[Row] = []
    groups: list[Callable[[Cloud], Any]] = [against_ministack]
    if has_node():
        groups.append(against_offline)
    else:
        print(NO_NODE, file=sys.stderr)
    for group in groups:
        with local_cloud() as cloud:
            found += group(cloud)
    return found


if __name__ == "__main__":
    print(table(rows()))
