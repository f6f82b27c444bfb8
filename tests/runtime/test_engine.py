"""A Python handler, for real: cold, warm, failing."""

from __future__ import annotations

import asyncio
import json

from engine_room import running

HELLO = """
    import os
    calls = 0
    def handler(event, context):
        global calls
        calls += 1
        print("hello", event["name"])
        return {"calls": calls, "pid": os.getpid(), "id": context.aws_request_id}
"""


def test_a_warm_call_runs_in_the_environment_of_the_cold_one(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            function = room.function(HELLO)
            return [await room.invoke(function, b'{"name": "Ada"}') for _ in range(3)], room.ports

    replies, ports = asyncio.run(story())
    bodies = [json.loads(reply.payload) for reply in replies]
    assert [body["calls"] for body in bodies] == [1, 2, 3]
    assert len({body["pid"] for body in bodies}) == 1
    assert [body["id"] for body in bodies] == [reply.record.request_id for reply in replies]
    assert [reply.record.cold for reply in replies] == [True, False, False]
    assert len({record.environment_id for record in ports.records}) == 1
    assert ports.phases == ["init", "invoke", "frozen", "invoke", "frozen", "invoke", "frozen", "killed"]
