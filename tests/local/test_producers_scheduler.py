"""EventBridge Scheduler through boto3: rates, crons in a time zone, one time, its role, dead letters."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime

import pytest
from functions_kit import make_role, refusal, until
from producers_kit import ACCOUNT, REGION, listener, queue, received, seen

OFF = {"Mode": "OFF"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
names = itertools.count()


@pytest.fixture(scope="module")
def scheduler(cloud):
    return cloud.client("scheduler")


@pytest.fixture(scope="module")
def role(cloud):
    """A role that may send anything."""
    arn = make_role(cloud, "scheduler-role", TRUST)
    allow = {"Effect": "Allow", "Action": ["lambda:InvokeFunction", "sqs:SendMessage"], "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    cloud.client("iam").put_role_policy(RoleName="scheduler-role", PolicyName="send", PolicyDocument=policy)
    return arn


@pytest.fixture
def still(cloud):
    cloud.clock(speed=0)
    yield cloud
    cloud.clock(speed=1)


def schedule(scheduler, expression, target, role, **more):
    name = more.pop("Name", f"s-{next(names)}")
    extra = more.pop("Target", {})
    answer = scheduler.create_schedule(
        Name=name,
        ScheduleExpression=expression,
        FlexibleTimeWindow=more.pop("FlexibleTimeWindow", OFF),
        Target={"Arn": target, "RoleArn": role, **extra},
        **more,
    )
    return name, answer["ScheduleArn"]


def at(cloud, seconds):
    moment = datetime.fromtimestamp(cloud.clock().now + seconds, UTC)
    return f"at({moment:%Y-%m-%dT%H:%M:%S})"


def test_a_rate_starts_at_once_and_runs_a_function_as_its_role(still, scheduler, role):
    target = listener(still, "paced")
    name, arn = schedule(scheduler, "rate(10 minutes)", target, role)
    (event,) = seen(still, "paced")
    assert (event["source"], event["detail-type"], event["resources"]) == (
        "aws.scheduler",
        "Scheduled Event",
        [arn],
    )
    still.clock(turn=1201)
    until(lambda: len([one for one in still.events("paced") if one.ended_at]) == 3)
    assert {one.producer for one in still.events("paced")} == {arn}
    scheduler.delete_schedule(Name=name)
    still.clock(turn=3600)
    assert len(still.events("paced")) == 3


def test_one_time_then_gone(still, scheduler, role):
    url, target = queue(still, "once")
    name, arn = schedule(
        scheduler,
        at(still, 60),
        target,
        role,
        Target={"Input": '{"by": "<aws.scheduler.schedule-arn>"}'},
        ActionAfterCompletion="DELETE",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
    )
    still.clock(turn=50)
    assert "Messages" not in still.client("sqs").receive_message(QueueUrl=url)
    still.clock(turn=20)
    assert [json.loads(one["Body"]) for one in received(still, url)] == [{"by": arn}]
    assert refusal(scheduler.get_schedule, Name=name)[0] == "ResourceNotFoundException"


def test_a_cron_in_a_time_zone_and_an_update_that_binds_the_next(still, scheduler, role):
    url, target = queue(still, "zoned")
    name, _ = schedule(
        scheduler,
        "cron(30 9 * * ? *)",
        target,
        role,
        ScheduleExpressionTimezone="Asia/Tokyo",
        Target={"Input": "<aws.scheduler.scheduled-time>"},
    )
    still.clock(turn=86400)
    assert [one["Body"][10:] for one in received(still, url)] == ["T00:30:00Z"]
    scheduler.update_schedule(
        Name=name,
        ScheduleExpression="cron(0 12 * * ? *)",
        FlexibleTimeWindow=OFF,
        Target={"Arn": target, "RoleArn": role, "Input": "noon"},
    )
    still.clock(turn=86400)
    assert [one["Body"] for one in received(still, url)] == ["noon"]
    scheduler.delete_schedule(Name=name)


def test_a_role_without_the_right_ends_in_the_dead_letter_queue(still, scheduler):
    role = make_role(still, "only-letters", TRUST)
    url, dead = queue(still, "letters")
    allow = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": dead}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    still.client("iam").put_role_policy(RoleName="only-letters", PolicyName="p", PolicyDocument=policy)
    target = listener(still, "unreached")
    _, arn = schedule(
        scheduler,
        at(still, 1),
        target,
        role,
        Target={"Input": '{"a": 1}', "DeadLetterConfig": {"Arn": dead}},
    )
    still.clock(turn=2)
    (message,) = received(still, url)
    told = {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}
    assert message["Body"] == '{"a": 1}'
    assert (told["SCHEDULE_ARN"], told["TARGET_ARN"], told["ERROR_CODE"]) == (arn, target, "NO_PERMISSIONS")
    assert "lambda:InvokeFunction" in told["ERROR_MESSAGE"]
    assert still.events("unreached") == []


def test_a_disabled_schedule_and_one_with_an_end_stop(still, scheduler, role):
    url, target = queue(still, "ending")
    now = still.clock().now
    schedule(scheduler, "rate(1 hour)", target, role, State="DISABLED", Target={"Input": "never"})
    name, _ = schedule(
        scheduler,
        "rate(1 hour)",
        target,
        role,
        StartDate=datetime.fromtimestamp(now + 3600, UTC),
        EndDate=datetime.fromtimestamp(now + 3 * 3600 - 60, UTC),
        Target={"Input": "between"},
        ActionAfterCompletion="DELETE",
    )
    still.clock(turn=10 * 3600)
    assert [one["Body"] for one in received(still, url, count=2)] == ["between"] * 2
    assert refusal(scheduler.get_schedule, Name=name)[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 1 * * * *)",
        "cron(INVALID)",
        "rate(10 seconds)",
        "rate(10 minutess)",
        " rate(10 minutes)",
        "at(2021-12-31)",
        "at(2021-12-31T23:59:59Z)",
    ],
)
def test_expressions_that_are_none_are_refused(scheduler, role, expression):
    target = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
    seen_refusal = refusal(
        scheduler.create_schedule,
        Name="bad",
        ScheduleExpression=expression,
        FlexibleTimeWindow=OFF,
        Target={"Arn": target, "RoleArn": role},
    )
    assert seen_refusal == ("ValidationException", f"Invalid Schedule Expression {expression}.", 400)


def test_roles_and_time_zones_that_are_none(cloud, scheduler, role):
    target = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"

    def refused(role_arn, **more):
        given = {"Name": "bad", "ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": OFF}
        return refusal(
            scheduler.create_schedule, **given, Target={"Arn": target, "RoleArn": role_arn}, **more
        )[1]

    assert "must allow AWS EventBridge Scheduler to assume the role" in refused(make_role(cloud))
    assert "Timezone Mars/Olympus" in refused(role, ScheduleExpressionTimezone="Mars/Olympus")
