"""The bad input of the issue through a local cloud: AWS's own error for each."""

from __future__ import annotations

import io
import zipfile

import pytest
from botocore.config import Config
from functions_kit import ECHO, TRUST, answer_of, archive, create, make_role, ready, refusal

ONE_ERROR = "1 validation error detected: Value "


@pytest.fixture(scope="module")
def unchecked(cloud):
    """A client that leaves the checking to the service."""
    return cloud.client("lambda", config=Config(parameter_validation=False))


@pytest.fixture(scope="module")
def client(cloud):
    return ready(cloud, "echo")


def _create(client, cloud, **settings):
    least = {
        "FunctionName": "bad",
        "Runtime": "python3.12",
        "Role": make_role(cloud),
        "Handler": "index.handler",
        "Code": {"ZipFile": archive()},
    }
    return refusal(client.create_function, **(least | settings))


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (
            {"MemorySize": 64},
            "'64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
        ),
        (
            {"MemorySize": 10241},
            "'10241' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240",
        ),
        (
            {"Timeout": 901},
            "'901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
        ),
    ],
)
def test_memory_64_and_timeout_901_are_refused(unchecked, cloud, setting, said):
    assert _create(unchecked, cloud, **setting) == ("ValidationException", ONE_ERROR + said, 400)


def test_the_bounds_of_memory_and_timeout_are_taken(cloud):
    least = create(cloud, "least", MemorySize=128, Timeout=1)
    most = create(cloud, "most", MemorySize=10240, Timeout=900)
    assert (least["MemorySize"], least["Timeout"]) == (128, 1)
    assert (most["MemorySize"], most["Timeout"]) == (10240, 900)


def test_an_unknown_runtime_is_refused_with_those_that_exist(unchecked, cloud):
    code, text, status = _create(unchecked, cloud, Runtime="python9.9")
    assert (code, status) == ("InvalidParameterValueException", 400)
    assert text.startswith(
        "Value python9.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: ["
    )
    assert "python3.12" in text


def test_a_runtime_of_yesterday_is_refused(unchecked, cloud):
    text = _create(unchecked, cloud, Runtime="python3.7")[1]
    assert text.startswith(
        "The runtime parameter of python3.7 is no longer supported for creating or updating"
    )


def test_five_kilobytes_of_environment_are_refused(unchecked, cloud):
    code, text, _ = _create(unchecked, cloud, Environment={"Variables": {"LARGE": "x" * 5000}})
    assert code == "InvalidParameterValueException"
    assert text.endswith('exceeded the 4KB limit. String measured: {"LARGE":"' + "x" * 5000 + '"}')


def test_reserved_names_are_refused(unchecked, cloud):
    text = _create(unchecked, cloud, Environment={"Variables": {"AWS_REGION": "mars"}})[1]
    assert text.endswith("Reserved keys used in this request: AWS_REGION")


def test_an_unknown_role_and_one_that_does_not_trust_lambda_are_refused(unchecked, cloud):
    cannot = (
        "InvalidParameterValueException",
        "The role defined for the function cannot be assumed by Lambda.",
        400,
    )
    assert _create(unchecked, cloud, Role=make_role(cloud) + "-unknown") == cannot
    trust = {**TRUST, "Statement": [{**TRUST["Statement"][0], "Principal": {"Service": "ec2.amazonaws.com"}}]}
    assert _create(unchecked, cloud, Role=make_role(cloud, "ec2-role", trust)) == cannot


def test_an_unknown_function_is_named(client, cloud):
    code, text, status = refusal(client.invoke, FunctionName="nobody")
    assert (code, status) == ("ResourceNotFoundException", 404)
    assert (
        text
        == f"Function not found: arn:aws:lambda:{cloud.region}:{cloud.account_id}:function:nobody:$LATEST"
    )


def test_an_event_that_is_no_json_is_refused(client):
    code, text, status = refusal(client.invoke, FunctionName="echo", Payload=b"hello")
    assert (code, status) == ("InvalidRequestContentException", 400)
    assert text.startswith(
        "Could not parse request body into json: Could not parse payload into json: Unrecognized token 'hello'"
    )


def test_a_7_mb_event_is_refused(client):
    assert refusal(client.invoke, FunctionName="echo", Payload=b'"' + b"x" * 7_000_000 + b'"') == (
        "RequestEntityTooLargeException",
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
        413,
    )


@pytest.mark.parametrize(
    ("name", "broken", "error_type", "said"),
    [
        (
            "wrong-handler",
            (ECHO, "index.none"),
            "Runtime.HandlerNotFound",
            "Handler 'none' missing on module 'index'",
        ),
        (
            "no-module",
            (ECHO, "absent.handler"),
            "Runtime.ImportModuleError",
            "Unable to import module 'absent': No module named 'absent'",
        ),
        ("not-a-name", (ECHO, "handler"), "Runtime.MalformedHandlerName", "Bad handler 'handler'"),
        (
            "syntax",
            ("def handler(event, context)\n", "index.handler"),
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'index'",
        ),
    ],
)
def test_broken_code_is_told_by_the_invocation(cloud, name, broken, error_type, said):
    code, handler = broken
    client = ready(cloud, name, code, Handler=handler)
    answer = client.invoke(FunctionName=name)
    body = answer_of(answer)
    assert (answer["FunctionError"], body["errorType"]) == ("Unhandled", error_type)
    assert body["errorMessage"].startswith(said)


def test_a_zip_without_the_handler_is_taken_and_told_by_the_invocation(cloud):
    client = ready(cloud, "empty-handed", {"readme.txt": "no code here"})
    body = answer_of(client.invoke(FunctionName="empty-handed"))
    assert body["errorType"] == "Runtime.ImportModuleError"
    assert body["errorMessage"].startswith("Unable to import module 'index': No module named 'index'")


def test_what_is_no_zip_is_refused(unchecked, cloud):
    assert _create(unchecked, cloud, Code={"ZipFile": b"certainly no zip"})[:2] == (
        "InvalidParameterValueException",
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
    )


def test_a_zip_slip_is_refused(unchecked, cloud):
    slip = archive({"../../../evil.py": "x = 1"})
    assert _create(unchecked, cloud, Code={"ZipFile": slip})[0] == "InvalidParameterValueException"


def test_a_zip_bomb_is_refused_at_250_mb_unzipped(unchecked, cloud):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped, zipped.open("big", "w") as big:
        for _ in range(251):
            big.write(bytes(1 << 20))
    assert _create(unchecked, cloud, Code={"ZipFile": buffer.getvalue()})[:2] == (
        "InvalidParameterValueException",
        "Unzipped size must be smaller than 262144000 bytes",
    )


def test_a_zip_over_50_mb_is_refused(unchecked, cloud):
    assert _create(unchecked, cloud, Code={"ZipFile": bytes(52428801)}) == (
        "RequestEntityTooLargeException",
        "Zipped size must be smaller than 52428800 bytes",
        413,
    )
