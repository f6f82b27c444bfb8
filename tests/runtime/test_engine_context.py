"""What a handler is told, and what it can stream."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from engine_room import running

TELL = """
    import os
    def handler(event, context):
        return {
            "request_id": context.aws_request_id,
            "name": context.function_name,
            "version": context.function_version,
            "arn": context.invoked_function_arn,
            "memory": context.memory_limit_in_mb,
            "group": context.log_group_name,
            "remaining": context.get_remaining_time_in_millis(),
            "client": context.client_context and context.client_context.custom,
            "identity": context.identity and context.identity.cognito_identity_id,
            "trace": os.environ["_X_AMZN_TRACE_ID"],
            "type": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"],
            "key": os.environ["AWS_ACCESS_KEY_ID"],
            "channel": os.environ.get("_LAMBDA_TELEMETRY_LOG_FD"),
            "environment": sorted(os.environ),
        }
"""


@pytest.mark.parametrize("way", ["remap", "namespaces"])
def test_the_context_and_the_variables(tmp_path, way):
    async def story():
        async with running(tmp_path, way=way) as room:
            function = room.function(
                TELL, timeout_s=7, version="3", memory_mb=256, environment={"STAGE": "dev"}
            )
            return await room.invoke(
                function,
                invoked_arn=f"{function.arn}:live",
                client_context='{\n  "custom": {"a": "b"}\n}',
                cognito_identity='{"cognitoIdentityId": "me", "cognitoIdentityPoolId": "pool"}',
                trace_id="Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
            )

    reply = asyncio.run(story())
    told = json.loads(reply.payload)
    assert told["request_id"] == reply.record.request_id
    assert told["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:hello:live"
    assert (told["name"], told["version"], told["memory"]) == ("hello", "3", "256")
    assert told["group"] == "/aws/lambda/hello"
    assert 6000 < told["remaining"] <= 7000
    assert (told["client"], told["identity"]) == ({"a": "b"}, "me")
    assert told["trace"] == "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
    assert told["type"] == "on-demand"
    assert told["key"] == f"ASIA{reply.record.environment_id[:16].upper()}"
    assert told["channel"] is None
    assert "STAGE" in told["environment"]
    assert [name for name in told["environment"] if "LAMBADA" in name or "PYTEST" in name] == []


def test_a_call_without_trace_gets_one(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            return await room.invoke(room.function(TELL))

    trace = json.loads(asyncio.run(story()).payload)["trace"]
    root, parent, sampled = trace.split(";")
    assert root.startswith(f"Root=1-{int(time.time()):08x}"[:12])
    assert (len(root), len(parent), sampled) == (40, 23, "Sampled=0")


def test_a_function_that_does_not_stream_gives_one_piece(tmp_path):
    pieces: list[bytes] = []

    async def keep(chunk):
        pieces.append(chunk)

    async def story():
        async with running(tmp_path) as room:
            return await room.invoke(room.function("def handler(e, c):\n    return 'all'\n"), on_chunk=keep)

    reply = asyncio.run(story())
    assert (pieces, reply.payload, reply.function_error) == ([b'"all"'], b"", None)


def test_an_error_is_no_piece(tmp_path):
    pieces: list[bytes] = []

    async def keep(chunk):
        pieces.append(chunk)

    async def story():
        async with running(tmp_path) as room:
            return await room.invoke(room.function("def handler(e, c):\n    1 / 0\n"), on_chunk=keep)

    reply = asyncio.run(story())
    assert pieces == []
    assert json.loads(reply.payload)["errorType"] == "ZeroDivisionError"
