"""Bad settings and packages, refused with the words AWS has for each."""

from __future__ import annotations

import io
import zipfile

import pytest
from lambda_room import LAYERS, active, archive, create

from lambada_labs import facts


def _said(refused, client, **settings):
    return refused(create, client=client, **settings)[:2]


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (
            {"MemorySize": 64},
            "Value '64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
        ),
        (
            {"MemorySize": 10241},
            "Value '10241' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240",
        ),
        (
            {"Timeout": 901},
            "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
        ),
        (
            {"Timeout": 0},
            "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1",
        ),
        (
            {"EphemeralStorage": {"Size": 511}},
            "Value '511' at 'ephemeralStorage.size' failed to satisfy constraint: Member must have value greater than or equal to 512",
        ),
        (
            {"Role": "r1"},
            r"Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+",
        ),
        (
            {"Architectures": ["X86_64"]},
            "Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
        ),
        (
            {"Architectures": ["x86_64", "arm64"]},
            "Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
        ),
        (
            {"SnapStart": {"ApplyOn": "Nope"}},
            "Value 'Nope' at 'snapStart.applyOn' failed to satisfy constraint: Member must satisfy enum value set: [PublishedVersions, None]",
        ),
        (
            {"Environment": {"Variables": {"not-a-name": "1"}}},
            "Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
        ),
    ],
)
def test_a_broken_constraint_is_told_as_aws_tells_it(unchecked, refused, settings, text):
    assert _said(refused, unchecked, **settings) == (
        "ValidationException",
        f"1 validation error detected: {text}",
    )


def test_two_broken_constraints_are_told_together(unchecked, refused):
    _, text = _said(refused, unchecked, MemorySize=64, Timeout=901)
    assert text == (
        "2 validation errors detected: "
        "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900; "
        "Value '64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128"
    )


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        (
            "f" * 65,
            "InvalidParameterValueException",
            f"1 validation error detected: Value '{'f' * 65}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64",
        ),
        (
            "my-function!",
            "ValidationException",
            "1 validation error detected: Value 'my-function!' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ",
        ),
    ],
)
def test_bad_names_are_refused(unchecked, refused, name, code, text):
    seen = _said(refused, unchecked, name=name)
    assert seen[0] == code
    assert seen[1].startswith(text)


def test_an_unknown_runtime_is_refused_with_the_set_of_known_ones(client, refused):
    code, text = _said(refused, client, Runtime="python9.9")
    assert code == "InvalidParameterValueException"
    assert text.startswith(
        "Value python9.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: ["
    )
    assert text.endswith("] or be a valid ARN")
    named = text.partition("[")[2].partition("]")[0].split(", ")
    assert {"python3.12", "nodejs22.x", "provided.al2023", "java21"} <= set(named)
    assert "python2.7" not in named


def test_a_runtime_of_yesterday_is_refused(client, refused):
    assert _said(refused, client, Runtime="python3.7") == (
        "InvalidParameterValueException",
        (
            "The runtime parameter of python3.7 is no longer supported for creating or updating AWS Lambda functions. "
            "We recommend you use a supported runtime while creating or updating functions."
        ),
    )


@pytest.mark.parametrize("runtime", ["java21", "dotnet10", "ruby3.4", "provided.al2023", "nodejs24.x"])
def test_runtimes_this_machine_may_lack_are_accepted(client, runtime):
    assert create(client, Runtime=runtime)["Runtime"] == runtime


def test_five_kilobytes_of_environment_are_refused_with_what_was_measured(client, refused):
    code, text = _said(refused, client, Environment={"Variables": {"SMALL": "ok", "LARGE": "x" * 5000}})
    assert code == "InvalidParameterValueException"
    assert text == (
        "Lambda was unable to configure your environment variables because the environment variables you have "
        'provided exceeded the 4KB limit. String measured: {"SMALL":"ok","LARGE":"' + "x" * 5000 + '"}'
    )


def test_four_kilobytes_of_environment_fit_to_the_byte(client, refused):
    room_left = facts.number("limit.environment.bytes") - len('{"AA":""}')
    create(client, Environment={"Variables": {"AA": "x" * room_left}})
    code, _ = _said(refused, client, name="g", Environment={"Variables": {"AA": "x" * (room_left + 1)}})
    assert code == "InvalidParameterValueException"


def test_reserved_names_are_refused_by_name(client, refused):
    variables = {"AWS_REGION": "mars", "MINE": "1", "LAMBDA_TASK_ROOT": "/"}
    assert _said(refused, client, Environment={"Variables": variables}) == (
        "InvalidParameterValueException",
        (
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided contains reserved keys that are currently not supported for modification. "
            "Reserved keys used in this request: AWS_REGION, LAMBDA_TASK_ROOT"
        ),
    )


def test_what_is_no_zip_is_refused(client, refused):
    assert _said(refused, client, Code={"ZipFile": b"no zip at all"}) == (
        "InvalidParameterValueException",
        "Could not unzip uploaded file. Please check your file, then try to upload again.",
    )


def test_a_zip_that_climbs_out_of_its_folder_is_refused(client, refused):
    assert _said(refused, client, Code={"ZipFile": archive("x", "../../evil.py")})[0] == (
        "InvalidParameterValueException"
    )


def test_a_zip_bomb_is_refused_at_250_mb(client, refused):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped, zipped.open("big", "w") as big:
        for _ in range(251):
            big.write(bytes(1 << 20))
    assert _said(refused, client, Code={"ZipFile": buffer.getvalue()}) == (
        "InvalidParameterValueException",
        "Unzipped size must be smaller than 262144000 bytes",
    )


def test_a_zip_over_50_mb_and_a_request_over_its_limit_are_refused(client, refused):
    assert refused(create, client=client, Code={"ZipFile": bytes(52428801)}) == (
        "RequestEntityTooLargeException",
        "Zipped size must be smaller than 52428800 bytes",
        413,
    )
    assert refused(create, client=client, Code={"ZipFile": bytes(54_000_000)}) == (
        "RequestEntityTooLargeException",
        "Request must be smaller than 70167211 bytes for the CreateFunction operation",
        413,
    )


def test_a_function_of_zip_needs_code_runtime_and_handler(unchecked, refused):
    assert _said(refused, unchecked, Code={})[1] == "Please provide a source for function code."
    assert (
        refused(
            unchecked.create_function,
            FunctionName="f",
            Role="arn:aws:iam::123456789012:role/lambda-role",
            Code={"ZipFile": archive()},
        )[1]
        == "Runtime and Handler are mandatory parameters for functions created with deployment packages."
    )


def test_a_role_of_another_account_is_refused(client, refused):
    role = "arn:aws:iam::999999999999:role/lambda-role"
    assert refused(create, client=client, Role=role) == (
        "AccessDeniedException",
        "Cross-account pass role is not allowed.",
        403,
    )


def test_log_levels_need_the_json_format(client, refused):
    assert _said(refused, client, LoggingConfig={"ApplicationLogLevel": "DEBUG"})[1] == (
        'LogLevel is not supported when LogFormat is set to "Text". '
        'Remove LogLevel from your request or change the LogFormat to "Json" and try again.'
    )


def test_an_update_is_checked_like_a_creation(room, unchecked, refused):
    create(unchecked)
    active(unchecked)
    update = unchecked.update_function_configuration
    assert refused(update, FunctionName="f", Timeout=901)[0] == "ValidationException"
    assert refused(update, FunctionName="f", Runtime="python9.9")[0] == "InvalidParameterValueException"
    assert refused(update, FunctionName="f", Environment={"Variables": {"AWS_REGION": "x"}})[0] == (
        "InvalidParameterValueException"
    )
    assert active(unchecked)["Timeout"] == 3


def test_a_value_of_the_wrong_type_is_refused(unchecked, refused):
    assert _said(refused, unchecked, MemorySize="much") == (
        "SerializationException",
        "STRING_VALUE can not be converted to Integer",
    )


def test_a_body_that_is_no_json_is_refused(room):
    answer = room.answer(room.request("POST", "/2015-03-31/functions", b"{nope"))
    assert (answer.status, dict(answer.headers)["x-amzn-ErrorType"]) == (400, "SerializationException")


def test_layers_are_counted_found_and_told_apart(client, refused):
    for _ in range(2):
        client.publish_layer_version(LayerName="l", Content={"ZipFile": archive("y = 1", "python/y.py")})
    one, two = f"{LAYERS}:l:1", f"{LAYERS}:l:2"
    assert _said(refused, client, Layers=[one] * 6)[1] == "Cannot reference more than 5 layers."
    assert _said(refused, client, Layers=[one, two])[1] == (
        "Two different versions of the same layer are not allowed to be referenced in the same function. "
        f"{one} and {two} are versions of the same layer."
    )
    assert (
        _said(refused, client, Layers=[f"{LAYERS}:l:9"])[1] == f"Layer version {LAYERS}:l:9 does not exist."
    )
    far = "arn:aws:lambda:eu-west-1:123456789012:layer:l:1"
    assert _said(refused, client, Layers=[far])[1] == (
        "Layers are not in the same region as the function. Layers are expected to be in region us-east-1."
    )
