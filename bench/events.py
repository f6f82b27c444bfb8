"""Asynchronous invocation: how fast events are accepted by eight boto3 clients, and that none is lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from figure import Row, in_turn, limit_row, ratio_row, table
from ours import SILENT, Cloud, local_cloud
from peers import constant_server

from lambada_labs.cloud import local
from lambada_labs.cloud.local.local_cloud import LocalCloud
from lambada_labs.cloud.local.state import state_folder

CLIENTS, EACH = 8, 60
PATIENCE_S = 120.0


def accepted_per_s(clients: list[Any], ids: list[str]) -> float:
    """Events accepted a second from eight clients that send one after the other; their ids go to `ids`."""

    def send(client: Any) -> list[str]:
        return [_sent(client) for _ in range(EACH)]

    with ThreadPoolExecutor(CLIENTS) as pool:
        start = time.perf_counter()
        for some in pool.map(send, clients):
            ids += some
        return CLIENTS * EACH / (time.perf_counter() - start)


def _sent(client: Any) -> str:
    answer = client.invoke(FunctionName="events", InvocationType="Event", Payload=b'{"a": 1}')
    return str(answer["ResponseMetadata"].get("RequestId", ""))  # a constant has none


def ends(cloud: LocalCloud, ids: list[str]) -> int:
    """How many of the accepted events are lost or ended twice, once all have had time to end."""
    emptied(cloud)
    ended = [one.request_id for one in cloud.events() if one.condition == "Success"]
    return len(set(ids) ^ set(ended)) + len(ended) - len(set(ended))


def emptied(cloud: LocalCloud) -> None:
    """Wait until no event waits: the peer's turn is not to pay for ours."""
    deadline = time.monotonic() + PATIENCE_S
    while cloud.status().events_waiting:
        assert time.monotonic() < deadline, "events still wait"
        time.sleep(0.1)


def rows() -> list[Row]:
    """The two figures."""
    with local_cloud() as cloud, constant_server() as port:
        cloud.create_function("events", SILENT)
        seen = local.attach_or_start(folder=state_folder({"LAMBADA_STATE_DIR": cloud.state}))
        constant = Cloud({**cloud.facts, "endpoint_url": f"http://127.0.0.1:{port}"}, cloud.state)
        mine, theirs = ([one.client("lambda") for _ in range(CLIENTS)] for one in (cloud, constant))
        ids: list[str] = []

        def ours() -> float:
            figure = accepted_per_s(mine, ids)
            emptied(seen)
            return figure

        pair = in_turn(ours, lambda: accepted_per_s(theirs, []))
        name = f"of {len(ids):,} events accepted, lost or ended twice"
        return [
            ratio_row("events accepted from 8 boto3 clients, against a constant", "1/s", "≥ 0.5", pair),
            limit_row(name, ends(seen, ids), 0, "events"),
        ]


if __name__ == "__main__":
    print(table(rows()))
