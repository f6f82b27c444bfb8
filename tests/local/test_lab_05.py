"""Each check of lab 05 on a real local cloud: untouched, the typical mistakes with their hints, right."""

import json

import pytest
from functions_kit import until
from learner import Learner

from lambada_labs.labs import Evidence
from lambada_labs.labs.catalogue import lab_05_states

COPIES = """
import os
import boto3

s3 = boto3.client("s3")

def handler(event, context):
    name = os.environ["PREFIX"] + event["Records"][0]["s3"]["object"]["key"]
    s3.put_object(Bucket=os.environ["THUMBS"], Key=name, Body=b"")
"""
DECODES = """
import os
from urllib.parse import unquote, unquote_plus

import boto3

s3 = boto3.client("s3")

def handler(event, context):
    about = event["Records"][0]["s3"]
    coded = about["object"]["key"]
    key = {decode}
    body = s3.get_object(Bucket=about["bucket"]["name"], Key=key)["Body"].read()
    s3.put_object(Bucket=os.environ["THUMBS"], Key={out}, Body=body)
"""
PRICES = """
import boto3

table = boto3.resource("dynamodb").Table("lab05-prices")
older = table.meta.client.exceptions.ConditionalCheckFailedException

def handler(event, context):
    for record in event["Records"]:
        told = record["s3"]["object"]
        item = {{"key": told["key"], "size": told["size"], "sequencer": told["sequencer"]}}
        {write}
"""
CONDITION = (
    "table.put_item(Item=item, ConditionExpression={condition!r}, ExpressionAttributeValues={{':mine': "
    "told['sequencer']}})"
)
NEWER = CONDITION.format(condition="attribute_not_exists(sequencer) OR sequencer < :mine")
CAUGHT = "try: {write}\n        except older: print('older')"
ORDERS = """
import boto3

client, name = boto3.client("dynamodb"), "lab05-orders"
table, done = boto3.resource("dynamodb").Table(name), set()

def keep(order):
    table.put_item(Item={"key": "order " + order["order"], "amount": order["amount"]})

def add(order):
    more = {":more": order["amount"]}
    table.update_item(Key={"key": "total"}, UpdateExpression="ADD amount :more", ExpressionAttributeValues=more)

def mark(text):
    table.put_item(Item={"key": text, "done": True}, ConditionExpression="attribute_not_exists(done)")

def at_once(event, *more):
    amount = {"N": str(event["detail"]["amount"])}
    item = {"key": {"S": "event " + event["id"]}, "done": {"BOOL": True}}
    once = {"TableName": name, "Item": item, "ConditionExpression": "attribute_not_exists(done)"}
    total = {"TableName": name, "Key": {"key": {"S": "total"}}, "UpdateExpression": "ADD amount :more"}
    order = {"TableName": name, "Item": {"key": {"S": "order " + event["detail"]["order"]}, "amount": amount}}
    items = [{"Put": once}, {"Update": {**total, "ExpressionAttributeValues": {":more": amount}}}]
    client.transact_write_items(TransactItems=items + [{"Put": order}] * ("keep" in more))

def handler(event, context):
    order = event["detail"]
"""
NAIVE = "    keep(order)\n    add(order)\n"
IN_MEMORY = "    if event['id'] in done: return\n    done.add(event['id'])\n    keep(order)\n    add(order)\n"
FIRST_MARKED = """    try: mark("event " + event["id"])
    except client.exceptions.ConditionalCheckFailedException: return
    keep(order)
    add(order)
"""
# Right as long as nothing fails and no two come at once.
LAST_MARKED = """    seen = table.get_item(Key={"key": "event " + event["id"]}, ConsistentRead=True)
    if "Item" in seen: return
    keep(order)
    add(order)
    mark("event " + event["id"])
"""
ORDER_AFTERWARDS = """    try: at_once(event)
    except client.exceptions.TransactionCanceledException: return
    keep(order)
"""
BY_ORDER = FIRST_MARKED.replace('"event " + event["id"]', '"seen " + order["order"] + str(order["amount"])')
RAISING = "    at_once(event, 'keep')\n"
WHOLE = "    try: at_once(event{more})\n    except client.exceptions.TransactionCanceledException: print('done before')\n"


@pytest.fixture
def learner(cloud, tmp_path):
    return Learner(cloud, "05", tmp_path)


@pytest.fixture
def s3(cloud):
    return cloud.client("s3")


def bucket(learner, name):
    full = f"lab05-{name}-{learner.cloud.account_id}"
    learner.cloud.client("s3").create_bucket(Bucket=full)
    return full


def rule(learner, function, **bounds):
    named = [{"Name": name, "Value": value} for name, value in bounds.items()]
    arn = f"arn:aws:lambda:us-east-1:{learner.cloud.account_id}:function:{function}"
    return {
        "LambdaFunctionArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": named}},
    }


def notify(learner, name, *rules):
    learner.cloud.client("s3").put_bucket_notification_configuration(
        Bucket=name,
        NotificationConfiguration={"LambdaFunctionConfigurations": list(rules)},
        SkipDestinationValidation=True,
    )


def capital(learner, *suffixes):
    bucket(learner, "thumbs")
    rules = [rule(learner, "lab05-thumbs", suffix=suffix) for suffix in suffixes]
    notify(learner, bucket(learner, "uploads"), *rules)


def test_capital_untouched(learner):
    assert learner.check("capital").state == "not yet"
    capital(learner, ".jpg")
    assert learner.check("capital").state == "not yet"


@pytest.mark.parametrize(
    ("suffixes", "reason", "words"),
    [
        ((".JPG",), "replaced", "replaces all rules"),
        ((".jpg", ".JPEG"), "misspelt", "the dot"),
        (("",), "everything", "fits `notes.txt`"),
        ((".jpg", ".JPG", ".txt"), "everything", "fits `notes.txt`"),
        ((".jpg", ".JPG"), "no-thumbnail", "from now on"),
    ],
)
def test_capital_typical_mistakes(learner, suffixes, reason, words):
    capital(learner, *suffixes)
    assert learner.check("capital").reason == reason
    assert words in learner.hint("capital")


@pytest.mark.parametrize("suffixes", [(".jpg", ".JPG"), (".jpg", ".JPG", ".jpeg"), ("jpg", "JPG")])
def test_capital_right(learner, s3, suffixes):
    capital(learner, *suffixes)
    s3.put_object(Bucket=bucket(learner, "thumbs"), Key="IMG_0042.JPG", Body=b"")
    assert learner.check("capital").state == "passed"


def decoding(learner, s3, decode, out="key"):
    """A handler that copies a picture under the name it found; one upload of the lab goes through it."""
    uploads = bucket(learner, "uploads")
    variables = {"THUMBS": bucket(learner, "thumbs")}
    code = DECODES.format(decode=decode, out=out)
    learner.create("lab05-thumbs", code, Environment={"Variables": variables}, Timeout=20)
    s3.put_object(Bucket=uploads, Key="red desert.jpg", Body=b"")
    about = {"bucket": {"name": uploads}, "object": {"key": "red+desert.jpg"}}
    learner.call("lab05-thumbs", {"Records": [{"s3": about}]})


def test_decode_untouched(learner, s3):
    assert learner.check("decode").state == "not yet"
    decoding(learner, s3, "coded")
    assert learner.check("decode").state == "not yet"


@pytest.mark.parametrize(
    ("made", "reason", "words"),
    [
        (("undecode(coded)", "key"), "raised", "does not know a name"),
        (("unquote_plus(coded)", "coded"), "half", "Under which name"),
        (("unquote(coded)", "key"), "plain", "of a blank is not"),
        (("coded.replace('+', ' ')", "key"), "partly", "is not enough"),
        (("unquote_plus(unquote_plus(coded))", "key"), "partly", "is too much"),
    ],
)
def test_decode_typical_mistakes(learner, s3, made, reason, words):
    decoding(learner, s3, *made)
    assert learner.check("decode").reason == reason
    assert words in learner.hint("decode")


def test_decode_right_and_nothing_of_the_check_stays(learner, s3):
    decoding(learner, s3, "unquote_plus(coded)")
    assert learner.check("decode").state == "passed"
    there = s3.list_objects_v2(Bucket=bucket(learner, "thumbs"))["Contents"]
    assert [one["Key"] for one in there] == ["red desert.jpg"]


def circle(learner, s3, *, thumbs="album", code=COPIES):
    album = bucket(learner, "album")
    variables = {"THUMBS": bucket(learner, thumbs), "PREFIX": "t-"}
    learner.create("lab05-loop", code, Environment={"Variables": variables}, Timeout=20)
    learner.client.add_permission(
        FunctionName="lab05-loop",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{album}",
    )
    learner.client.put_function_event_invoke_config(FunctionName="lab05-loop", MaximumRetryAttempts=0)
    notify(learner, album, rule(learner, "lab05-loop", suffix=".jpg"))
    s3.put_object(Bucket=album, Key="a.jpg", Body=b"")
    mine = lambda: [one for one in learner.cloud.events("lab05-loop") if one.accepted_at >= learner.began]  # noqa: E731
    until(lambda: mine() and all(one.ended_at for one in mine()), seconds=60)


def test_loop_untouched(learner, s3):
    assert learner.check("loop").state == "not yet"
    circle(learner, s3, thumbs="thumbs")
    assert learner.check("loop").state == "not yet"


@pytest.mark.parametrize(
    ("changed", "reason", "words"),
    [
        ({"code": COPIES.replace("Key=name", "Key=name + '.small'")}, "no-circle", "fit the rule"),
        ({"code": COPIES.replace('["THUMBS"]', '["ALBUM"]')}, "raised", "a bucket that exists"),
    ],
)
def test_loop_typical_mistakes(learner, s3, changed, reason, words):
    circle(learner, s3, **changed)
    assert learner.check("loop").reason == reason
    assert words in learner.hint("loop")


def test_loop_right(learner, s3):
    circle(learner, s3)
    found = until(lambda: (result := learner.check("loop")).state == "passed" and result)
    assert found.seen == "16 runs, then an event that was dropped"


def prices(learner, write):
    learner.create("lab05-prices", PRICES.format(write=write), Timeout=20)


def test_sequencer_untouched(learner):
    assert learner.check("sequencer").state == "not yet"
    prices(learner, "table.put_item(Item=item)")
    assert learner.check("sequencer").state == "not yet"


@pytest.mark.parametrize(
    ("write", "reason", "words"),
    [
        (NEWER, "unhandled", "you let it out"),
        (CONDITION.format(condition="sequencer < :other"), "raised", "no row yet"),
        (
            "table.put_item(Item=item, ConditionExpression='attribute_not_exists(sequencer)')",
            "frozen",
            "A newer event has to",
        ),
        (
            CAUGHT.format(
                write="table.put_item(Item=item, ConditionExpression='attribute_not_exists(sequencer)')"
            ),
            "frozen",
            "A newer event has to",
        ),
    ],
)
def test_sequencer_typical_mistakes(learner, write, reason, words):
    prices(learner, write)
    assert learner.check("sequencer").reason == reason
    assert words in learner.hint("sequencer")


def test_sequencer_right(learner):
    prices(learner, CAUGHT.format(write=NEWER))
    assert learner.check("sequencer").state == "passed"


def schedule(learner, expression, zone):
    account = learner.cloud.account_id
    target = {
        "Arn": f"arn:aws:lambda:us-east-1:{account}:function:lab05-riga",
        "RoleArn": f"arn:aws:iam::{account}:role/lab05-caller-role",
    }
    learner.cloud.client("scheduler").create_schedule(
        Name="lab05-riga",
        ScheduleExpression=expression,
        ScheduleExpressionTimezone=zone,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=target,
    )


def test_riga_untouched(learner):
    assert learner.check("riga").state == "not yet"
    schedule(learner, "cron(0 8 * * ? *)", "UTC")
    assert learner.check("riga").state == "not yet"


@pytest.mark.parametrize(
    ("expression", "zone", "reason", "words"),
    [
        ("cron(0 6 * * ? *)", "UTC", "by-hand", "clocks change"),
        ("cron(0 6 * * ? *)", "Europe/Riga", "moved", "meant in that zone"),
        ("cron(0 8 * * ? *)", "Etc/GMT-2", "elsewhere", "another place"),
    ],
)
def test_riga_typical_mistakes(learner, expression, zone, reason, words):
    schedule(learner, expression, zone)
    assert learner.check("riga").reason == reason
    assert words in learner.hint("riga")


def test_riga_right(learner):
    schedule(learner, "cron(0 8 * * ? *)", "Europe/Riga")
    assert learner.check("riga").state == "passed"


def pattern(learner, detail=None, **more):
    wanted = {"source": ["shop.orders"], **more, **({"detail": detail} if detail else {})}
    learner.cloud.client("events").put_rule(Name="lab05-baltic-orders", EventPattern=json.dumps(wanted))


PLACED, BALTIC = {"detail-type": ["OrderPlaced"]}, {"country": ["LV", "EE", "LT"]}


def at_least(number, operator=">="):
    return {"amount": [{"numeric": [operator, number]}]}


def test_pattern_untouched(learner):
    assert learner.check("pattern").state == "not yet"
    pattern(learner)
    assert learner.check("pattern").state == "not yet"


@pytest.mark.parametrize(
    ("detail", "more", "reason", "words"),
    [
        (BALTIC | at_least(100, ">"), PLACED, "edge", "exactly 100"),
        (at_least(100) | {"country": ["LV", "LT"]}, PLACED, "edge", "exactly 100"),
        (at_least(100) | {"country": ["LV"]}, PLACED, "missing", "stays dark"),
        (BALTIC | at_least(100), {}, "too-many", "not wanted"),
        ({"order": ["A-1001", "A-1005", "A-1006"]}, PLACED, "by-heart", "tomorrow"),
    ],
)
def test_pattern_typical_mistakes(learner, detail, more, reason, words):
    pattern(learner, detail, **more)
    assert learner.check("pattern").reason == reason
    assert words in learner.hint("pattern")


def test_pattern_right(learner):
    pattern(learner, BALTIC | at_least(100), **PLACED)
    assert learner.check("pattern").state == "passed"


def orders(learner, body):
    learner.create("lab05-orders", ORDERS + body, Timeout=30)


def test_pipeline_untouched(learner):
    assert learner.check("pipeline").state == "not yet"
    orders(learner, NAIVE)
    assert learner.check("pipeline").state == "not yet"


@pytest.mark.parametrize(
    ("body", "reason", "words"),
    [
        (IN_MEMORY, "twice", "one environment only"),
        (FIRST_MARKED, "half", "marked as done"),
        (BY_ORDER, "lost", "only looked like another"),
        (RAISING, "raised", "no failure"),
        (WHOLE.format(more=""), "no-order", "was not kept"),
        (ORDER_AFTERWARDS, "left-over", "failed after the amount was added"),
    ],
)
def test_pipeline_typical_mistakes(learner, body, reason, words):
    orders(learner, body)
    result = learner.check("pipeline")
    assert (result.reason, words in learner.lab.task("pipeline").hint(result).first) == (reason, True)


def test_pipeline_never_takes_add_first_and_mark_last(learner):
    orders(learner, LAST_MARKED)
    assert learner.check("pipeline").reason in {"twice", "raised", "left-over"}


def test_pipeline_sees_what_events_that_failed_have_added(learner):
    orders(learner, LAST_MARKED)
    evidence = Evidence(learner.cloud, lambda _: learner.began)
    assert lab_05_states.left_over(evidence) == lab_05_states.PROBE


def test_pipeline_right(learner):
    orders(learner, WHOLE.format(more=", 'keep'"))
    assert learner.check("pipeline").state == "passed"
