"""Queues: what a message costs at a backlog of 50,000 against one of 100, and through boto3."""

from __future__ import annotations

import statistics
import time
from typing import Any

from figure import Row, in_turn, limit_row, ratio_row, table
from ours import Cloud, local_cloud
from peers import constant_server

SMALL, LARGE, ROUNDS, BATCH = 100, 50_000, 200, 10
BODY = "x" * 200


def filled(client: Any, name: str, size: int) -> str:
    """The URL of a queue with so many messages."""
    url: str = client.create_queue(QueueName=name)["QueueUrl"]
    entries = [{"Id": str(number), "MessageBody": BODY} for number in range(BATCH)]
    for _ in range(size // BATCH):
        client.send_message_batch(QueueUrl=url, Entries=entries)
    return url


def message_ms(client: Any, url: str) -> float:
    """The median time to send, receive and delete one message, in milliseconds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        client.send_message(QueueUrl=url, MessageBody=BODY)
        (found,) = client.receive_message(QueueUrl=url)["Messages"]
        client.delete_message(QueueUrl=url, ReceiptHandle=found["ReceiptHandle"])
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds) * 1e3


def send_ms(client: Any, url: str) -> float:
    """The median time of a send, in milliseconds; MD5 sums are not checked, a constant has none."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        client.send_message(QueueUrl=url, MessageBody=BODY)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds) * 1e3


def backlog(cloud: Cloud) -> Row:
    """One message there and back, with 50,000 others in the queue and with 100."""
    client = cloud.client("sqs")
    large, small = filled(client, "large", LARGE), filled(client, "small", SMALL)
    pair = in_turn(lambda: message_ms(client, large), lambda: message_ms(client, small))
    return ratio_row("SQS send, receive, delete at a backlog of 50,000, against 100", "ms", "≤ 1.5", pair)


def sending(cloud: Cloud) -> Row:
    """A send through boto3, against boto3 talking to a server that answers a constant."""
    mine = cloud.client("sqs")
    url = filled(mine, "sends", 0)
    with constant_server() as port:
        floor = Cloud({**cloud.facts, "endpoint_url": f"http://127.0.0.1:{port}"}, cloud.state).client("sqs")
        pair = in_turn(lambda: send_ms(mine, url), lambda: send_ms(floor, url))
    return ratio_row("SQS send, boto3, p50, against boto3 and a constant", "ms", "≤ 2", pair)


def delivery(cloud: Cloud) -> Row:
    """How late a waiting receive is answered after the send returns, in milliseconds."""
    import threading

    mine, other = cloud.client("sqs"), cloud.client("sqs")
    url, late = filled(mine, "waits", 0), []
    for _ in range(20):
        answered: list[float] = []

        def poll(into: list[float] = answered) -> None:
            (found,) = other.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
            into.append(time.perf_counter())
            other.delete_message(QueueUrl=url, ReceiptHandle=found["ReceiptHandle"])

        thread = threading.Thread(target=poll)
        thread.start()
        time.sleep(0.05)
        mine.send_message(QueueUrl=url, MessageBody=BODY)
        sent = time.perf_counter()
        thread.join()
        late.append(max(0.0, answered[0] - sent) * 1e3)
    return limit_row("SQS long poll, answered after the send, median", statistics.median(late), 20, "ms")


def rows() -> list[Row]:
    """What queues are measured by."""
    with local_cloud() as cloud:
        return [sending(cloud), delivery(cloud), backlog(cloud)]


if __name__ == "__main__":
    print(table(rows()))
