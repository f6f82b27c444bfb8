"""Step Functions runs functions: both forms of a task, errors by name, Retry by the clock, Catch, the history."""

import json

import integrations_kit as kit
import pytest

INVOKE = "arn:aws:states:::lambda:invoke"
TELLS = "def handler(event, context):\n    return {'got': event, 'region': context.invoked_function_arn}\n"
FAILS = "class Broke(Exception): pass\ndef handler(event, context):\n    raise Broke('no such order')\n"
OVER = {"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}


@pytest.fixture(scope="module")
def role(cloud):
    return kit.service_role(cloud, "machine", "states.amazonaws.com")


@pytest.fixture(scope="module")
def functions(cloud):
    kit.ready(cloud, "tells", TELLS)
    kit.ready(cloud, "fails", FAILS)


def task(function, form="lambda:invoke", **more):
    if form == "function-arn":
        return {"Type": "Task", "Resource": kit.function_arn(function), "End": True, **more}
    parameters = {"FunctionName": function, "Payload.$": "$"}
    return {"Type": "Task", "Resource": INVOKE, "Parameters": parameters, "End": True, **more}


def machine(cloud, name, role, states, **more):
    definition = {"StartAt": next(iter(states)), "States": states}
    made = cloud.client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=role, **more
    )
    return made["stateMachineArn"]


def run(cloud, arn, given=None):
    """The execution once it is over, and its history."""
    states = cloud.client("stepfunctions")
    started = states.start_execution(stateMachineArn=arn, input=json.dumps(given or {}))["executionArn"]

    def over():
        seen = states.describe_execution(executionArn=started)
        return seen if seen["status"] in OVER else None

    seen = kit.until(over, seconds=60)
    return seen, states.get_execution_history(executionArn=started)["events"]


def test_invoke_wraps_the_answer(cloud, role, functions):
    seen, history = run(cloud, machine(cloud, "wraps", role, {"Do": task("tells")}), {"n": 1})
    output = json.loads(seen["output"])
    assert (seen["status"], output["StatusCode"], output["ExecutedVersion"]) == ("SUCCEEDED", 200, "$LATEST")
    assert output["Payload"]["got"] == {"n": 1}
    assert {"SdkHttpMetadata", "SdkResponseMetadata"} <= set(output)
    assert [event["type"] for event in history] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    scheduled = history[2]["taskScheduledEventDetails"]
    assert (scheduled["resourceType"], scheduled["resource"], scheduled["region"]) == (
        "lambda",
        "invoke",
        kit.REGION,
    )


def test_the_arn_of_a_function_gives_the_bare_answer(cloud, role, functions):
    seen, history = run(cloud, machine(cloud, "bare", role, {"Do": task("tells", "function-arn")}), {"n": 2})
    assert json.loads(seen["output"]) == {"got": {"n": 2}, "region": kit.function_arn("tells")}
    assert [event["type"] for event in history[2:5]] == [
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
    ]


def test_it_runs_in_the_roles_name(cloud, role, functions):
    run(cloud, machine(cloud, "named", role, {"Do": task("tells")}))
    assert cloud.records("tells")[-1].producer == "states.amazonaws.com"


@pytest.mark.parametrize("form", ["lambda:invoke", "function-arn"])
def test_an_error_of_the_handler_is_named_by_its_type(cloud, role, functions, form):
    name = "broke-" + form.replace(":", "-")
    seen, _ = run(cloud, machine(cloud, name, role, {"Do": task("fails", form)}))
    assert (seen["status"], seen["error"]) == ("FAILED", "Broke")
    assert json.loads(seen["cause"])["errorMessage"] == "no such order"


def test_retry_waits_longer_each_time_by_the_clock(cloud, role, functions):
    """Half a minute, one, two: at once where the clock is turned, and told so in the history."""
    retry = [{"ErrorEquals": ["Broke"], "IntervalSeconds": 30, "BackoffRate": 2.0, "MaxAttempts": 3}]
    arn = machine(cloud, "retries", role, {"Do": task("fails", Retry=retry)})
    cloud.clock(speed=600)
    try:
        seen, history = run(cloud, arn)
    finally:
        cloud.clock(speed=1)
    tries = [event for event in history if event["type"] == "TaskScheduled"]
    failed = [event for event in history if event["type"] == "TaskFailed"]
    waits = [
        (again["timestamp"] - before["timestamp"]).total_seconds()
        for before, again in zip(failed, tries[1:], strict=False)
    ]
    assert (seen["status"], len(tries), len(failed)) == ("FAILED", 4, 4)
    for wanted, waited in zip((30, 60, 120), waits, strict=True):
        assert wanted <= waited < wanted + 600  # at 600 times, a busy second is ten minutes


def test_catch_leads_on_with_the_error(cloud, role, functions):
    caught = [{"ErrorEquals": ["States.TaskFailed"], "Next": "Told", "ResultPath": "$.error"}]
    do = task("fails", Catch=caught)
    arn = machine(cloud, "catches", role, {"Do": do, "Told": {"Type": "Pass", "End": True}})
    seen, _ = run(cloud, arn, {"order": 7})
    output = json.loads(seen["output"])
    assert (seen["status"], output["order"], output["error"]["Error"]) == ("SUCCEEDED", 7, "Broke")


def test_a_wait_is_by_the_clock(cloud, role):
    arn = machine(cloud, "waits", role, {"Rest": {"Type": "Wait", "Seconds": 3600, "End": True}})
    cloud.clock(speed=3600)
    try:
        seen, history = run(cloud, arn)
    finally:
        cloud.clock(speed=1)
    assert seen["status"] == "SUCCEEDED"
    assert (history[-1]["timestamp"] - history[0]["timestamp"]).total_seconds() >= 3600


@pytest.mark.parametrize("form", ["lambda:invoke", "function-arn"])
def test_a_role_without_the_right_is_refused(cloud, functions, form):
    poor = kit.service_role(cloud, "poor-machine", "states.amazonaws.com", ())
    before = len(cloud.records("tells"))
    name = "poor-" + form.replace(":", "-")
    seen, _ = run(cloud, machine(cloud, name, poor, {"Do": task("tells", form)}))
    assert (seen["status"], seen["error"]) == ("FAILED", "Lambda.AWSLambdaException")
    assert "is not authorized to perform: lambda:InvokeFunction on resource: " in seen["cause"]
    assert "Error Code: AccessDeniedException" in seen["cause"]
    assert len(cloud.records("tells")) == before


def test_a_missing_function_and_a_throttle_have_their_names(cloud, role, functions):
    seen, _ = run(cloud, machine(cloud, "nobody", role, {"Do": task("nobody")}))
    assert seen["error"] == "Lambda.ResourceNotFoundException"
    cloud.client("lambda").put_function_concurrency(FunctionName="tells", ReservedConcurrentExecutions=0)
    try:
        seen, _ = run(cloud, machine(cloud, "throttled", role, {"Do": task("tells")}))
    finally:
        cloud.client("lambda").delete_function_concurrency(FunctionName="tells")
    assert seen["error"] == "Lambda.TooManyRequestsException"


def test_a_role_that_trusts_nobody_makes_no_machine(cloud):
    closed = kit.service_role(cloud, "no-machine", "lambda.amazonaws.com")
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
    code, text, _ = kit.refusal(
        cloud.client("stepfunctions").create_state_machine,
        name="closed",
        definition=definition,
        roleArn=closed,
    )
    assert (code, text[:20]) == ("AccessDeniedException", "Neither the global s")


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ("{nope", "INVALID_JSON_DESCRIPTION: "),
        ('{"StartAt": "A"}', "The field 'States' is missing"),
        (
            '{"StartAt": "A", "States": {"B": {"Type": "Pass", "End": true}}}',
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: A at /StartAt",
        ),
        (
            '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}',
            "Missing 'Next' target: B at /States/A/Next",
        ),
        ('{"StartAt": "A", "States": {"A": {"Type": "Pass"}}}', "One of 'Next' or 'End' is required"),
        ('{"StartAt": "A", "States": {"A": {"Type": "Nap", "End": true}}}', "SCHEMA_VALIDATION_FAILED: "),
    ],
)
def test_a_definition_that_leads_nowhere_is_refused(cloud, role, definition, words):
    create = cloud.client("stepfunctions").create_state_machine
    code, text, status = kit.refusal(create, name="nowhere", definition=definition, roleArn=role)
    assert (code, status) == ("InvalidDefinition", 400)
    assert text.startswith("Invalid State Machine Definition: '")
    assert words in text


def test_a_token_may_come_back_from_the_function(cloud, role):
    """`.waitForTaskToken`: the state ends when somebody sends the token back."""
    code = """
import boto3, json
def handler(event, context):
    boto3.client("stepfunctions").send_task_success(taskToken=event["token"], output=json.dumps({"said": "yes"}))
"""
    kit.ready(cloud, "calls-back", code, Timeout=30)
    wait = {
        "Type": "Task",
        "Resource": f"{INVOKE}.waitForTaskToken",
        "Parameters": {"FunctionName": "calls-back", "Payload": {"token.$": "$$.Task.Token"}},
        "End": True,
    }
    seen, _ = run(cloud, machine(cloud, "waits-for-word", role, {"Ask": wait}))
    assert (seen["status"], json.loads(seen["output"])) == ("SUCCEEDED", {"said": "yes"})


def test_a_map_calls_the_function_for_each_item(cloud, role):
    kit.ready(cloud, "doubles", "def handler(event, context):\n    return event * 2\n")
    inner = {"StartAt": "Do", "States": {"Do": task("doubles", "function-arn")}}
    each = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": inner, "End": True}
    seen, _ = run(cloud, machine(cloud, "maps", role, {"Each": each}), {"items": [1, 2, 3]})
    assert json.loads(seen["output"]) == [2, 4, 6]


def test_input_that_is_no_json_starts_nothing(cloud, role):
    arn = machine(cloud, "picky", role, {"A": {"Type": "Pass", "End": True}})
    start = cloud.client("stepfunctions").start_execution
    code, _, _ = kit.refusal(start, stateMachineArn=arn, input="{not json")
    assert code == "InvalidExecutionInput"


def test_an_express_machine_answers_at_once(cloud, role, functions):
    arn = machine(cloud, "express", role, {"Do": task("tells")}, type="EXPRESS")
    seen = cloud.client("stepfunctions").start_sync_execution(stateMachineArn=arn, input='{"n": 3}')
    assert (seen["status"], json.loads(seen["output"])["Payload"]["got"]) == ("SUCCEEDED", {"n": 3})


def test_another_service_is_reached_in_the_roles_name(cloud):
    queue = cloud.client("sqs").create_queue(QueueName="told-by-a-machine")["QueueUrl"]
    role = kit.service_role(cloud, "telling-machine", "states.amazonaws.com", ("sqs:SendMessage",))
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": queue, "MessageBody.$": "$.text"},
        "End": True,
    }
    seen, _ = run(cloud, machine(cloud, "sends", role, {"Send": send}), {"text": "hello"})
    assert seen["status"] == "SUCCEEDED", seen
    assert cloud.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "hello"
