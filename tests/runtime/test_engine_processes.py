"""Processes: frozen, killed with all they started, never left behind."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_room import descriptors, running, until

from lambada_labs.runtime import process_tree
from lambada_labs.runtime.process import sweep
from lambada_labs.runtime.strays import everywhere

WAYS = pytest.mark.parametrize("way", ["remap", "namespaces"])

TICK = """
    import os, subprocess, sys, threading, time
    def tick(name):
        while True:
            with open(f"/tmp/{name}", "a") as file:
                file.write("x")
            time.sleep(0.01)
    threading.Thread(target=tick, args=("thread",), daemon=True).start()
    def handler(event, context):
        if event.get("child"):
            loop = "while :; do printf x >> ${TMPDIR:-/tmp}/child; sleep 0.01; done"
            subprocess.Popen(["setsid", "sh", "-c", loop])
            while not os.path.exists("/tmp/child"):
                time.sleep(0.01)
        time.sleep(event.get("sleep", 0))
"""

# A daemon as it is in the book: two forks, a session of its own, nothing inherited but the variables.
DAEMON = """
    import os, time
    def handler(event, context):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                open("/tmp/daemon", "w").close()
                time.sleep(600)
            os._exit(0)
        os.wait()
        while not os.path.exists("/tmp/daemon"):
            time.sleep(0.01)
        exec(event.get("then", ""))
"""


def size(folder: Path, name: str) -> int:
    return (folder / name).stat().st_size


async def grew_in_half_a_second(folder: Path, name: str) -> bool:
    """Whether a file grows within a time that is 50 ticks long."""
    before = size(folder, name)
    await asyncio.sleep(0.5)
    return size(folder, name) > before


def tmp_of(room, environment_id: str) -> Path:
    return room.run_dir / "environments" / environment_id / "tmp"


@WAYS
def test_between_invocations_nothing_moves(tmp_path, way):
    async def story():
        async with running(tmp_path, way=way) as room:
            function = room.function(TICK)
            reply = await room.invoke(function, b'{"child": 1}')
            tmp = tmp_of(room, reply.record.environment_id)
            await asyncio.sleep(0.2)  # processes outside the group are found a moment later
            frozen = [await grew_in_half_a_second(tmp, "thread"), await grew_in_half_a_second(tmp, "child")]
            work = asyncio.create_task(room.invoke(function, b'{"sleep": 0.6}'))
            thawed = [await grew_in_half_a_second(tmp, "thread")]
            await work
            return frozen, thawed

    assert asyncio.run(story()) == ([False, False], [True])


def test_freezing_can_be_switched_off(tmp_path):
    async def story():
        async with running(tmp_path, freeze=False) as room:
            reply = await room.invoke(room.function(TICK))
            grows = await grew_in_half_a_second(tmp_of(room, reply.record.environment_id), "thread")
            return grows, room.ports.phases

    assert asyncio.run(story()) == (True, ["init", "invoke", "idle"])


@WAYS
@pytest.mark.parametrize(
    "then", ["", "time.sleep(60)", "os._exit(1)"], ids=["stopped with the engine", "timeout", "crash"]
)
def test_daemons_end_with_their_runtime(tmp_path, way, then):
    async def story():
        async with running(tmp_path, way=way) as room:
            function = room.function(DAEMON, timeout_s=2)
            reply = await room.invoke(function, json.dumps({"then": then}).encode())
            alive = everywhere([reply.record.environment_id])
            return reply.record.environment_id, alive

    environment_id, alive = asyncio.run(story())
    assert (len(alive) > 0) is (then == "")
    assert everywhere([environment_id]) == []


@WAYS
def test_the_engine_leaves_nothing_behind(tmp_path, way):
    async def story():
        before = descriptors()
        async with running(tmp_path, way=way) as room:
            for n in range(3):
                await room.invoke(room.function(TICK, name=f"f{n}"), b'{"child": 1}')
            ids = [view.environment_id for view in room.engine.environments()]
            pids = [view.pid for view in room.engine.environments()]
        await asyncio.sleep(0.05)
        return ids, pids, descriptors() - before

    ids, pids, grown = asyncio.run(story())
    assert len(ids) == 3
    assert everywhere(ids) == []
    assert [pid for pid in pids if process_tree.born(pid)] == []
    assert list((tmp_path / "run" / "environments").iterdir()) == []
    assert grown <= 0


CLOUD = """
import asyncio, sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from engine_room import running
from test_engine_processes import DAEMON
async def main():
    async with running(Path({folder!r}), way={way!r}) as room:
        reply = await room.invoke(room.function(DAEMON))
        print(reply.record.environment_id, flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""


@WAYS
def test_a_sweep_finds_what_a_killed_cloud_left(tmp_path, way):
    code = CLOUD.format(tests=str(Path(__file__).parent), folder=str(tmp_path), way=way)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as cloud:
        environment_id = cloud.stdout.readline().strip()
        assert len(everywhere([environment_id])) >= 2
        cloud.kill()
    if way == "namespaces":  # they end with the cloud, all by themselves
        asyncio.run(until(lambda: everywhere([environment_id]) == [], "the namespace ended"))
    swept = sweep(tmp_path / "run")
    assert everywhere([environment_id]) == []
    assert list((tmp_path / "run" / "environments").iterdir()) == []
    assert (len(swept) > 0) is (way == "remap")


def test_a_sweep_does_not_touch_a_process_that_only_has_the_number(tmp_path):
    folder = tmp_path / "environments" / ("0" * 32)
    folder.mkdir(parents=True)
    (folder / "pid").write_text(f"{os.getppid()} 12345\n")
    assert sweep(tmp_path) == []
    assert process_tree.born(os.getppid()) is not None


def test_a_runtime_that_dies_while_idle_is_replaced(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            function = room.function("def handler(e, c):\n    return 'ok'\n")
            first = await room.invoke(function)
            os.kill(room.engine.environments()[0].pid, 9)
            await until(lambda: room.engine.environments()[0].pid is None, "the death was noticed")
            second = await room.invoke(function)
            return first, second

    first, second = asyncio.run(story())
    assert second.payload == b'"ok"'
    assert first.record.environment_id == second.record.environment_id


def test_the_view(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            began = time.time()
            reply = await room.invoke(room.function("def handler(e, c):\n    pass\n", memory_mb=256))
            return began, reply, room.engine.environments()

    began, reply, (view,) = asyncio.run(story())
    assert (view.environment_id, view.log_stream) == (reply.record.environment_id, reply.record.log_stream)
    assert (view.function_name, view.function_version, view.phase, view.invocations) == (
        "hello",
        "$LATEST",
        "frozen",
        1,
    )
    assert began < view.since < began + 60
    assert (view.memory_mb, view.max_memory_used_mb) == (256, reply.record.max_memory_used_mb)
