"""Event invoke configurations, dead letters and recursion settings: AWS's answers and refusals, member by member."""

from __future__ import annotations

import pytest
from lambda_room import ACCOUNT, FUNCTIONS, REGION, active, create, until

from lambada_labs.cloud.local.functions.intake import event_target, submit_event
from lambada_labs.runtime import lineage
from lambada_labs.runtime.ports import Throttled

QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:t"
LATEST = f"{FUNCTIONS}/f:$LATEST".replace("/", ":")
NO_CONFIG = "The function {} doesn't have an EventInvokeConfig"


@pytest.fixture
def function(client):
    create(client)
    active(client)
    return client


def shown(answer):
    return {name: value for name, value in answer.items() if name not in ("ResponseMetadata", "LastModified")}


def test_put_replaces_all_and_update_keeps_the_rest(function):
    def put(**given):
        return shown(function.put_function_event_invoke_config(FunctionName="f", **given))

    nowhere = {"OnFailure": {}, "OnSuccess": {}}
    assert put(MaximumEventAgeInSeconds=60, MaximumRetryAttempts=2) == {
        "FunctionArn": LATEST,
        "MaximumEventAgeInSeconds": 60,
        "MaximumRetryAttempts": 2,
        "DestinationConfig": nowhere,
    }
    updated = shown(function.update_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=0))
    assert updated == {
        "FunctionArn": LATEST,
        "MaximumEventAgeInSeconds": 60,
        "MaximumRetryAttempts": 0,
        "DestinationConfig": nowhere,
    }
    assert shown(function.get_function_event_invoke_config(FunctionName="f", Qualifier="$LATEST")) == updated
    assert put(DestinationConfig={"OnFailure": {"Destination": QUEUE}}) == {
        "FunctionArn": LATEST,
        "DestinationConfig": {"OnFailure": {"Destination": QUEUE}, "OnSuccess": {}},
    }


def test_last_modified_is_a_moment(function):
    answer = function.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=1)
    assert answer["LastModified"].year >= 2026


def test_versions_and_aliases_have_configurations_that_are_listed_and_end_with_them(function):
    function.publish_version(FunctionName="f")
    function.create_alias(FunctionName="f", Name="prod", FunctionVersion="1")
    for name in ("f", "f:1", "f:prod"):
        function.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1)

    def listed():
        found = function.list_function_event_invoke_configs(FunctionName="f")["FunctionEventInvokeConfigs"]
        return [one["FunctionArn"].rpartition(":")[2] for one in found]

    assert listed() == ["$LATEST", "1", "prod"]
    page = function.list_function_event_invoke_configs(FunctionName="f", MaxItems=2)
    rest = function.list_function_event_invoke_configs(FunctionName="f", Marker=page["NextMarker"])
    assert len(rest["FunctionEventInvokeConfigs"]) == 1
    function.delete_alias(FunctionName="f", Name="prod")
    function.delete_function(FunctionName="f", Qualifier="1")
    assert listed() == ["$LATEST"]
    function.delete_function_event_invoke_config(FunctionName="f")
    assert listed() == []


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (
            {},
            (
                "InvalidParameterValueException",
                "You must specify at least one of error handling or destination setting.",
            ),
        ),
        (
            {"FunctionName": "nobody", "MaximumRetryAttempts": 1},
            ("ResourceNotFoundException", "The function doesn't exist."),
        ),
        (
            {"Qualifier": "nothing", "MaximumRetryAttempts": 1},
            ("ResourceNotFoundException", "The function doesn't exist."),
        ),
        (
            {"FunctionName": "f:prod", "Qualifier": "1", "MaximumRetryAttempts": 1},
            (
                "InvalidParameterValueException",
                "The derived qualifier from the function name does not match the specified qualifier.",
            ),
        ),
        (
            {"MaximumRetryAttempts": 3},
            (
                "ValidationException",
                "1 validation error detected: Value '3' at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value less than or equal to 2",
            ),
        ),
        (
            {"MaximumEventAgeInSeconds": 59},
            (
                "ValidationException",
                "1 validation error detected: Value '59' at 'maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value greater than or equal to 60",
            ),
        ),
        (
            {"MaximumEventAgeInSeconds": 21601},
            (
                "ValidationException",
                "1 validation error detected: Value '21601' at 'maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value less than or equal to 21600",
            ),
        ),
    ],
)
def test_what_is_refused(client, unchecked, refused, given, refusal):
    create(client)
    wanted = {"FunctionName": "f", **given}
    assert refused(unchecked.put_function_event_invoke_config, **wanted)[:2] == refusal


@pytest.mark.parametrize(
    ("success", "failure", "text"),
    [
        (
            f"arn:aws:iam:{REGION}:{ACCOUNT}:function:f",
            None,
            (
                "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination="
                f"arn:aws:iam:{REGION}:{ACCOUNT}:function:f), onFailure=null) is invalid."
            ),
        ),
        (
            "arn:aws:s3:::bucket",
            None,
            (
                "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination="
                "arn:aws:s3:::bucket), onFailure=null) is invalid."
            ),
        ),
        (
            QUEUE,
            "kafka://topic",
            (
                f"The provided destination config DestinationConfig(onSuccess=OnSuccess(destination={QUEUE}), "
                "onFailure=OnFailure(destination=kafka://topic)) is invalid."
            ),
        ),
        (f"{FUNCTIONS}:gone", None, f"The destination ARN {FUNCTIONS}:gone is invalid."),
        (None, f"{FUNCTIONS}:f", "You can't specify the function as a destination for itself."),
        (None, f"{FUNCTIONS}:f:prod", "You can't specify the function as a destination for itself."),
        (
            None,
            f"{QUEUE}-forbidden",
            (
                "The function's execution role does not have permissions to call SendMessage on "
                f"{QUEUE}-forbidden"
            ),
        ),
        (
            None,
            "arn:aws:s3:::forbidden",
            (
                "The function's execution role does not have permissions to call PutObject on "
                "arn:aws:s3:::forbidden"
            ),
        ),
    ],
)
def test_destinations_that_are_refused(client, refused, success, failure, text):
    create(client)
    config = {
        name: {"Destination": arn} for name, arn in (("OnSuccess", success), ("OnFailure", failure)) if arn
    }
    seen = refused(client.put_function_event_invoke_config, FunctionName="f", DestinationConfig=config)
    assert seen == ("InvalidParameterValueException", text, 400)
    assert client.list_function_event_invoke_configs(FunctionName="f")["FunctionEventInvokeConfigs"] == []


@pytest.mark.parametrize("call", ["get", "delete"])
@pytest.mark.parametrize(
    ("name", "arn"), [("f", "f:$LATEST"), ("f:no", "f:no"), ("nobody", "nobody:$LATEST")]
)
def test_a_configuration_that_is_not_there(client, refused, call, name, arn):
    create(client)
    seen = refused(getattr(client, f"{call}_function_event_invoke_config"), FunctionName=name)
    assert seen == ("ResourceNotFoundException", NO_CONFIG.format(f"{FUNCTIONS}:{arn}"), 404)


def test_update_needs_a_configuration(function, refused):
    seen = refused(function.update_function_event_invoke_config, FunctionName="f", MaximumRetryAttempts=1)
    assert seen == ("ResourceNotFoundException", NO_CONFIG.format(LATEST), 404)


def test_a_dead_letter_queue_is_locked_into_versions(function):
    function.update_function_configuration(FunctionName="f", DeadLetterConfig={"TargetArn": QUEUE})
    active(function)
    function.publish_version(FunctionName="f")
    function.update_function_configuration(FunctionName="f", DeadLetterConfig={"TargetArn": ""})
    seen = [active(function), function.get_function_configuration(FunctionName="f", Qualifier="1")]
    assert [one.get("DeadLetterConfig") for one in seen] == [None, {"TargetArn": QUEUE}]


def test_a_dead_letter_target_of_another_kind_is_refused(client, refused):
    code, text, _ = refused(create, client=client, DeadLetterConfig={"TargetArn": "arn:aws:s3:::bucket"})
    assert code == "InvalidParameterValueException"
    assert text.startswith("The provided dead letter target arn:aws:s3:::bucket is invalid")


@pytest.mark.parametrize(("arn", "call"), [(QUEUE, "SendMessage on SQS"), (TOPIC, "Publish on SNS")])
def test_a_role_without_the_right_gets_no_dead_letter_target(client, refused, arn, call):
    config = {"TargetArn": f"{arn}-forbidden"}
    text = f"The provided execution role does not have permissions to call {call}"
    assert refused(create, client=client, DeadLetterConfig=config)[:2] == (
        "InvalidParameterValueException",
        text,
    )
    create(client)
    active(client)
    update = client.update_function_configuration
    assert refused(update, FunctionName="f", DeadLetterConfig=config)[1] == text


def test_recursion_configuration(function, refused):
    assert function.get_function_recursion_config(FunctionName="f")["RecursiveLoop"] == "Terminate"
    assert (
        function.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")["RecursiveLoop"]
        == "Allow"
    )
    assert function.get_function_recursion_config(FunctionName="f")["RecursiveLoop"] == "Allow"
    code, text, _ = refused(
        function.put_function_recursion_config, FunctionName="f", RecursiveLoop="InvalidValue"
    )
    assert code == "ValidationException"
    assert text.startswith("1 validation error detected: Value 'InvalidValue' at 'recursiveLoop' failed")
    assert (
        refused(function.get_function_recursion_config, FunctionName="nobody")[0]
        == "ResourceNotFoundException"
    )


def traced(room, trace_id):
    """What Invoke makes of a trace header: status, error, and the header the function gets."""
    path = "/2015-03-31/functions/f/invocations"
    answer = room.answer(room.request("POST", path, b"{}", **{"x-amzn-trace-id": trace_id}))
    headers = {name.lower(): value for name, value in answer.headers}
    return answer.status, headers.get("x-amzn-errortype")


def test_a_function_that_calls_itself_is_stopped_after_sixteen(room, function):
    trace, seen, counted = "Root=1-0-0;Parent=1;Sampled=0", [], []
    room.plane.measure = lambda call, metric, value: counted.append((call.function.name, metric, value))
    for _ in range(18):
        seen.append(traced(room, trace))
        if seen[-1][0] == 200:
            trace = room.engine.invoked[-1].trace_id
    assert seen == [(200, None)] * 16 + [(400, "RecursiveInvocationException")] * 2
    assert counted == [("f", "RecursiveInvocationsDropped", 1)] * 2
    function.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")
    assert traced(room, trace) == (200, None)
    assert lineage.count(trace, f"{FUNCTIONS}:f") == 16


def test_an_event_in_a_loop_is_accepted_and_ends_in_the_queue(room, function):
    trace = "Root=1-0-0"
    for _ in range(16):
        trace = lineage.extended(trace, f"{FUNCTIONS}:f")
    path = "/2015-03-31/functions/f/invocations"
    headers = {"x-amzn-trace-id": trace, "x-amz-invocation-type": "Event"}
    assert room.answer(room.request("POST", path, b"{}", **headers)).status == 202
    (event,) = room.engine.submitted
    assert lineage.is_loop(event.trace_id, event.function.arn)


def test_a_service_of_the_cloud_queues_an_event(room, function):
    sent = submit_event(room.plane, f"{FUNCTIONS}:f", b'{"Records": []}', producer="s3.amazonaws.com")
    (event,) = room.engine.submitted
    assert (event.request_id, event.producer, event.type) == (sent, "s3.amazonaws.com", "Event")
    assert (event.event, event.invoked_arn) == (b'{"Records": []}', f"{FUNCTIONS}:f")


def test_what_an_event_runs_is_looked_up_when_it_runs(room, function):
    function.publish_version(FunctionName="f")
    function.create_alias(FunctionName="f", Name="prod", FunctionVersion="1")
    submit_event(room.plane, f"{FUNCTIONS}:f:prod", b"{}", producer="events.amazonaws.com")
    (event,) = room.engine.submitted
    function.put_function_event_invoke_config(
        FunctionName="f:prod",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnSuccess": {"Destination": TOPIC}, "OnFailure": {"Destination": QUEUE}},
    )
    target = event_target(room.plane, event)
    rules = (
        target.rules.maximum_retries,
        target.rules.maximum_age_s,
        target.rules.on_success,
        target.rules.on_failure,
    )
    assert rules == (0, 21600, TOPIC, QUEUE)
    assert target.function.version == "1"
    function.update_function_configuration(FunctionName="f", Timeout=9)
    until(lambda: active(function)["Timeout"] == 9)
    function.publish_version(FunctionName="f")
    function.update_alias(FunctionName="f", Name="prod", FunctionVersion="2")
    assert event_target(room.plane, event).function.timeout_s == 9
    function.delete_function(FunctionName="f")
    assert event_target(room.plane, event) is None


def test_a_full_queue_refuses_like_a_throttle(room, function, refused):
    def full(_):
        raise Throttled("CallerRateLimitExceeded")

    room.engine.submit = full
    code, text, status = refused(function.invoke, FunctionName="f", InvocationType="Event")
    assert (code, text, status) == ("TooManyRequestsException", "Rate Exceeded.", 429)
