"""EventBridge through boto3: patterns, targets, transformers, schedules on the clock, dead letters, refusals."""

from __future__ import annotations

import itertools
import json
import time

import pytest
from functions_kit import refusal, until
from producers_kit import ACCOUNT, REGION, listener, open_queue, open_topic, permit, queue, received, seen

EVENTS = "events.amazonaws.com"
names = itertools.count()


@pytest.fixture(scope="module")
def events(cloud):
    return cloud.client("events")


def entry(**more):
    base = {"Source": "shop", "DetailType": "Order Placed", "Detail": '{"total": 42}'}
    return base | more


def rule(events, target, *, pattern=None, bus="default", name=None, **more):
    name = name or f"rule-{next(names)}"
    given = {"EventPattern": json.dumps(pattern)} if pattern else {}
    schedule = {"ScheduleExpression": more.pop("schedule")} if "schedule" in more else {}
    arn = events.put_rule(Name=name, EventBusName=bus, **given, **schedule)["RuleArn"]
    targets = [{"Id": "1", "Arn": target, **more}]
    assert events.put_targets(Rule=name, EventBusName=bus, Targets=targets)["FailedEntryCount"] == 0
    return arn


def test_an_event_runs_the_function_of_a_rule(cloud, events):
    target = listener(cloud, "orders")
    arn = rule(events, target, pattern={"source": ["shop"], "detail": {"total": [{"numeric": [">", 40]}]}})
    permit(cloud, "orders", EVENTS, arn)
    small = entry(Detail='{"total": 1}')
    answer = events.put_events(Entries=[small, entry(Resources=["arn:x"])])
    assert answer["FailedEntryCount"] == 0
    (event,) = seen(cloud, "orders")
    assert event.pop("time").endswith("Z")
    assert event == {
        "version": "0",
        "id": answer["Entries"][1]["EventId"],
        "detail-type": "Order Placed",
        "source": "shop",
        "account": ACCOUNT,
        "region": REGION,
        "resources": ["arn:x"],
        "detail": {"total": 42},
    }
    (history,) = until(lambda: [one for one in cloud.events("orders") if one.ended_at])
    assert (history.producer, history.condition) == (arn, "Success")


def test_a_custom_bus_keeps_its_events_to_itself_and_may_pass_them_on(cloud, events):
    bus = f"bus-{next(names)}"
    bus_arn = events.create_event_bus(Name=bus)["EventBusArn"]
    url, target = open_queue(cloud, f"{bus}-queue", EVENTS)
    rule(events, target, pattern={"source": [bus]}, bus=bus)
    events.put_events(Entries=[entry(Source=bus)])
    events.put_events(Entries=[entry(Source=bus, EventBusName=bus_arn, DetailType="on the bus")])
    rule(events, bus_arn, pattern={"detail-type": ["passed on"]})
    events.put_events(Entries=[entry(Source=bus, DetailType="passed on")])
    kinds = [json.loads(one["Body"])["detail-type"] for one in received(cloud, url, count=2)]
    assert kinds == ["on the bus", "passed on"]


def test_a_topic_a_log_group_and_transformed_input(cloud, events):
    topic = open_topic(cloud, "orders-topic", EVENTS)
    url, listens = open_queue(cloud, "orders-topic-queue", "sns.amazonaws.com")
    cloud.client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=listens, Attributes={"RawMessageDelivery": "true"}
    )
    transformer = {"InputPathsMap": {"total": "$.detail.total"}, "InputTemplate": '"Total <total>"'}
    pattern = {"source": ["many"]}
    rule(events, topic, pattern=pattern, InputTransformer=transformer)
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="/aws/events/orders")
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/events/orders"
    rule(events, group, pattern=pattern, InputPath="$.detail")
    events.put_events(Entries=[entry(Source="many")])
    assert [one["Body"] for one in received(cloud, url)] == ['"Total 42"']
    (line,) = until(lambda: logs.filter_log_events(logGroupName="/aws/events/orders")["events"])
    assert line["message"] == '{"total":42}'


def test_a_change_of_the_rule_binds_the_next_event(cloud, events):
    url, target = open_queue(cloud, "changing", EVENTS)
    rule(events, target, pattern={"source": ["one"]}, name="changing")
    events.put_rule(Name="changing", EventPattern='{"source": ["two"]}')
    events.put_events(Entries=[entry(Source="one"), entry(Source="two")])
    events.disable_rule(Name="changing")
    events.put_events(Entries=[entry(Source="two", DetailType="while off")])
    events.enable_rule(Name="changing")
    events.put_events(Entries=[entry(Source="two", DetailType="on again")])
    found = [json.loads(one["Body"]) for one in received(cloud, url, count=2)]
    assert [(one["source"], one["detail-type"]) for one in found] == [
        ("two", "Order Placed"),
        ("two", "on again"),
    ]


def test_without_permission_the_event_ends_in_the_targets_dead_letter_queue(cloud, events):
    target = listener(cloud, "shut")
    url, dead = open_queue(cloud, "shut-dead", EVENTS)
    arn = rule(events, target, pattern={"source": ["shut"]}, DeadLetterConfig={"Arn": dead})
    events.put_events(Entries=[entry(Source="shut")])
    (message,) = received(cloud, url)
    assert json.loads(message["Body"])["source"] == "shut"
    told = {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}
    assert told.pop("ERROR_MESSAGE").startswith("User: events.amazonaws.com is not authorized")
    assert told == {"RULE_ARN": arn, "TARGET_ARN": target, "ERROR_CODE": "NO_PERMISSIONS"}
    assert cloud.events("shut") == []


def test_a_queue_that_is_gone_or_closed_hears_nothing(cloud, events):
    url, target = queue(cloud, "no-policy")
    rule(events, target, pattern={"source": ["closed"]})
    rule(events, f"arn:aws:sqs:{REGION}:{ACCOUNT}:never-was", pattern={"source": ["closed"]})
    assert events.put_events(Entries=[entry(Source="closed")])["FailedEntryCount"] == 0
    assert "Messages" not in cloud.client("sqs").receive_message(QueueUrl=url)


def test_s3_tells_the_default_bus(cloud, events):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="bus-bucket")
    s3.put_bucket_notification_configuration(
        Bucket="bus-bucket", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket="bus-bucket")
    url, target = open_queue(cloud, "s3-events", EVENTS)
    rule(events, target, pattern={"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "in/"}]}}})
    s3.put_object(Bucket="bus-bucket", Key="out/a", Body=b"")
    s3.put_object(Bucket="bus-bucket", Key="in/a b", Body=b"abc")
    s3.delete_object(Bucket="bus-bucket", Key="in/a b")
    made, gone = (json.loads(one["Body"]) for one in received(cloud, url, count=2))
    assert (made["detail-type"], made["resources"]) == ("Object Created", ["arn:aws:s3:::bus-bucket"])
    assert (made["detail"]["object"]["key"], made["detail"]["object"]["size"]) == ("in/a b", 3)
    assert (gone["detail-type"], gone["detail"]["deletion-type"]) == ("Object Deleted", "Permanently Deleted")


@pytest.fixture
def still(cloud):
    cloud.clock(speed=0)
    yield cloud
    cloud.clock(speed=1)


def ran(cloud, name):
    return len([one for one in cloud.events(name) if one.ended_at])


def test_schedules_run_on_the_clouds_clock(still, events):
    target = listener(still, "ticks")
    arn = rule(events, target, schedule="rate(5 minutes)", name="ticks")
    permit(still, "ticks", EVENTS, arn)
    still.clock(turn=299)
    assert still.events("ticks") == []
    face = still.clock(turn=2)
    (event,) = seen(still, "ticks")
    assert (event["detail-type"], event["source"], event["detail"]) == ("Scheduled Event", "aws.events", {})
    assert event["resources"] == [arn]
    assert abs(time.mktime(time.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone - face.now) < 5
    still.clock(turn=600)
    until(lambda: ran(still, "ticks") == 3)
    events.disable_rule(Name="ticks")
    still.clock(turn=3600)
    assert len(still.events("ticks")) == 3


def test_cron_runs_at_its_minute_and_a_deleted_rule_no_more(still, events):
    url, target = open_queue(still, "nightly", EVENTS)
    rule(events, target, schedule="cron(0 3 * * ? *)", name="nightly", Input='{"job": "clean"}')
    still.clock(turn=86400)
    assert [one["Body"] for one in received(still, url)] == ['{"job": "clean"}']
    events.remove_targets(Rule="nightly", Ids=["1"])
    events.delete_rule(Name="nightly")
    still.clock(turn=86400)
    assert "Messages" not in still.client("sqs").receive_message(QueueUrl=url)


def test_at_speed_60_a_minute_takes_a_second(cloud, events):
    url, target = open_queue(cloud, "fast", EVENTS)
    cloud.clock(speed=60)
    try:
        rule(events, target, schedule="rate(1 minute)", name="fast")
        received(cloud, url, count=3)
    finally:
        events.disable_rule(Name="fast")
        cloud.clock(speed=1)


def test_test_event_pattern(events):
    event = {
        "id": "1",
        "source": "shop",
        "detail-type": "t",
        "account": ACCOUNT,
        "region": REGION,
        "time": "2026-11-25T00:00:00Z",
        "resources": [],
        "detail": {"a": [1, 2]},
    }

    def fits(pattern):
        answer = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))
        return answer["Result"]

    assert fits({"detail": {"a": [2]}})
    assert not fits({"detail": {"a": [3]}})
    for bad in ("[]", "text", "{}"):
        code, text, _ = refusal(events.test_event_pattern, EventPattern='{"source": ["a"]}', Event=bad)
        assert (code, text) == ("ValidationException", "Parameter Event is not valid.")


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("this is none", "Unrecognized token 'this'"),
        ("[1]", "Filter is not an object"),
        ('{"source": "shop"}', '"source" must be an object or an array'),
        ('{"source": [{"like": "s"}]}', "Unrecognized match type like"),
    ],
)
def test_patterns_that_are_none_are_refused(events, pattern, reason):
    told = f"Event pattern is not valid. Reason: {reason}"
    for call in (
        lambda: refusal(events.put_rule, Name="bad", EventPattern=pattern),
        lambda: refusal(events.test_event_pattern, EventPattern=pattern, Event="{}"),
    ):
        code, text, status = call()
        assert (code, text[: len(told)], status) == ("InvalidEventPatternException", told, 400)


@pytest.mark.parametrize("expression", ["cron(0 10 * * *)", "cron(0 1 * * * *)", "rate(1 minutes)", "daily"])
def test_schedules_that_are_none_are_refused(events, expression):
    seen_refusal = refusal(events.put_rule, Name="bad", ScheduleExpression=expression)
    assert seen_refusal == ("ValidationException", "Parameter ScheduleExpression is not valid.", 400)


def test_what_put_targets_refuses(events):
    events.put_rule(Name="full", EventPattern='{"source": ["x"]}')
    target = {"Id": "1", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}

    def refused(*targets):
        return refusal(events.put_targets, Rule="full", Targets=list(targets))[:2]

    six = [{**target, "Id": str(number)} for number in range(6)]
    limit = "The requested resource exceeds the maximum number allowed."
    assert refused(*six) == ("LimitExceededException", limit)
    unknown = f"arn:aws:teapot:{REGION}:{ACCOUNT}:pot"
    told = f"Parameter {unknown} is not valid. Reason: Provided Arn is not in correct format."
    assert refused({**target, "Arn": unknown}) == ("ValidationException", told)
    transformer = {"InputPathsMap": {}, "InputTemplate": '"<nothing>"'}
    assert "invalid placeholder nothing" in refused({**target, "InputTransformer": transformer})[1]
    assert "Only one of Input" in refused({**target, "Input": "1", "InputPath": "$"})[1]


def test_what_put_events_refuses(events):
    answer = events.put_events(
        Entries=[
            entry(Detail="no json"),
            entry(Detail="[1]"),
            {"Source": "a", "DetailType": "b"},
            entry(Source="aws.ec2"),
            entry(),
        ]
    )
    assert answer["FailedEntryCount"] == 4
    assert [one.get("ErrorCode") for one in answer["Entries"]] == [
        "MalformedDetail",
        "MalformedDetail",
        "InvalidArgument",
        "NotAuthorizedForSourceException",
        None,
    ]
    assert refusal(events.put_events, Entries=[entry()] * 11)[0] == "ValidationException"
    large = json.dumps({"a": "x" * (1 << 20)})
    assert (
        refusal(events.put_events, Entries=[entry(Detail=large)])[1]
        == "Total size of the entries in the request is over the limit."
    )


def test_a_stack_may_make_a_rule_with_a_schedule(still, events):
    url, target = open_queue(still, "stacked", EVENTS)
    properties = {"ScheduleExpression": "rate(1 hour)", "Targets": [{"Id": "1", "Arn": target}]}
    template = {"Resources": {"Rule": {"Type": "AWS::Events::Rule", "Properties": properties}}}
    formation = still.client("cloudformation")
    formation.create_stack(StackName="hourly", TemplateBody=json.dumps(template))
    still.clock(turn=3601)
    assert json.loads(received(still, url)[0]["Body"])["detail-type"] == "Scheduled Event"
    formation.delete_stack(StackName="hourly")
