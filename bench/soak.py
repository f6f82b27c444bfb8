"""40 functions, 50 invocations each, 8 at once: no answer lost, no process left, no descriptor more."""

from __future__ import annotations

import sys

import psutil
from load import Load, run
from ours import SILENT, Cloud, local_cloud

FUNCTIONS = 40
EACH = 50
CLIENTS = 8
Figure = tuple[str, float, float, str]


def round_of(cloud: Cloud, each: int) -> Load:
    """Create the functions, invoke each of them `each` times in turn, delete them all."""
    names = [f"soak-{number:02}" for number in range(FUNCTIONS)]
    for name in names:
        cloud.create_function(name, SILENT, MemorySize=128, Timeout=30)
    requests = [cloud.signed_invoke(name) for name in names] * each
    load = run(cloud.port, [requests[start::CLIENTS] for start in range(CLIENTS)])
    client = cloud.client("lambda")
    for name in names:
        client.delete_function(FunctionName=name)
    return load


def left_after(pid: int, seconds: float = 15) -> int:
    """How many processes this cloud still has below it once they had `seconds` to go."""
    _, alive = psutil.wait_procs(psutil.Process(pid).children(recursive=True), timeout=seconds)
    return len(alive)


def measure() -> list[Figure]:
    """Rows of (name, value, limit, unit); every limit is nothing at all."""
    with local_cloud() as cloud:
        process = psutil.Process(cloud.pid)
        round_of(cloud, each=1)
        left_after(cloud.pid)
        before = process.num_fds()
        load = round_of(cloud, each=EACH)
        alive = left_after(cloud.pid)
        grown = max(0, process.num_fds() - before)
    for line in load.failed[:5]:
        print(line, file=sys.stderr)
    return [
        ("soak: answers lost of 2,000", FUNCTIONS * EACH - len(load.seconds), 0, "answers"),
        ("soak: processes left after deletion", alive, 0, "processes"),
        ("soak: descriptors more than before", grown, 0, "descriptors"),
    ]


if __name__ == "__main__":
    figures = measure()
    for row in figures:
        print(*row)
    sys.exit(any(value > limit for _, value, limit, _ in figures))
