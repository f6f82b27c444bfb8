"""State machines as targets of EventBridge rules and schedules, through boto3."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from functions_kit import refusal, until
from integrations_kit import service_role
from producers_kit import ACCOUNT, REGION, open_queue, received

EVENTS, SCHEDULER, STATES = "events.amazonaws.com", "scheduler.amazonaws.com", "states.amazonaws.com"
START = ("states:StartExecution", "sqs:SendMessage")
PASSING = json.dumps({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}})


@pytest.fixture(scope="module")
def machine(cloud):
    role = service_role(cloud, "machine", STATES, ())
    made = cloud.client("stepfunctions").create_state_machine(
        name="passing", definition=PASSING, roleArn=role
    )
    return made["stateMachineArn"]


@pytest.fixture(scope="module")
def events(cloud):
    return cloud.client("events")


def executions(cloud, machine, *, count):
    """The inputs of all executions that have ended well, when there are so many."""
    states = cloud.client("stepfunctions")

    def enough():
        ended = states.list_executions(stateMachineArn=machine, statusFilter="SUCCEEDED")["executions"]
        return ended if len(ended) == count else None

    found = until(enough, seconds=30)
    return [json.loads(states.describe_execution(executionArn=one["executionArn"])["input"]) for one in found]


def to_machine(events, name, machine, role, **more):
    """A rule for events of one source."""
    arn = events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    target = {"Id": "1", "Arn": machine, "RoleArn": role, **more}
    assert events.put_targets(Rule=name, Targets=[target])["FailedEntryCount"] == 0
    return arn


def put(events, source):
    events.put_events(Entries=[{"Source": source, "DetailType": "Order", "Detail": '{"total": 42}'}])


def dead_letter(cloud, url):
    (message,) = received(cloud, url)
    return {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}


def test_a_rule_and_a_schedule_start_executions_in_the_name_of_their_roles(cloud, events, machine):
    to_machine(events, "starts", machine, service_role(cloud, "rule-starts", EVENTS, START))
    put(events, "starts")
    (event,) = executions(cloud, machine, count=1)
    assert (event["source"], event["detail"]) == ("starts", {"total": 42})
    cloud.clock(speed=0)
    moment = datetime.fromtimestamp(cloud.clock().now + 1, UTC)
    role = service_role(cloud, "schedule-starts", SCHEDULER, START)
    cloud.client("scheduler").create_schedule(
        Name="starts",
        ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": machine, "RoleArn": role, "Input": '{"from": "a schedule"}'},
    )
    cloud.clock(turn=2)
    cloud.clock(speed=1)
    assert {"from": "a schedule"} in executions(cloud, machine, count=2)


def test_a_role_without_the_right_ends_in_the_targets_dead_letter_queue(cloud, events, machine):
    url, dead = open_queue(cloud, "not-started", EVENTS)
    role = service_role(cloud, "may-not-start", EVENTS, ())
    arn = to_machine(events, "forbidden", machine, role, DeadLetterConfig={"Arn": dead})
    put(events, "forbidden")
    told = dead_letter(cloud, url)
    assert told.pop("ERROR_MESSAGE").startswith(
        f"User: {role} is not authorized to perform: states:StartExecution on resource: {machine}"
    )
    assert told == {"RULE_ARN": arn, "TARGET_ARN": machine, "ERROR_CODE": "NO_PERMISSIONS"}


def test_a_machine_that_is_gone_ends_in_the_targets_dead_letter_queue(cloud, events):
    url, dead = open_queue(cloud, "gone-machine", EVENTS)
    gone = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:gone"
    role = service_role(cloud, "starts-what-is-gone", EVENTS, START)
    to_machine(events, "gone", gone, role, DeadLetterConfig={"Arn": dead})
    put(events, "gone")
    assert dead_letter(cloud, url)["ERROR_CODE"] == "NO_RESOURCE"


def test_put_targets_wants_a_role_that_eventbridge_may_take_on(cloud, events, machine):
    events.put_rule(Name="roleless", EventPattern='{"source": ["x"]}')
    target = {"Id": "1", "Arn": machine}

    def refused(**more):
        return refusal(events.put_targets, Rule="roleless", Targets=[{**target, **more}])

    without = ("ValidationException", f"RoleArn is required for target {machine}.", 400)
    assert refused() == without
    role = service_role(cloud, "of-states", STATES, START)
    text = f"Provided role '{role}' cannot be assumed by principal '{EVENTS}'."
    assert refused(RoleArn=role) == ("ValidationException", text, 400)
