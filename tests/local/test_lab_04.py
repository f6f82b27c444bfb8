"""Each check of lab 04 on a real local cloud: untouched, the typical mistakes with their hints, right."""

import json

import pytest
from functions_kit import until
from learner import Learner

from lambada_labs.labs import Evidence
from lambada_labs.labs.catalogue import lab_04_checks as checks
from lambada_labs.labs.package import package
from lambada_labs.model import EventHistory

CUP = "def handler(event, context):\n    return 'ready'\n"
GRIND = "def handler(event, context):\n    return 18 * event['cups']\n"
POISON = {"order": "A-17", "cup": 2}
#: What each order's handler does to the table, and then the printer.
POUR = """
import time
import boto3
table = boto3.resource("dynamodb").Table("lab04-orders")
refused = table.meta.client.exceptions.ConditionalCheckFailedException
def pour(key, **more):
    table.update_item(Key={{"order": key}}, UpdateExpression="ADD poured :one",
                      ExpressionAttributeValues={{":one": 1}}, **more)
def seen(key):
    return "Item" in table.get_item(Key={{"order": key}}, ConsistentRead=True)
ONCE = {{"ConditionExpression": "attribute_not_exists(poured)"}}
def handler(event, context):
    order = event["order"]
{pour}
    if event.get("printer") == "jammed":
        raise RuntimeError("the receipt did not print")
"""
UNTOUCHED = "    pour(order)"
RIGHT = """
    try:
        pour(order, **ONCE)
    except refused:
        print("has its cup")
"""
BY_REQUEST = """
    if not seen(context.aws_request_id):
        table.put_item(Item={"order": context.aws_request_id})
        pour(order)
"""
LOOKS_FIRST = """
    if not seen(order):
        time.sleep(8)
        pour(order)
"""
MARKS_LATE = """
    if not seen("done " + order):
        pour(order)
        if event.get("printer") != "jammed":
            table.put_item(Item={"order": "done " + order})
"""
ONE_MARK = """
    try:
        pour("the order", **ONCE)
        pour(order)
    except refused:
        print("has its cup")
"""
RAISES = "    pour(order, **ONCE)"


class Lab04(Learner):
    """A learner with the lab's queues, its table, its roles and a fast clock."""

    def __init__(self, cloud, folder):
        super().__init__(cloud, "04", folder)
        self.sqs, self.iam = cloud.client("sqs"), cloud.client("iam")
        cloud.clock(speed=1000, duplicates=0)
        self.may("lab04-role")

    def arn(self, name):
        return f"arn:aws:sqs:{self.cloud.region}:{self.cloud.account_id}:{name}"

    def may(self, role):
        actions = ["sqs:SendMessage", "dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:GetItem"]
        statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_role_policy(RoleName=role, PolicyName="may-send", PolicyDocument=document)

    def make(self, name, source, role="lab04-role", **settings):
        path = self.folder / "hello.py"
        path.write_text(source)
        arn = f"arn:aws:iam::{self.cloud.account_id}:role/{role}"
        code = package(path)
        self.stage.function(
            name, code=code, handler="hello.handler", runtime="python3.13", role=arn, Timeout=30, **settings
        )

    def queues(self):
        for name in (checks.DEAD_LETTERS, checks.FAILURES):
            self.sqs.create_queue(QueueName=name)

    def rules(self, name, **rules):
        self.client.put_function_event_invoke_config(FunctionName=name, **rules)

    def send(self, name, event):
        reply = self.client.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))
        reply["Payload"].read()

    def settled(self, name, events):
        """So many events of this function have ended, since the learner began."""

        def ended() -> list[EventHistory]:
            found = [one for one in self.cloud.events(name) if one.accepted_at >= self.began]
            return [] if len(found) < events or any(not one.ended_at for one in found) else found

        return until(ended, seconds=90)

    def prove(self, pour, duplicates=0.0):
        """The cell `prove` of the notebook, with this handler."""
        self.cloud.client("dynamodb").create_table(
            TableName="lab04-orders",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "order", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "order", "AttributeType": "S"}],
        )
        self.make("lab04-pour", POUR.format(pour=pour))
        self.cloud.clock(duplicates=duplicates)
        orders = (
            {"order": "A-17", "printer": "jammed"},
            {"order": "B-2"},
            {"order": "B-2"},
            {"order": "C-9"},
        )
        for event in orders:
            self.send("lab04-pour", event)
        self.settled("lab04-pour", len(orders))
        self.cloud.clock(duplicates=0)


@pytest.fixture
def learner(cloud, tmp_path):
    return Lab04(cloud, tmp_path)


def test_no_waiting_untouched(learner):
    assert learner.check("no-waiting").state == "not yet"
    learner.make("lab04-cup", CUP)
    for _ in range(2):
        learner.call("lab04-cup", {"order": "A-1"})
    assert learner.check("no-waiting").state == "not yet"


def test_no_waiting_typical_mistake(learner):
    learner.make("lab04-cup", CUP)
    learner.call("lab04-cup", {"order": "A-1"})
    learner.client.invoke(FunctionName="lab04-cup", InvocationType="DryRun", Payload=b"{}")
    assert learner.check("no-waiting").reason == "nothing-ran"
    assert "DryRun" in learner.hint("no-waiting")


def test_no_waiting_right(learner):
    learner.make("lab04-cup", CUP)
    learner.send("lab04-cup", {"order": "A-2"})
    assert learner.check("no-waiting").state == "passed"


def test_idempotent_untouched(learner):
    assert learner.check("idempotent").state == "not yet"
    learner.prove(UNTOUCHED)
    assert learner.check("idempotent").state == "not yet"


@pytest.mark.parametrize(
    ("pour", "reason", "words"),
    [
        (BY_REQUEST, "two-events", "what do they have in common"),
        (LOOKS_FIRST, "two-events", "both have looked"),
        (MARKS_LATE, "retries", "before the printer jams"),
        (ONE_MARK, "lost", "another order's mark"),
        (RAISES, "raised", "is a success"),
    ],
)
def test_idempotent_typical_mistakes(learner, pour, reason, words):
    learner.prove(pour)
    assert learner.check("idempotent").reason == reason
    assert words in learner.hint("idempotent")


def test_idempotent_right_also_when_success_is_delivered_twice(learner):
    learner.prove(RIGHT, duplicates=1)
    result = learner.check("idempotent")
    assert (result.state, result.seen) == ("passed", "one cup for each order, in 9 runs")


def both(learner, **destinations):
    """`lab04-grind` with its dead-letter queue, these destinations, and a poison event that has ended."""
    learner.queues()
    learner.make("lab04-grind", GRIND, DeadLetterConfig={"TargetArn": learner.arn("lab04-dead-letters")})
    learner.rules("lab04-grind", MaximumRetryAttempts=0, DestinationConfig=destinations)
    learner.send("lab04-grind", POISON)
    learner.settled("lab04-grind", 1)


def test_both_told_untouched(learner):
    assert learner.check("both-told").state == "not yet"
    both(learner)
    assert learner.check("both-told").state == "not yet"


@pytest.mark.parametrize(
    ("key", "queue", "reason", "words"),
    [
        ("OnSuccess", "lab04-failures", "on-success", "Which key"),
        ("OnFailure", "lab04-dead-letters", "one-queue", "tell them apart"),
    ],
)
def test_both_told_typical_mistakes(learner, key, queue, reason, words):
    both(learner, **{key: {"Destination": learner.arn(queue)}})
    assert learner.check("both-told").reason == reason
    assert words in learner.hint("both-told")


def test_both_told_set_but_nothing_sent(learner):
    both(learner)
    failures = {"OnFailure": {"Destination": learner.arn("lab04-failures")}}
    learner.rules("lab04-grind", DestinationConfig=failures)
    assert learner.check("both-told").reason == "not-told"
    assert "before you set it" in learner.hint("both-told")


def test_both_told_right(learner):
    both(learner, OnFailure={"Destination": learner.arn("lab04-failures")})
    assert learner.check("both-told").state == "passed"


def patient(learner, **rules):
    learner.make("lab04-patient", GRIND)
    learner.rules("lab04-patient", **rules)
    learner.send("lab04-patient", POISON)
    learner.settled("lab04-patient", 1)


def test_two_tries_untouched(learner):
    assert learner.check("two-tries").state == "not yet"
    patient(learner, MaximumRetryAttempts=2, MaximumEventAgeInSeconds=21600)
    assert learner.check("two-tries").state == "not yet"


@pytest.mark.parametrize("rules", [{"MaximumRetryAttempts": 0}, {"MaximumEventAgeInSeconds": 60}])
def test_two_tries_typical_mistakes(learner, rules):
    patient(learner, **rules)
    assert learner.check("two-tries").reason == "one"
    assert "A retry is a try more" in learner.hint("two-tries")


def test_two_tries_set_after_the_event(learner):
    patient(learner, MaximumRetryAttempts=2)
    learner.rules("lab04-patient", MaximumRetryAttempts=1)
    assert learner.check("two-tries").reason == "not-sent"


@pytest.mark.parametrize("retries", [1, 2])
def test_two_tries_right_by_either_limit(learner, retries):
    """An age that ends the event before its third try: above what two tries and this machine need on a fast clock."""
    learner.cloud.clock(speed=60)
    patient(learner, MaximumRetryAttempts=retries, MaximumEventAgeInSeconds=21600 if retries == 1 else 150)
    assert learner.check("two-tries").state == "passed"


@pytest.mark.parametrize(
    ("retries", "age_s", "tries"),
    [
        (2, 21600, 3),
        (1, 21600, 2),
        (0, 21600, 1),
        (2, 60, 1),
        (2, 61, 2),
        (2, 180, 2),
        (2, 181, 3),
        (1, 60, 1),
    ],
)
def test_tries_allowed_by_both_limits(retries, age_s, tries):
    assert checks.tries_allowed(retries, age_s) == tries


def lossy(learner, *, destination=True):
    learner.queues()
    learner.may("lab04-lossy-role")
    learner.make("lab04-lossy", GRIND, role="lab04-lossy-role")
    failure = {"OnFailure": {"Destination": learner.arn("lab04-failures")}} if destination else {}
    learner.rules("lab04-lossy", MaximumRetryAttempts=0, DestinationConfig=failure)


def lose(learner, events=1):
    learner.send("lab04-lossy", POISON)
    learner.settled("lab04-lossy", events)


def test_lost_untouched(learner):
    assert learner.check("lost").state == "not yet"
    lossy(learner)
    lose(learner)
    assert learner.check("lost").state == "not yet"


def test_lost_typical_mistakes(learner):
    lossy(learner, destination=False)
    lose(learner)
    assert learner.check("lost").reason == "no-destination"
    assert "counts nothing" in learner.hint("lost")
    lossy(learner)
    lose(learner, 2)
    learner.iam.delete_role_policy(RoleName="lab04-lossy-role", PolicyName="may-send")
    assert learner.check("lost").reason == "not-sent"
    assert "first the policy goes" in learner.hint("lost", grade=2)


def test_lost_right(learner):
    lossy(learner)
    learner.iam.delete_role_policy(RoleName="lab04-lossy-role", PolicyName="may-send")
    lose(learner)
    assert learner.check("lost").state == "passed"
    assert checks.messages(Evidence(learner.cloud), "lab04-failures") == 0
