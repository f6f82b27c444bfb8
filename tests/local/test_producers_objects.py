"""S3's events through boto3: rules, refusals, records, simultaneous writes, late delivery."""

from __future__ import annotations

import itertools
import json
import threading

import pytest
from async_kit import queue
from botocore.exceptions import ClientError
from functions_kit import refusal, until
from integrations_kit import service_role
from producers_kit import ACCOUNT, listener, open_queue, open_topic, permit, received, seen

S3 = "s3.amazonaws.com"
names = itertools.count()


@pytest.fixture(scope="module")
def s3(cloud):
    return cloud.client("s3")


@pytest.fixture
def bucket(s3):
    name = f"uploads-{next(names)}"
    s3.create_bucket(Bucket=name)
    return name


def notify(s3, bucket, **rules):
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=rules)


def queue_rule(target, *events, prefix=None, suffix=None):
    bounds = {"prefix": prefix, "suffix": suffix}
    rules = [{"Name": name, "Value": value} for name, value in bounds.items() if value is not None]
    rule = {"QueueArn": target, "Events": list(events) or ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}
    return {**rule, "Filter": {"Key": {"FilterRules": rules}}} if rules else rule


def records(messages):
    bodies = [json.loads(message["Body"]) for message in messages]
    return [body["Records"][0] for body in bodies if "Records" in body]


def listening(cloud, s3, bucket, **rule):
    """A queue that hears of the bucket; its test event is taken out."""
    url, target = open_queue(cloud, f"{bucket}-queue", S3)
    notify(s3, bucket, QueueConfigurations=[queue_rule(target, **rule)])
    (test,) = received(cloud, url)
    assert json.loads(test["Body"])["Event"] == "s3:TestEvent"
    return url


def test_a_put_runs_the_function_with_awss_record(cloud, s3, bucket):
    target = listener(cloud, "thumbs")
    permit(cloud, "thumbs", S3, f"arn:aws:s3:::{bucket}", SourceAccount=ACCOUNT)
    rule = {"Id": "made", "LambdaFunctionArn": target, "Events": ["s3:ObjectCreated:*"]}
    notify(s3, bucket, LambdaFunctionConfigurations=[rule])
    s3.put_object(Bucket=bucket, Key="in/red flower@home.jpg", Body=b"picture")
    (event,) = seen(cloud, "thumbs")
    (record,) = event["Records"]
    assert record.pop("eventTime").endswith("Z")
    assert len(record["s3"]["object"].pop("sequencer")) == 18
    assert set(record.pop("responseElements")) == {"x-amz-request-id", "x-amz-id-2"}
    assert record.pop("userIdentity")["principalId"]
    assert record["s3"]["bucket"].pop("ownerIdentity")["principalId"]
    assert record == {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventName": "ObjectCreated:Put",
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "made",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {
                "key": "in/red+flower%40home.jpg",
                "size": 7,
                "eTag": "5456fc54c74a297ce994998c2873b370",
            },
        },
    }
    (history,) = until(lambda: [one for one in cloud.events("thumbs") if one.ended_at])
    assert history.producer == f"arn:aws:s3:::{bucket}"
    assert history.condition == "Success"


def test_every_way_to_make_and_remove_an_object_is_named(cloud, s3, bucket):
    url = listening(cloud, s3, bucket)
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    s3.copy_object(Bucket=bucket, Key="b", CopySource={"Bucket": bucket, "Key": "a"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="c")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="c", UploadId=upload, PartNumber=1, Body=b"x" * 100)
    parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
    s3.complete_multipart_upload(Bucket=bucket, Key="c", UploadId=upload, MultipartUpload={"Parts": parts})
    s3.delete_object(Bucket=bucket, Key="a")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b"}, {"Key": "c"}], "Quiet": True})
    s3.delete_object(Bucket=bucket, Key="never-was")
    told = records(received(cloud, url, count=6))
    assert [(one["eventName"], one["s3"]["object"]["key"]) for one in told] == [
        ("ObjectCreated:Put", "a"),
        ("ObjectCreated:Copy", "b"),
        ("ObjectCreated:CompleteMultipartUpload", "c"),
        ("ObjectRemoved:Delete", "a"),
        ("ObjectRemoved:Delete", "b"),
        ("ObjectRemoved:Delete", "c"),
    ]
    assert [one["s3"]["object"].get("size") for one in told] == [1, 1, 100, None, None, None]
    assert told[2]["s3"]["object"]["eTag"].endswith("-1")
    assert set(told[3]["s3"]["object"]) == {"key", "sequencer"}
    numbers = [one["s3"]["object"]["sequencer"] for one in told]
    assert numbers == sorted(numbers)


def test_versions_and_delete_markers(cloud, s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    url = listening(cloud, s3, bucket)
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"22")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="k")["VersionId"]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=first)
    told = records(received(cloud, url, count=4))
    assert [(one["eventName"], one["s3"]["object"]["versionId"]) for one in told] == [
        ("ObjectCreated:Put", first),
        ("ObjectCreated:Put", second),
        ("ObjectRemoved:DeleteMarkerCreated", marker),
        ("ObjectRemoved:Delete", first),
    ]
    assert told[2]["s3"]["object"]["eTag"] == "d41d8cd98f00b204e9800998ecf8427e"


def test_prefix_and_suffix(cloud, s3, bucket):
    url = listening(cloud, s3, bucket, prefix="in/", suffix=".jpg")
    for key in ("in/a.png", "out/a.jpg", "in/a.jpg"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    (told,) = records(received(cloud, url))
    assert told["s3"]["object"]["key"] == "in/a.jpg"
    found = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"][0]
    rules = [{"Name": "Prefix", "Value": "in/"}, {"Name": "Suffix", "Value": ".jpg"}]
    assert found["Filter"] == {"Key": {"FilterRules": rules}}


def test_tags_and_access_lists_only_where_they_are_set(cloud, s3, bucket):
    url, target = open_queue(cloud, f"{bucket}-tags", S3)
    notify(s3, bucket, QueueConfigurations=[queue_rule(target, "s3:ObjectTagging:*", "s3:ObjectAcl:Put")])
    s3.put_object(Bucket=bucket, Key="k", Body=b"", Tagging="a=b")
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "c"}]})
    s3.put_object_acl(Bucket=bucket, Key="k", ACL="public-read")
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    told = records(received(cloud, url, count=4))
    wanted = ["ObjectTagging:Put", "ObjectAcl:Put", "ObjectTagging:Delete"]
    assert [(one["eventName"], one["eventVersion"]) for one in told] == [(name, "2.3") for name in wanted]


def test_a_topic_gets_the_record_under_s3s_subject(cloud, s3, bucket):
    topic = open_topic(cloud, f"{bucket}-topic", S3)
    url, target = open_queue(cloud, f"{bucket}-listens", "sns.amazonaws.com")
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=target)
    notify(s3, bucket, TopicConfigurations=[{"TopicArn": topic, "Events": ["s3:ObjectCreated:Put"]}])
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    test, told = (json.loads(message["Body"]) for message in received(cloud, url, count=2))
    assert json.loads(test["Message"])["Event"] == "s3:TestEvent"
    assert told["Subject"] == "Amazon S3 Notification"
    assert json.loads(told["Message"])["Records"][0]["s3"]["object"]["key"] == "k"


def test_a_function_that_does_not_let_s3_in_is_refused(cloud, s3, bucket):
    target = listener(cloud, "closed")
    rule = {"LambdaFunctionArn": target, "Events": ["s3:ObjectCreated:*"]}
    with pytest.raises(ClientError) as seen_error:
        notify(s3, bucket, LambdaFunctionConfigurations=[rule])
    error = seen_error.value.response["Error"]
    assert error["Code"] == "InvalidArgument"
    assert error["Message"] == "Unable to validate the following destination configurations"
    assert error["ArgumentName1"] == f"{target}, null"
    assert error["ArgumentValue1"] == f"Not authorized to invoke function [{target}]"
    permit(cloud, "closed", S3, "arn:aws:s3:::another")
    with pytest.raises(ClientError):
        notify(s3, bucket, LambdaFunctionConfigurations=[rule])
    permit(cloud, "closed", S3, f"arn:aws:s3:::{bucket}", SourceAccount="210987654321", StatementId="b")
    with pytest.raises(ClientError):
        notify(s3, bucket, LambdaFunctionConfigurations=[rule])
    assert "LambdaFunctionConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={"LambdaFunctionConfigurations": [rule]},
        SkipDestinationValidation=True,
    )


def test_destinations_that_are_not_there_are_all_named(cloud, s3, bucket):
    missing = [f"arn:aws:sqs:us-east-1:{ACCOUNT}:missing-{number}" for number in (1, 2)]
    _, closed = queue(cloud, f"{bucket}-closed")
    rules = [queue_rule(one, prefix=str(number)) for number, one in enumerate([*missing, closed])]
    with pytest.raises(ClientError) as refused:
        notify(s3, bucket, QueueConfigurations=rules)
    error = refused.value.response["Error"]
    assert [error[f"ArgumentValue{number}"] for number in (1, 2)] == [
        "The destination queue does not exist"
    ] * 2
    assert error["ArgumentValue3"].startswith("Permissions on the destination queue do not allow S3")


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ([{}, {}], "ambiguously defined"),
        ([{"prefix": "in/"}, {"prefix": "in/deeper/"}], "ambiguously defined"),
        ([{"suffix": "jpg"}, {"suffix": ".jpg"}], "ambiguously defined"),
        ([{"prefix": "a", "suffix": ".jpg"}, {"prefix": "ab"}], "ambiguously defined"),
    ],
)
def test_rules_that_overlap_are_refused(cloud, s3, bucket, rules, text):
    _, target = open_queue(cloud, f"{bucket}-q", S3)
    with pytest.raises(ClientError, match=text):
        notify(s3, bucket, QueueConfigurations=[queue_rule(target, **one) for one in rules])


def test_bad_rules(cloud, s3, bucket):
    def refused(**rule):
        base = {"QueueArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:q", "Events": ["s3:ObjectCreated:*"]}
        configuration = {"QueueConfigurations": [base | rule]}
        return refusal(
            s3.put_bucket_notification_configuration, Bucket=bucket, NotificationConfiguration=configuration
        )

    assert refused(QueueArn="nonsense") == ("InvalidArgument", "The ARN could not be parsed", 400)
    assert refused(Events=["s3:ObjectMelted"])[1].startswith("The event 's3:ObjectMelted' is not supported")
    assert refused(QueueArn=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q")[1].startswith(
        "The notification destination service region is not valid"
    )
    twice = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "a"}] * 2}}
    assert refused(Filter=twice)[1] == "Cannot specify more than one prefix rule in a filter."
    configuration = {"NotificationConfiguration": {}, "Bucket": "no-such-bucket-anywhere"}
    assert refusal(s3.put_bucket_notification_configuration, **configuration)[0] == "NoSuchBucket"


def test_a_change_of_rules_binds_the_next_event_and_none_means_silence(cloud, s3, bucket):
    url = listening(cloud, s3, bucket)
    s3.put_object(Bucket=bucket, Key="one", Body=b"")
    notify(s3, bucket)
    s3.put_object(Bucket=bucket, Key="two", Body=b"")
    assert [one["s3"]["object"]["key"] for one in records(received(cloud, url))] == ["one"]
    assert "Messages" not in cloud.client("sqs").receive_message(QueueUrl=url)
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)


def twice_at_once(cloud, bucket, key, rounds):
    """Two clients write the same key at the same moment, so many times."""
    barrier = threading.Barrier(2)
    clients = [cloud.client("s3") for _ in range(2)]

    def write(client):
        for _ in range(rounds):
            barrier.wait(20)
            client.put_object(Bucket=bucket, Key=key, Body=b"x" * 1000)

    threads = [threading.Thread(target=write, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def count_of(cloud, url):
    found = cloud.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def test_two_writes_at_once_give_one_event_without_versions_and_two_with(cloud, s3, bucket):
    url = listening(cloud, s3, bucket)
    twice_at_once(cloud, bucket, "k", 30)
    told = count_of(cloud, url)
    assert 30 <= told < 60
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    twice_at_once(cloud, bucket, "v", 30)
    assert count_of(cloud, url) == told + 60


def test_late_delivery_goes_by_the_clouds_clock(cloud, s3, bucket):
    url = listening(cloud, s3, bucket)
    cloud.clock(speed=0, late=1)
    try:
        s3.put_object(Bucket=bucket, Key="k", Body=b"")
        cloud.clock(turn=55)
        assert count_of(cloud, url) == 0
        cloud.clock(turn=130)
        assert len(records(received(cloud, url))) == 1
    finally:
        cloud.clock(speed=1, late=0)


def test_a_function_that_writes_where_it_is_triggered_is_stopped(cloud, s3, bucket):
    code = (
        "import boto3\ndef handler(event, context):\n    one = event['Records'][0]['s3']\n"
        "    boto3.client('s3').put_object(Bucket=one['bucket']['name'], Key=one['object']['key'], Body=b'')\n"
    )
    target = listener(cloud, "writes", code)
    permit(cloud, "writes", S3, f"arn:aws:s3:::{bucket}")
    rule = {"LambdaFunctionArn": target, "Events": ["s3:ObjectCreated:*"]}
    notify(s3, bucket, LambdaFunctionConfigurations=[rule])
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    ends = until(
        lambda: [one for one in cloud.events("writes") if one.condition == "RecursiveInvocation"], seconds=90
    )
    assert len(ends) == 1
    until(lambda: sum(one.condition == "Success" for one in cloud.events("writes")) == 16)


def test_a_restore_is_told_at_its_beginning_and_its_end(cloud, s3, bucket):
    url, target = open_queue(cloud, f"{bucket}-restores", S3)
    notify(s3, bucket, QueueConfigurations=[queue_rule(target, "s3:ObjectRestore:*")])
    s3.put_object(Bucket=bucket, Key="cold", Body=b"abc", StorageClass="GLACIER")
    s3.restore_object(Bucket=bucket, Key="cold", RestoreRequest={"Days": 1})
    s3.head_object(Bucket=bucket, Key="cold")
    told = records(received(cloud, url, count=3))
    assert [one["eventName"] for one in told] == ["ObjectRestore:Post", "ObjectRestore:Completed"]
    assert told[1]["glacierEventData"]["restoreEventData"]["lifecycleRestoreStorageClass"] == "GLACIER"
    assert {one["s3"]["object"]["size"] for one in told} == {3}


def test_what_another_service_writes_is_told_too(cloud, s3, bucket):
    """Firehose puts its object without any request to S3."""
    url = listening(cloud, s3, bucket)
    firehose = cloud.client("firehose")
    role = service_role(cloud, f"{bucket}-firehose", "firehose.amazonaws.com", ("s3:PutObject",))
    firehose.create_delivery_stream(
        DeliveryStreamName=bucket,
        ExtendedS3DestinationConfiguration={
            "RoleARN": role,
            "BucketARN": f"arn:aws:s3:::{bucket}",
            "BufferingHints": {"IntervalInSeconds": 0, "SizeInMBs": 1},
        },
    )
    firehose.put_record(DeliveryStreamName=bucket, Record={"Data": b"line"})
    (told,) = records(received(cloud, url))
    assert (told["eventName"], told["s3"]["object"]["size"]) == ("ObjectCreated:Put", 4)
