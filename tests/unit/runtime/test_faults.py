"""AWS's texts."""

from __future__ import annotations

import json
import signal

import pytest

from lambada_labs.runtime import faults


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        (0, None, "Runtime exited without providing a reason"),
        (127, None, "Runtime exited with error: exit status 127"),
        (None, signal.SIGKILL, "Runtime exited with error: signal: killed"),
        (None, signal.SIGABRT, "Runtime exited with error: signal: aborted"),
        (None, signal.SIGUSR1, "Runtime exited with error: signal: user defined signal 1"),
        (None, 77, "Runtime exited with error: signal: signal 77"),
    ],
)
def test_how_a_runtime_ended(code, number, text):
    assert faults.exit_text(code, number) == text


def test_a_timeout():
    fault = faults.timed_out("r-1", 3, 1_700_000_000.5)
    assert fault.log == "2023-11-14T22:13:20.500Z r-1 Task timed out after 3.00 seconds\n\n"
    assert json.loads(fault.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: r-1 Error: Task timed out after 3.00 seconds",
    }


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Runtime.ImportModuleError", "Runtime.ImportModuleError"),
        ("Function.Mine", "Function.Mine"),
        ("Function.mine", "Function.Unknown"),
        ("KeyError", "Runtime.Unknown"),
        ("", "Runtime.Unknown"),
        (None, "Runtime.Unknown"),
    ],
)
def test_error_types_that_aws_takes(given, kept):
    assert faults.valid_error_type(given) == kept
