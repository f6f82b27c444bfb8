"""What goes wrong in handlers and runtimes, and what AWS answers then."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from engine_room import running

ANSWER = "    return 'fine'\n"


def failed(tmp_path, source, *, calls=1, event=b"{}", settings=None, **configuration):
    """The replies of `calls` invocations, and the ports."""

    async def story():
        async with running(tmp_path, **(settings or {})) as room:
            function = room.function(source, **configuration)
            return [await room.invoke(function, event) for _ in range(calls)], room.ports

    return asyncio.run(story())


def test_a_handler_that_raises(tmp_path):
    (reply,), ports = failed(tmp_path, "def handler(event, context):\n    raise ValueError('no')\n")
    body = json.loads(reply.payload)
    assert reply.function_error == "Unhandled"
    assert (body["errorType"], body["errorMessage"]) == ("ValueError", "no")
    assert body["requestId"] == reply.record.request_id
    assert body["stackTrace"] == [
        "  File \"/var/task/handler.py\", line 2, in handler\n    raise ValueError('no')\n"
    ]
    assert (reply.record.outcome, reply.record.status) == ("error", None)
    assert ports.phases[:3] == ["init", "invoke", "frozen"]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("sys.exit(0)", "Runtime exited without providing a reason"),
        ("os._exit(3)", "Runtime exited with error: exit status 3"),
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
        ("os.kill(os.getpid(), 11)", "Runtime exited with error: signal: segmentation fault"),
    ],
)
def test_a_runtime_that_ends(tmp_path, statement, message):
    source = f"import os, sys\ndef handler(event, context):\n    {statement}\n"
    (reply,), ports = failed(tmp_path, source)
    request_id = reply.record.request_id
    assert json.loads(reply.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: {message}",
    }
    assert (reply.record.status, reply.record.error_type) == ("error", "Runtime.ExitError")
    assert f"RequestId: {request_id} Error: {message}\nRuntime.ExitError\n" in ports.messages


def test_the_environment_of_a_crash_goes_on_with_an_init_inside_the_next_call(tmp_path):
    source = """
        import os, time
        time.sleep(0.2)
        def handler(event, context):
            open("/tmp/calls", "a").write("x")
            if open("/tmp/calls").read() == "x":
                os._exit(1)
            return open("/tmp/calls").read()
    """
    (first, second), ports = failed(tmp_path, source, calls=2)
    assert first.function_error == "Unhandled"
    assert json.loads(second.payload) == "xx"
    assert first.record.environment_id == second.record.environment_id
    assert first.record.log_stream == second.record.log_stream
    assert second.record.init_ms is None
    assert second.record.duration_ms > 200
    assert ports.phases[:5] == ["init", "invoke", "killed", "init", "invoke"]


def test_a_timeout_resets_globals_and_keeps_tmp(tmp_path):
    source = """
        import os, time
        calls = 0
        def handler(event, context):
            global calls
            calls += 1
            if not os.path.exists("/tmp/seen"):
                open("/tmp/seen", "w").close()
                time.sleep(60)
            return calls
    """
    (slow, quick), ports = failed(tmp_path, source, calls=2, timeout_s=1)
    request_id = slow.record.request_id
    assert json.loads(slow.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds",
    }
    assert slow.record.duration_ms == 1000
    assert (slow.record.outcome, slow.record.status) == ("timeout", "timeout")
    assert json.loads(quick.payload) == 1
    assert quick.record.environment_id == slow.record.environment_id
    line = next(text for text in ports.messages if "Task timed out" in text)
    assert re.fullmatch(
        rf"\d{{4}}-\d\d-\d\dT[\d:.]{{12}}Z {request_id} Task timed out after 1.00 seconds\n\n", line
    )
    report = next(text for text in ports.messages if text.startswith("REPORT"))
    assert "\tDuration: 1000.00 ms\t" in report
    assert report.endswith("\tStatus: timeout\n")


def test_a_timeout_ends_a_handler_that_computes(tmp_path):
    (reply,), _ = failed(tmp_path, "def handler(event, context):\n    while True: pass\n", timeout_s=1)
    assert json.loads(reply.payload)["errorType"] == "Sandbox.Timedout"


INIT_ERRORS = [
    (
        "import nothing_of_this_name\n",
        "handler.handler",
        "Runtime.ImportModuleError",
        "Unable to import module 'handler'",
    ),
    ("def handler(:\n", "handler.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'handler'"),
    (
        "x = 1\n",
        "handler.missing",
        "Runtime.HandlerNotFound",
        "Handler 'missing' missing on module 'handler'",
    ),
    ("x = 1\n", "handler", "Runtime.MalformedHandlerName", "Bad handler 'handler'"),
    ("x = 1\n", "other.handler", "Runtime.ImportModuleError", "Unable to import module 'other'"),
]


@pytest.mark.parametrize(("source", "handler", "error_type", "message"), INIT_ERRORS)
def test_an_init_error_is_tried_twice_and_answered_as_the_runtime_reported_it(
    tmp_path, source, handler, error_type, message
):
    (reply,), ports = failed(tmp_path, source, handler=handler)
    body = json.loads(reply.payload)
    assert body["errorType"] == error_type
    assert body["errorMessage"].startswith(message)
    assert body["requestId"] == ""
    assert reply.function_error == "Unhandled"
    assert reply.record.init_ms is None
    assert (reply.record.status, reply.record.error_type) == ("error", error_type)
    reports = [text for text in ports.messages if text.startswith("INIT_REPORT")]
    pattern = r"INIT_REPORT Init Duration: [\d.]+ ms\tPhase: {}\tStatus: error\tError Type: {}\n"
    assert [
        bool(re.fullmatch(pattern.format(phase, re.escape(error_type)), text))
        for phase, text in zip(("init", "invoke"), reports, strict=True)
    ] == [True, True]


def test_an_init_that_ends_the_process(tmp_path):
    (reply,), ports = failed(tmp_path, "import os\nos._exit(7)\n")
    message = f"RequestId: {reply.record.request_id} Error: Runtime exited with error: exit status 7"
    assert json.loads(reply.payload) == {"errorType": "Runtime.ExitError", "errorMessage": message}
    heads = [text.split(" ", 1)[0] for text in ports.messages]
    assert heads == ["INIT_START", "INIT_REPORT", "INIT_REPORT", "START", "RequestId:", "END", "REPORT"]


def test_an_init_that_fails_once_is_forgiven_and_hidden_in_the_duration(tmp_path):
    source = """
        import os, time
        if not os.path.exists("/tmp/tried"):
            open("/tmp/tried", "w").close()
            raise RuntimeError("not yet")
        time.sleep(0.2)
        def handler(event, context):
            return "second try"
    """
    (reply, warm), ports = failed(tmp_path, source, calls=2)
    assert json.loads(reply.payload) == "second try"
    assert reply.record.init_ms is None
    assert reply.record.duration_ms > 200
    assert (warm.record.init_ms, warm.record.duration_ms < 200) == (None, True)
    assert [text.split("\t")[1:] for text in ports.messages if text.startswith("INIT_REPORT")] == [
        ["Phase: init", "Status: error", "Error Type: Runtime.Unknown\n"]
    ]


def test_an_init_above_its_limit_starts_again_with_the_functions_timeout(tmp_path):
    source = "import time\ntime.sleep(1.5)\ndef handler(event, context):\n    return 'late'\n"
    (reply,), ports = failed(tmp_path, source, settings={"init_timeout_s": 0.5}, timeout_s=10)
    assert json.loads(reply.payload) == "late"
    assert reply.record.init_ms is None
    assert reply.record.duration_ms > 1500
    (report,) = [text for text in ports.messages if text.startswith("INIT_REPORT")]
    assert report.endswith("\tPhase: init\tStatus: timeout\n")


def test_an_init_that_never_ends_times_out_as_the_function(tmp_path):
    source = "import time\ntime.sleep(60)\n"
    (reply,), ports = failed(tmp_path, source, settings={"init_timeout_s": 0.3}, timeout_s=1)
    assert json.loads(reply.payload)["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert (reply.record.outcome, reply.record.duration_ms) == ("timeout", 1000)
    phases = [text.split("\t")[1] for text in ports.messages if text.startswith("INIT_REPORT")]
    assert phases == ["Phase: init", "Phase: invoke"]


def test_more_memory_than_configured_kills_the_runtime(tmp_path):
    source = """
        import time
        def handler(event, context):
            hog = bytearray(300 * 1024 * 1024)
            time.sleep(30)
    """
    (reply,), ports = failed(tmp_path, source, memory_mb=128, timeout_s=20)
    message = f"RequestId: {reply.record.request_id} Error: Runtime exited with error: signal: killed"
    assert json.loads(reply.payload) == {"errorType": "Runtime.ExitError", "errorMessage": message}
    assert reply.record.max_memory_used_mb == 128
    assert (reply.record.status, reply.record.error_type) == ("error", "Runtime.OutOfMemory")
    assert reply.record.duration_ms < 10_000
    assert ports.messages[-1].endswith("\tStatus: error\tError Type: Runtime.OutOfMemory\n")


def test_memory_that_was_too_much_between_two_looks_counts_too(tmp_path):
    source = "def handler(event, context):\n    return len(bytearray(300 * 1024 * 1024))\n"
    (reply,), _ = failed(tmp_path, source, memory_mb=128, settings={"sampling_s": 3600})
    assert json.loads(reply.payload)["errorMessage"].endswith("signal: killed")


def test_memory_of_child_processes_counts(tmp_path):
    source = """
        import subprocess, sys
        def handler(event, context):
            subprocess.run([sys.executable, "-S", "-c", "import time; x = bytearray(300 << 20); time.sleep(30)"])
    """
    (reply,), _ = failed(tmp_path, source, memory_mb=128, timeout_s=20)
    assert reply.record.error_type == "Runtime.OutOfMemory"


def test_memory_used_is_measured(tmp_path):
    source = "hog = []\ndef handler(event, context):\n    hog.append(b'x' * (event['mb'] << 20))\n"
    _, ports = failed(tmp_path, source, calls=2, event=b'{"mb": 60}', memory_mb=512)
    first, second = (record.max_memory_used_mb for record in ports.records)
    assert 65 < first < 120
    assert 120 < second < 200


def test_a_response_above_6_mb(tmp_path):
    source = "def handler(event, context):\n    return 'x' * event['n']\n"
    (reply,), _ = failed(tmp_path, source, event=b'{"n": 7000000}', memory_mb=512)
    assert json.loads(reply.payload) == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }
    assert reply.function_error == "Unhandled"
    assert reply.record.error_type == "Function.ResponseSizeTooLarge"


def test_a_response_of_just_6_mb(tmp_path):
    source = "def handler(event, context):\n    return 'x' * event['n']\n"
    (reply,), _ = failed(tmp_path, source, event=b'{"n": 6291554}', memory_mb=512)
    assert reply.function_error is None
    assert len(reply.payload) == 6291556


def test_a_6_mb_event(tmp_path):
    source = "def handler(event, context):\n    return len(event['x'])\n"
    (reply,), _ = failed(tmp_path, source, event=b'{"x": "' + b"y" * 6_000_000 + b'"}', memory_mb=512)
    assert json.loads(reply.payload) == 6_000_000


def test_a_response_that_is_no_json(tmp_path):
    (reply,), _ = failed(tmp_path, "def handler(event, context):\n    return object()\n")
    assert json.loads(reply.payload)["errorType"] == "Runtime.MarshalError"


def test_a_runtime_that_this_machine_cannot_run_says_what_to_install(tmp_path):
    (reply,), ports = failed(tmp_path, "x = 1\n", runtime="dotnet10")
    body = json.loads(reply.payload)
    assert body["errorType"] == "Runtime.Unavailable"
    assert "dotnet10 cannot run on this machine" in body["errorMessage"]
    assert [text.split(" ", 1)[0] for text in ports.messages] == [
        "INIT_START",
        "START",
        "RequestId:",
        "END",
        "REPORT",
    ]
