"""The log of an execution environment, line for line, as AWS writes it."""

from __future__ import annotations

import asyncio
import json
import re

from engine_room import running, until

REPORT = (
    r"REPORT RequestId: {id}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
    r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\t"
)


def invoked(tmp_path, source, *, calls=1, event=b"{}", **configuration):
    async def story():
        async with running(tmp_path) as room:
            function = room.function(source, **configuration)
            return [await room.invoke(function, event) for _ in range(calls)], room.ports

    return asyncio.run(story())


def test_a_cold_call_then_a_warm_one(tmp_path):
    source = "print('init')\ndef handler(event, context):\n    print('one')\n    print('two')\n"
    (cold, warm), ports = invoked(tmp_path, source, calls=2)
    first, second = cold.record.request_id, warm.record.request_id
    expected = [
        r"INIT_START Runtime Version: python:3\.\d+\.v0\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:\w{64}\n",
        "init\n",
        rf"START RequestId: {first} Version: \$LATEST\n",
        "one\n",
        "two\n",
        f"END RequestId: {first}\n",
        REPORT.format(id=first) + r"Init Duration: [\d.]+ ms\t\n",
        rf"START RequestId: {second} Version: \$LATEST\n",
        "one\n",
        "two\n",
        f"END RequestId: {second}\n",
        REPORT.format(id=second) + r"\n",
    ]
    assert [bool(re.fullmatch(want, text)) for want, text in zip(expected, ports.messages, strict=True)] == [
        True
    ] * 12
    assert warm.log_tail.decode() == "".join(ports.messages[7:])
    assert cold.log_tail.decode() == "".join(ports.messages[1:7])


def test_group_and_stream_are_named_as_on_aws(tmp_path):
    (reply,), ports = invoked(tmp_path, "def handler(event, context):\n    return context.log_stream_name\n")
    ((group, stream),) = {(group, stream) for group, stream, *_ in ports.logs}
    assert group == "/aws/lambda/hello"
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)
    assert json.loads(reply.payload) == stream == reply.record.log_stream


def test_prints_and_log_records_keep_their_order_and_their_borders(tmp_path):
    source = """
        import logging, sys
        logger = logging.getLogger()
        logger.setLevel("INFO")
        def handler(event, context):
            for n in range(20):
                print("print", n)
                logger.info("line %d\\nof two", n)
                print("error", n, file=sys.stderr)
    """
    (reply,), ports = invoked(tmp_path, source)
    seen = [
        re.sub(r"\d{4}-.*Z", "TIME", text)
        for text in ports.messages
        if not re.match("INIT|START|END|REPORT", text)
    ]
    request_id = reply.record.request_id
    assert seen == [
        text
        for n in range(20)
        for text in (f"print {n}\n", f"[INFO]\tTIME\t{request_id}\tline {n}\nof two\n", f"error {n}\n")
    ]


def test_a_traceback_is_one_event(tmp_path):
    (_,), ports = invoked(tmp_path, "def handler(event, context):\n    raise ValueError('no')\n")
    (event,) = [text for text in ports.messages if text.startswith("[ERROR]")]
    assert event == (
        "[ERROR] ValueError: no\nTraceback (most recent call last):\n"
        '\u00a0\u00a0File "/var/task/handler.py", line 2, in handler\n'
        "\u00a0\u00a0\u00a0\u00a0raise ValueError('no')"
    )


def test_the_tail_is_the_last_4_kb(tmp_path):
    source = "def handler(event, context):\n    for n in range(2000): print('line', n)\n"
    (reply,), ports = invoked(tmp_path, source)
    whole = "".join(ports.messages).encode()
    assert len(reply.log_tail) == 4096
    assert whole.endswith(reply.log_tail)


def test_nothing_is_lost_of_a_megabyte(tmp_path):
    source = "def handler(event, context):\n    for n in range(10000): print(n, 'x' * 100)\n"
    (_,), ports = invoked(tmp_path, source)
    numbers = [int(text.split()[0]) for text in ports.messages if text[0].isdigit()]
    assert numbers == list(range(10000))


def test_times_never_run_backwards(tmp_path):
    source = (
        "import logging\ndef handler(event, context):\n    for n in range(50): print(n); logging.warning(n)\n"
    )
    _, ports = invoked(tmp_path, source, calls=3)
    times = [at for _, _, at, _ in ports.logs]
    assert times == sorted(times)


def test_a_line_shows_while_the_handler_still_works(tmp_path):
    source = """
        import os, time
        def handler(event, context):
            print("first")
            while not os.path.exists("/tmp/go"):
                time.sleep(0.01)
    """

    async def story():
        async with running(tmp_path) as room:
            call = asyncio.create_task(room.invoke(room.function(source)))
            await until(lambda: "first\n" in room.ports.messages, "the first line")
            early = [text.split(" ")[0] for text in room.ports.messages]
            environment = room.engine.environments()[0].environment_id
            (room.run_dir / "environments" / environment / "tmp" / "go").touch()
            await call
            return early

    assert asyncio.run(story()) == ["INIT_START", "START", "first\n"]


def test_the_json_format(tmp_path):
    source = """
        import logging
        logger = logging.getLogger()
        def handler(event, context):
            logger.info("hello")
            logger.debug("not this")
            print("plain")
    """
    (reply,), ports = invoked(tmp_path, source, log_format="JSON")
    start, hello, plain, report = ports.messages[1:]
    assert json.loads(ports.messages[0])["type"] == "platform.initStart"
    assert json.loads(start)["record"]["requestId"] == reply.record.request_id
    assert (json.loads(hello)["message"], json.loads(hello)["level"]) == ("hello", "INFO")
    assert plain == "plain\n"
    body = json.loads(report)
    assert (body["type"], body["record"]["status"]) == ("platform.report", "success")
    assert body["record"]["metrics"]["billedDurationMs"] == reply.record.billed_ms


def test_the_system_log_level_decides_on_platform_events(tmp_path):
    kinds = {}
    for level in ("DEBUG", "WARN"):
        source = "def handler(event, context):\n    pass\n"
        _, ports = invoked(tmp_path / level, source, log_format="JSON", system_log_level=level)
        kinds[level] = [json.loads(text)["type"] for text in ports.messages]
    assert kinds == {
        "DEBUG": [
            "platform.initStart",
            "platform.initReport",
            "platform.start",
            "platform.runtimeDone",
            "platform.report",
        ],
        "WARN": [],
    }


def test_a_failed_init_in_the_json_format(tmp_path):
    _, ports = invoked(tmp_path, "import nothing_of_this_name\n", log_format="JSON", system_log_level="WARN")
    platform = [event for event in map(json.loads, ports.messages) if "type" in event]
    assert [(event["type"], event["record"]["status"]) for event in platform] == [
        ("platform.initReport", "error"),
        ("platform.initReport", "error"),
        ("platform.runtimeDone", "error"),
        ("platform.report", "error"),
    ]


def test_another_log_group(tmp_path):
    _, ports = invoked(tmp_path, "def handler(event, context):\n    pass\n", log_group="/mine")
    assert {group for group, *_ in ports.logs} == {"/mine"}
