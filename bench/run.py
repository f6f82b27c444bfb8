"""`make bench`: every stated ratio, ours and the peer in turn in one run; 1 where a bound is missed."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import footprint
import soak
from load import invoke_request, run
from ours import PRINTING, SILENT, Cloud, handler_folder, local_cloud
from peers import constant_server, ministack, runtime_interface_emulator

ROOT = Path(__file__).parent.parent
ROUNDS = 5
WARM = 200


@dataclass(frozen=True)
class Row:
    """One figure: ours, the peer's, their ratio and the bound it must keep."""

    name: str
    ours: float
    peer: float
    unit: str
    bound: str
    ratio: float

    @property
    def kept(self) -> bool:
        """Whether the ratio is on the right side of the bound."""
        sign, limit = self.bound[0], float(self.bound[1:].split()[0])
        return self.ratio <= limit if sign == "≤" else self.ratio >= limit

    def __str__(self) -> str:
        """One line of the Markdown table."""
        verdict = "kept" if self.kept else "**MISSED**"
        numbers = f"{self.ours:.2f} | {self.peer:.2f} | {self.unit} | {self.ratio:.2f}"
        return f"| {self.name} | {numbers} | {self.bound} | {verdict} |"


def in_turn(ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """The medians of both, measured A B A B …, after one round that does not count."""
    pairs = [(ours(), peer()) for _ in range(ROUNDS + 1)][1:]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def ratio_row(name: str, unit: str, bound: str, pair: tuple[float, float]) -> Row:
    """The row of two medians."""
    return Row(name, *pair, unit=unit, bound=bound, ratio=pair[0] / pair[1])


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


def table(rows: list[Row]) -> str:
    """The whole table as Markdown, with the load of the machine."""
    head = "| figure | ours | peer or limit | unit | ratio | bound | |\n|---|---|---|---|---|---|---|\n"
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    python = ".".join(map(str, sys.version_info[:3]))
    machine = f"Load average at the end: {load} on {os.cpu_count()} processors; Python {python}"
    note = f"\n{machine}; medians of {ROUNDS} rounds in turn.\n"
    return head + "\n".join(map(str, rows)) + "\n" + note


def main() -> int:
    """Measure, print, keep under docs/, judge."""
    rows: list[Row] = []
    with local_cloud() as cloud:
        rows += speed(cloud)
    rows += [
        Row(name, value, limit, unit, "≤ 1", value / limit)
        for name, value, limit, unit in footprint.measure()
    ]
    rows += [
        Row(name, value, limit, unit, f"≤ {limit}", value)  # nothing at all may be lost: no ratio to it
        for name, value, limit, unit in soak.measure()
    ]
    text = table(rows)
    print(text)
    with contextlib.suppress(OSError):
        (ROOT / "docs/bench.md").write_text(
            "# The figures, as `make bench` last printed them\n\n" + text, encoding="utf-8"
        )
    return not all(row.kept for row in rows)


if __name__ == "__main__":
    sys.exit(main())
