"""The engine with other runtimes than Python's: Node, and a bootstrap in bash."""

from __future__ import annotations

import asyncio
import json
import re
import shutil

import pytest
from engine_room import running, until

WAYS = pytest.mark.parametrize("way", ["remap", "namespaces"])
NODE = pytest.mark.skipif(shutil.which("node") is None, reason="no node on this machine")
CURL = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")

BASH = """\
    #!/bin/bash
    api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
    echo "init $_HANDLER"
    while :; do
      event=$(curl -sS -D "$TMPDIR/head" "$api/invocation/next") || exit 1
      id=$(sed -n 's/^lambda-runtime-aws-request-id: *//Ip' "$TMPDIR/head" | tr -d '\\r')
      echo "got $event"
      curl -sS -o /dev/null "$api/invocation/$id/response" -d "{\\"echo\\": $event}"
      LINGER
    done
"""


def bash(linger=":"):
    return {"bootstrap": BASH.replace("LINGER", linger)}


def invoked(tmp_path, source, *, calls=1, way="remap", event=b"{}", settings=None, **configuration):
    async def story():
        async with running(tmp_path, way=way, **(settings or {})) as room:
            function = room.function(source, **configuration)
            return [await room.invoke(function, event) for _ in range(calls)], room.ports

    return asyncio.run(story())


@CURL
@WAYS
def test_a_bootstrap_in_bash(tmp_path, way):
    environment = {} if way == "remap" else {"TMPDIR": "/tmp"}
    (cold, warm), ports = invoked(
        tmp_path,
        bash(),
        calls=2,
        way=way,
        runtime="provided.al2023",
        event=b'{"a": 1}',
        environment=environment,
    )
    assert [json.loads(reply.payload) for reply in (cold, warm)] == [{"echo": {"a": 1}}] * 2
    assert (cold.record.cold, warm.record.cold) == (True, False)
    lines = [text for text in ports.messages if not re.match("START|END|REPORT|INIT_START", text)]
    assert lines == ["init handler.handler\n", 'got {"a": 1}\n', 'got {"a": 1}\n']


@CURL
def test_a_runtime_that_lingers_after_its_answer_keeps_its_environment_busy(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            function = room.function(
                bash('while [ ! -e "$TMPDIR/go" ]; do sleep 0.02; done'), runtime="provided.al2023"
            )
            first = await room.invoke(function)
            (view,) = room.engine.environments()
            second = await room.invoke(function)
            (room.run_dir / "environments" / view.environment_id / "tmp" / "go").touch()
            await until(
                lambda: "frozen" in {one.phase for one in room.engine.environments()}, "it came to rest"
            )
            third = await room.invoke(function)
            return first, second, third

    first, second, third = asyncio.run(story())
    assert [reply.record.cold for reply in (first, second, third)] == [True, True, False]
    assert third.record.environment_id == first.record.environment_id
    assert first.record.duration_ms > 100


@CURL
def test_a_lingering_runtime_ends_at_the_functions_timeout(tmp_path):
    async def story():
        async with running(tmp_path) as room:
            function = room.function(bash("sleep 60"), runtime="provided.al2023", timeout_s=1)
            reply = await room.invoke(function)
            await until(lambda: room.ports.phases[-1] == "killed", "its runtime was killed")
            again = await room.invoke(function)
            return reply, again

    reply, again = asyncio.run(story())
    assert (reply.function_error, again.function_error) == (None, None)
    assert reply.record.environment_id == again.record.environment_id
    assert again.record.init_ms is None


def test_a_package_without_bootstrap(tmp_path):
    (reply,), ports = invoked(tmp_path, {"readme.txt": "no program"}, runtime="provided.al2023")
    body = json.loads(reply.payload)
    assert body["errorType"] == "Runtime.InvalidEntrypoint"
    assert body["errorMessage"] == (
        f"RequestId: {reply.record.request_id} Error: "
        "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
    )
    heads = [text.split(" ", 1)[0] for text in ports.messages]
    assert heads == ["INIT_START", "INIT_REPORT", "INIT_REPORT", "START", "RequestId:", "END", "REPORT"]


@NODE
@WAYS
def test_a_node_handler(tmp_path, way):
    source = """
        let calls = 0;
        export const handler = async (event, context) => {
          console.log('hello', event.name);
          return { calls: ++calls, id: context.awsRequestId };
        };
    """
    replies, ports = invoked(
        tmp_path,
        {"index.mjs": source},
        calls=2,
        way=way,
        runtime="nodejs22.x",
        handler="index.handler",
        event=b'{"name": "Ada"}',
    )
    assert [json.loads(reply.payload) for reply in replies] == [
        {"calls": n, "id": reply.record.request_id} for n, reply in enumerate(replies, 1)
    ]
    lines = [text for text in ports.messages if "hello" in text]
    assert len(lines) == 2
    assert re.fullmatch(rf"\d{{4}}-[\d:.T-]+Z\t{replies[0].record.request_id}\tINFO\thello Ada\n?", lines[0])


STREAM = """
    const fs = require('fs');
    exports.handler = awslambda.streamifyResponse(async (event, stream) => {
      stream.write('one ');
      while (!fs.existsSync(`${process.env.TMPDIR ?? '/tmp'}/go`)) await new Promise(r => setTimeout(r, 10));
      if (event.fail) throw new RangeError('in the middle');
      stream.write('two');
      stream.end();
    });
"""


async def streamed(tmp_path, event):
    pieces: list[bytes] = []

    async def keep(chunk):
        pieces.append(chunk)

    async with running(tmp_path) as room:
        function = room.function({"index.js": STREAM}, runtime="nodejs22.x", handler="index.handler")
        call = asyncio.create_task(room.invoke(function, event, on_chunk=keep))
        await until(lambda: pieces == [b"one "], "the first piece came while the handler worked")
        (view,) = room.engine.environments()
        (room.run_dir / "environments" / view.environment_id / "tmp" / "go").touch()
        return pieces, await call


@NODE
def test_a_streamed_response_arrives_while_the_handler_works(tmp_path):
    pieces, reply = asyncio.run(streamed(tmp_path, b"{}"))
    assert pieces == [b"one ", b"two"]
    assert (reply.payload, reply.function_error, reply.record.outcome) == (b"", None, "success")


@NODE
def test_an_error_in_the_middle_of_a_stream(tmp_path):
    pieces, reply = asyncio.run(streamed(tmp_path, b'{"fail": true}'))
    assert pieces == [b"one "]
    assert reply.function_error == "Unhandled"
    assert json.loads(reply.payload)["errorMessage"] == "in the middle"
