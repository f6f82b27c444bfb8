"""Names of runtime versions in the log."""

from __future__ import annotations

import pytest

from lambada_labs.model import FunctionConfig
from lambada_labs.runtime.log_text import runtime_version


@pytest.mark.parametrize(
    ("runtime", "name"),
    [
        ("python3.12", "python:3.12.v0"),
        ("nodejs22.x", "nodejs:22.v0"),
        ("provided.al2023", "provided:al2023.v0"),
        ("java21", "java:21.v0"),
        ("dotnet8", "dotnet:8.v0"),
    ],
)
def test_runtime_versions(runtime, name):
    function = FunctionConfig(
        account_id="123456789012",
        region="eu-west-1",
        name="f",
        handler="h.h",
        runtime=runtime,
        role_arn="arn:aws:iam::123456789012:role/r",
        code_sha256="",
    )
    assert runtime_version(function)[0] == name
    assert runtime_version(function)[1].startswith("arn:aws:lambda:eu-west-1::runtime:")
