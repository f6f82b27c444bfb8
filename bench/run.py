"""`make bench`: every stated ratio, ours and the peer in turn in one run; 1 where a bound is missed."""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import bills
import calculator_page
import doors
import events
import faults
import footprint
import queues
import report_lines
import rivals
import soak
from figure import Row, in_turn, limit_row, ratio_row, table
from load import invoke_request, run
from ours import PRINTING, SILENT, Cloud, handler_folder, local_cloud
from peers import constant_server, ministack, runtime_interface_emulator

ROOT = Path(__file__).parent.parent
WARM = 200


def p50_ms(port: int, request: bytes) -> float:
    """The median of some requests on one connection, in milliseconds; a failed one ends the bench."""
    load = run(port, [[request] * WARM])
    assert not load.failed, load.failed[:3]
    return statistics.median(load.seconds) * 1e3


def warm_raw(cloud: Cloud) -> Row:
    """A warm Python function over raw HTTP, requests signed beforehand, against AWS's emulator."""
    with runtime_interface_emulator(handler_folder(SILENT)) as port:
        theirs = invoke_request(port, "function")
        mine = cloud.signed_invoke("silent")
        pair = in_turn(lambda: p50_ms(cloud.port, mine), lambda: p50_ms(port, theirs))
    return ratio_row("warm invoke, raw HTTP, p50, against AWS's RIE", "ms", "≤ 1.5", pair)


def boto_p50_ms(client: object) -> float:
    """The median of some Invokes through boto3, in milliseconds."""
    seconds = []
    for _ in range(WARM):
        start = time.perf_counter()
        client.invoke(FunctionName="silent", Payload=b'{"a": 1}')["Payload"].read()  # type: ignore[attr-defined]
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds) * 1e3


def warm_boto(cloud: Cloud) -> Row:
    """The same through boto3, against boto3 talking to a server that answers a constant."""
    with constant_server() as port:
        floor = Cloud({**cloud.facts, "endpoint_url": f"http://127.0.0.1:{port}"}, cloud.state).client(
            "lambda"
        )
        mine = cloud.client("lambda")
        pair = in_turn(lambda: boto_p50_ms(mine), lambda: boto_p50_ms(floor))
    return ratio_row("warm invoke, boto3, p50, against boto3 and a constant", "ms", "≤ 2.8", pair)


def rate(port: int, request: bytes, each: int) -> float:
    """Answers per second to 8 clients; a failed request ends the bench."""
    load = run(port, [[request] * each] * 8)
    assert not load.failed, load.failed[:3]
    return load.rate


def eight_clients(cloud: Cloud) -> list[Row]:
    """Throughput to 8 clients against ministack, with a silent handler and with one that prints."""
    rows = []
    with ministack() as port:
        rival = Cloud({**cloud.facts, "endpoint_url": f"http://127.0.0.1:{port}"}, cloud.state)
        for name, source, bound in (("silent", SILENT, "≥ 4"), ("printing", PRINTING, "≥ 1.8")):
            rival.create_function(name, source)
            theirs = rival.signed_invoke(name)
            mine = cloud.signed_invoke(name)
            pair = in_turn(lambda m=mine: rate(cloud.port, m, 60), lambda t=theirs: rate(port, t, 20))
            rows.append(ratio_row(f"8 clients, {name} handler, against ministack", "1/s", bound, pair))
    return rows


def cold_ms(cloud: Cloud, counter: list[int]) -> float:
    """The first answer of a fresh environment, in milliseconds: a new configuration retires the old ones."""
    counter[0] += 1
    client = cloud.client("lambda")
    client.update_function_configuration(
        FunctionName="cold", Environment={"Variables": {"ROUND": str(counter[0])}}
    )
    client.get_waiter("function_updated_v2").wait(FunctionName="cold", WaiterConfig={"Delay": 1})
    load = run(cloud.port, [[cloud.signed_invoke("cold")]])
    assert not load.failed, load.failed
    return load.seconds[0] * 1e3


def spawn_ms() -> float:
    """A bare interpreter that imports awslambdaric's bootstrap, as every Python runtime must."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import awslambdaric.bootstrap"], check=True)
    return (time.perf_counter() - start) * 1e3


def cold_start(cloud: Cloud) -> Row:
    """A cold start against the floor that no Python runtime can beat."""
    cloud.create_function("cold", SILENT)
    counter = [0]

    def median_of(measure: Callable[[], float]) -> float:
        return statistics.median(measure() for _ in range(5))

    pair = in_turn(lambda: median_of(lambda: cold_ms(cloud, counter)), lambda: median_of(spawn_ms))
    return ratio_row("cold start, against interpreter + import awslambdaric", "ms", "≤ 1.3", pair)


def speed(cloud: Cloud) -> list[Row]:
    """All rows that need a running cloud."""
    cloud.create_function("silent", SILENT)
    cloud.create_function("printing", PRINTING)
    return [warm_raw(cloud), warm_boto(cloud), *eight_clients(cloud), cold_start(cloud)]


def cloud_rows() -> list[Row]:
    """What the local cloud is measured by."""
    with local_cloud() as cloud:
        return speed(cloud)


GROUPS: dict[str, Callable[[], list[Row]]] = {
    "cloud": cloud_rows,
    "footprint": lambda: [limit_row(*figure) for figure in footprint.measure()],
    "soak": lambda: [limit_row(*figure) for figure in soak.measure()],
    "bills": bills.rows,
    "logs": report_lines.rows,
    "page": calculator_page.rows,
    "queues": queues.rows,
    "events": events.rows,
    "faults": faults.rows,
    "doors": doors.rows,
    "rivals": rivals.rows,
}


def main(names: Sequence[str]) -> int:
    """Measure the named groups (all without a name), print, keep a full table under docs/, judge."""
    rows = [row for name in names or GROUPS for row in GROUPS[name]()]
    text = table(rows)
    print(text)
    if not names:
        with contextlib.suppress(OSError):
            (ROOT / "docs/bench.md").write_text(
                "# The figures, as `make bench` last printed them\n\n" + text, encoding="utf-8"
            )
    return not all(row.kept for row in rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
