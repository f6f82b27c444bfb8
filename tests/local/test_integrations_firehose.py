"""Data Firehose: records wait by the clock, are transformed by a function, and end in S3 as it says or failed."""

import base64
import json

import integrations_kit as kit
import pytest

UPPER = """
import base64
def handler(event, context):
    return {"records": [{"recordId": one["recordId"], "result": "Ok",
        "data": base64.b64encode(base64.b64decode(one["data"]).upper()).decode()} for one in event["records"]]}
"""
# What a record says is what becomes of it.
SORTS = """
import base64
def handler(event, context):
    out = []
    for one in event["records"]:
        says = base64.b64decode(one["data"]).decode().strip()
        out.append({"recordId": one["recordId"], "result": says, "data": one["data"]})
    return {"records": out}
"""
LOSES = """
def handler(event, context):
    return {"records": [{**one, "result": "Ok"} for one in event["records"][1:]]}
"""
DOUBLES = """
def handler(event, context):
    return {"records": [{**one, "result": "Ok"} for one in event["records"] for _ in "ab"]}
"""
SWELLS = """
def handler(event, context):
    return {"records": [{**one, "result": "Ok", "data": "QUFB" * 1_000_000} for one in event["records"]]}
"""
RAISES = "def handler(event, context):\n    raise ValueError('no')\n"


@pytest.fixture(scope="module")
def role(cloud):
    rights = ("s3:PutObject", "lambda:InvokeFunction")
    return kit.service_role(cloud, "hose", "firehose.amazonaws.com", rights)


def hose(cloud, name, role, function=None, code=None, *, buffer_s=60, parameters=(), **more):
    """A delivery stream into a bucket of its own name; with a function, it is transformed."""
    cloud.client("s3").create_bucket(Bucket=name)
    configuration = {
        "RoleARN": role,
        "BucketARN": f"arn:aws:s3:::{name}",
        "BufferingHints": {"IntervalInSeconds": buffer_s, "SizeInMBs": 1},
        **more,
    }
    if function:
        kit.ready(cloud, function, code)
        named = {"LambdaArn": kit.function_arn(function), "BufferIntervalInSeconds": "60", **dict(parameters)}
        given = [{"ParameterName": key, "ParameterValue": value} for key, value in named.items()]
        processor = {"Type": "Lambda", "Parameters": given}
        configuration["ProcessingConfiguration"] = {"Enabled": True, "Processors": [processor]}
    cloud.client("firehose").create_delivery_stream(
        DeliveryStreamName=name, ExtendedS3DestinationConfiguration=configuration
    )
    return name


def put(cloud, name, *texts):
    records = [{"Data": text.encode()} for text in texts]
    return cloud.client("firehose").put_record_batch(DeliveryStreamName=name, Records=records)


def objects(cloud, name):
    s3 = cloud.client("s3")
    listed = s3.list_objects_v2(Bucket=name).get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket=name, Key=one["Key"])["Body"].read() for one in listed}


def delivered(cloud, name, *, turns=8):
    """What is in the bucket after the clock was turned on, minute by minute, until something is there."""

    def there():
        cloud.clock(turn=60)
        return objects(cloud, name)

    return kit.until(there, seconds=60)


@pytest.fixture(autouse=True)
def still(cloud):
    """The clock stands still: nothing is delivered that the test does not ask for."""
    cloud.clock(speed=0)
    yield
    cloud.clock(speed=1)


def test_records_wait_for_the_clock_and_become_one_object(cloud, role):
    name = hose(cloud, "plain-hose", role, buffer_s=300, Prefix="raw/")
    put(cloud, name, "a\n", "b\n")
    cloud.clock(turn=299)
    assert objects(cloud, name) == {}
    cloud.clock(turn=1)
    found = kit.until(lambda: objects(cloud, name))
    ((key, body),) = found.items()
    assert body == b"a\nb\n"
    assert key.startswith("raw/20")
    assert f"/{name}-1-" in key


def test_a_function_transforms_them(cloud, role):
    name = hose(cloud, "upper-hose", role, "upper", UPPER)
    answer = put(cloud, name, "a,", "b,")
    assert answer["FailedPutCount"] == 0
    assert list(delivered(cloud, name).values()) == [b"A,B,"]
    (record,) = cloud.records("upper")
    assert (record.producer, record.type) == ("firehose.amazonaws.com", "RequestResponse")


def test_dropped_is_forgotten_and_failed_is_kept_apart(cloud, role):
    name = hose(cloud, "sorting-hose", role, "sorts", SORTS)
    put(cloud, name, "Ok\n", "Dropped\n", "ProcessingFailed\n")

    def both():
        cloud.clock(turn=60)
        found = objects(cloud, name)
        return found if len(found) == 2 else None

    found = kit.until(both, seconds=60)
    good = [body for key, body in found.items() if not key.startswith("processing-failed/")]
    (bad,) = [body for key, body in found.items() if key.startswith("processing-failed/")]
    told = json.loads(bad)
    assert good == [b"Ok\n"]
    assert base64.b64decode(told["rawData"]) == b"ProcessingFailed\n"
    assert (told["errorCode"], told["attemptsMade"]) == ("Lambda.ProcessingFailedStatus", 1)
    assert told["lambdaArn"] == kit.function_arn("sorts")


@pytest.mark.parametrize(
    ("function", "code", "error"),
    [
        ("loses", LOSES, "Lambda.MissingRecordId"),
        ("doubles", DOUBLES, "Lambda.DuplicatedRecordId"),
        ("raises", RAISES, "Lambda.FunctionError"),
        ("swells", SWELLS, "Lambda.FunctionError"),
        ("hums", "def handler(event, context):\n    return 'hum'\n", "Lambda.JsonProcessingException"),
    ],
)
def test_a_wrong_answer_fails_the_whole_batch(cloud, role, function, code, error):
    name = hose(cloud, f"{function}-hose", role, function, code)
    put(cloud, name, "a", "b")
    ((key, body),) = delivered(cloud, name).items()
    told = [json.loads(line) for line in body.splitlines()]
    assert key.startswith("processing-failed/")
    assert [(one["errorCode"], base64.b64decode(one["rawData"])) for one in told] == [
        (error, b"a"),
        (error, b"b"),
    ]


def test_a_throttle_is_tried_again_three_times(cloud, role):
    name = hose(cloud, "throttled-hose", role, "throttled", UPPER)
    cloud.client("lambda").put_function_concurrency(FunctionName="throttled", ReservedConcurrentExecutions=0)
    put(cloud, name, "a")
    told = json.loads(next(iter(delivered(cloud, name).values())))
    assert (told["errorCode"], told["attemptsMade"]) == ("Lambda.InvokeLimitExceeded", 4)


def test_without_the_right_to_invoke(cloud):
    poor = kit.service_role(cloud, "poor-hose", "firehose.amazonaws.com", ("s3:PutObject",))
    name = hose(cloud, "poor-hose", poor, "unseen", UPPER)
    put(cloud, name, "a")
    told = json.loads(next(iter(delivered(cloud, name).values())))
    assert told["errorCode"] == "Lambda.InvokeAccessDenied"
    assert cloud.records("unseen") == []


def test_what_is_large_does_not_wait(cloud, role):
    name = hose(cloud, "large-hose", role, "passes", UPPER)
    put(cloud, name, *["x" * 300_000] * 4)
    assert sum(map(len, kit.until(lambda: objects(cloud, name)).values())) == 1_200_000


def test_errors_are_told_in_the_log(cloud, role):
    logging = {"Enabled": True, "LogGroupName": "/firehose/told", "LogStreamName": "DestinationDelivery"}
    cloud.client("logs").create_log_group(logGroupName="/firehose/told")
    name = hose(cloud, "told-hose", role, "loses-too", LOSES, CloudWatchLoggingOptions=logging)
    put(cloud, name, "a")
    delivered(cloud, name)
    events = cloud.client("logs").filter_log_events(logGroupName="/firehose/told")["events"]
    told = json.loads(events[0]["message"])
    assert (told["errorCode"], told["processor"]) == (
        "Lambda.MissingRecordId",
        kit.function_arn("loses-too"),
    )


def test_what_cannot_be_put_is_refused(cloud, role):
    name = hose(cloud, "picky-hose", role)
    firehose = cloud.client("firehose")
    code, _, _ = kit.refusal(firehose.put_record, DeliveryStreamName="none", Record={"Data": b"a"})
    assert code == "ResourceNotFoundException"
    large = {"Data": b"a" * 1_024_001}
    assert kit.refusal(firehose.put_record, DeliveryStreamName=name, Record=large)[0] == "ValidationException"
    many = [{"Data": b"a"}] * 501
    refused = kit.refusal(firehose.put_record_batch, DeliveryStreamName=name, Records=many)
    assert refused[0] == "ValidationException"


def test_a_role_that_does_not_trust_it_makes_no_stream(cloud):
    closed = kit.service_role(cloud, "closed-hose", "lambda.amazonaws.com")
    configuration = {"RoleARN": closed, "BucketARN": "arn:aws:s3:::closed"}
    code, text, _ = kit.refusal(
        cloud.client("firehose").create_delivery_stream,
        DeliveryStreamName="closed",
        ExtendedS3DestinationConfiguration=configuration,
    )
    assert (code, text) == (
        "InvalidArgumentException",
        f"Firehose is unable to assume role {closed}. Please check the role provided.",
    )
