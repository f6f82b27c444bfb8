"""The services behind the gateway, as a learner's client meets them: hosts, Regions, logs, metrics, gaps."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from gateway_kit import Kit

from lambada_labs.cloud.local.aws_error import AwsError
from lambada_labs.cloud.local.moto_plug import MANAGED_POLICIES
from lambada_labs.cloud.local.telemetry import Caps, Statistics
from lambada_labs.model import FunctionConfig, InvocationRecord

CAPS = Caps(log_events_per_stream=50, log_events_per_group=120, metric_data=60)
TRUST = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'


@pytest.fixture(scope="module")
def kit():
    with Kit(caps=CAPS) as kit:
        yield kit


@pytest.fixture(scope="module")
def bucket(kit):
    name = f"objects-{kit.account_id}"
    kit.client("s3").create_bucket(Bucket=name)
    kit.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def function(name):
    return FunctionConfig(
        account_id="1",
        region="us-east-1",
        name=name,
        handler="h",
        runtime="python3.13",
        role_arn="arn:r",
        code_sha256="x",
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_queue_urls_carry_the_clients_own_host(kit, host):
    keys = kit.credentials
    sqs = boto3.client(
        "sqs", endpoint_url=f"http://{host}:{kit.port}", region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
    )  # fmt: skip
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="work")
    body = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]["Body"]
    sqs.purge_queue(QueueUrl=url)
    sqs.delete_queue(QueueUrl=url)
    sqs.close()
    assert (url, body) == (f"http://{host}:{kit.port}/{kit.account_id}/jobs", "work")


def test_accounts_and_regions_are_those_of_the_signature(kit):
    arns = {}
    for region in ("us-east-1", "eu-central-1"):
        keys = kit.credentials
        sns = boto3.client(
            "sns", endpoint_url=kit.url, region_name=region, aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
        )  # fmt: skip
        sns.create_topic(Name=f"in-{region}")
        arns[region] = [topic["TopicArn"] for topic in sns.list_topics()["Topics"]]
        sns.close()
    assert arns == {region: [f"arn:aws:sns:{region}:{kit.account_id}:in-{region}"] for region in arns}


def test_the_decks_six_managed_policies_attach_and_show_their_documents(kit):
    iam = kit.client("iam")
    iam.create_role(RoleName="managed", AssumeRolePolicyDocument=TRUST)
    listed = {policy["PolicyName"]: policy["Arn"] for policy in iam.list_policies(Scope="AWS")["Policies"]}
    assert sorted(listed) == sorted(MANAGED_POLICIES)
    for arn in listed.values():
        iam.attach_role_policy(RoleName="managed", PolicyArn=arn)
    assert len(iam.list_attached_role_policies(RoleName="managed")["AttachedPolicies"]) == 6
    basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    policy = iam.get_policy(PolicyArn=basic)["Policy"]
    document = iam.get_policy_version(PolicyArn=basic, VersionId=policy["DefaultVersionId"])["PolicyVersion"][
        "Document"
    ]
    assert document["Statement"][0]["Action"] == [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ]


def test_roles_are_found_with_their_trust(kit):
    arn = kit.client("iam").create_role(RoleName="trusting", Path="/deep/", AssumeRolePolicyDocument=TRUST)[
        "Role"
    ]["Arn"]
    role = kit.plug.role(arn)
    assert (role.name, role.trusts("lambda.amazonaws.com"), role.trusts("ec2.amazonaws.com")) == (
        "trusting",
        True,
        False,
    )
    assert kit.plug.role(arn + "x") is None
    assert kit.plug.role_id(arn) == role.role_id


def test_objects_are_read_by_version(kit, bucket):
    s3 = kit.client("s3")
    versions = [
        s3.put_object(Bucket=bucket, Key="code.zip", Body=body)["VersionId"] for body in (b"one", b"two")
    ]
    assert [kit.plug.read_object(bucket, "code.zip", version) for version in (*versions, None)] == [
        b"one",
        b"two",
        b"two",
    ]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (("nobody-has-this-bucket", "k", None), "NoSuchBucket"),
        (("{bucket}", "no key", None), "NoSuchKey"),
        (("{bucket}", "no key", "no version"), "NoSuchVersion"),
    ],
)
def test_objects_that_are_not_there(kit, bucket, where, expected):
    name, key, version = where
    with pytest.raises(AwsError) as missing:
        kit.plug.read_object(name.format(bucket=bucket), key, version)
    assert (missing.value.code, missing.value.status) == (expected, 404)


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "expected"),
    [
        ("ecs", "stop_service_deployment", {"serviceDeploymentArn": "a"}, ("NotImplemented", 501)),
        ("dynamodb", "list_global_tables", {}, ("NotImplemented", 501)),
        ("gamelift", "list_builds", {}, ("NotImplemented", 501)),
        ("lambda", "list_functions", {}, ("UnknownOperationException", 404)),
        ("iam", "get_role", {"RoleName": "nobody"}, ("NoSuchEntity", 404)),
        ("s3", "head_bucket", {"Bucket": "nobody-has-this-bucket"}, ("404", 404)),
    ],
)
def test_what_is_not_there_is_said_in_the_services_own_protocol(kit, service, operation, arguments, expected):
    with pytest.raises(ClientError) as refused:
        getattr(kit.client(service), operation)(**arguments)
    answer = refused.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == expected


def test_a_failure_inside_moto_is_an_internal_failure(kit, caplog):
    """DynamoDB without a target makes moto stumble over a missing header."""
    status, headers, body = kit.call("dynamodb", "POST", "/", b"{}")
    assert (status, headers["x-amzn-ErrorType"]) == (500, "InternalFailure")
    assert "emulation of dynamodb failed" in json.loads(body)["message"]
    assert "moto failed on dynamodb" in caplog.text


def test_a_service_that_starts_slowly_holds_nobody_up(kit):
    kit.client("iam").list_users()
    building = kit.plug._dispatcher.building
    with ThreadPoolExecutor(1) as pool, building:
        slow = pool.submit(kit.client("kms").list_keys)
        kit.client("iam").list_users()
        assert not slow.done()
    assert slow.result(30)["Keys"] == []


def test_many_clients_at_once(kit, bucket):
    failures = []

    def work(number):
        try:
            s3, logs, iam = kit.client("s3"), kit.client("logs"), kit.client("iam")
            for turn in range(6):
                s3.put_object(Bucket=bucket, Key=f"{number}/{turn}", Body=b"x")
                kit.logs.write(function(f"many{number}"), "s", [(int(time.time() * 1000), "x")])
                logs.describe_log_groups()
                iam.list_roles()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(kit.client("s3").list_objects_v2(Bucket=bucket, Prefix="5/")["Contents"]) == 6


def test_function_logs_are_there_at_the_next_request(kit):
    now = int(time.time() * 1000)
    kit.logs.write(function("chatty"), "2026/01/02/[$LATEST]abc", [(now, "hello\n"), (now + 1, "é\t\n")])
    logs = kit.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/lambda/chatty")["events"]
    assert [(event["timestamp"], event["message"]) for event in events] == [
        (now, "hello\n"),
        (now + 1, "é\t\n"),
    ]
    streams = logs.describe_log_streams(logGroupName="/aws/lambda/chatty")["logStreams"]
    assert (streams[0]["logStreamName"], streams[0]["lastEventTimestamp"]) == (
        "2026/01/02/[$LATEST]abc",
        now + 1,
    )
    assert [line.message for line in kit.logs.read("us-east-1", "/aws/lambda/chatty", now + 1)] == ["é\t\n"]
    logs.delete_log_group(logGroupName="/aws/lambda/chatty")
    assert kit.logs.read("us-east-1", "/aws/lambda/chatty") == []


def lines(kit, group):
    found = kit.logs.read("us-east-1", group)
    return [(line.stream, line.message) for line in found]


def test_logs_are_capped_by_stream_and_by_group_oldest_first(kit):
    for stream in ("a", "b", "c"):
        for start in range(0, 60, 20):
            kit.logs.write(function("loud"), stream, [(start + n + 1, f"{start + n}") for n in range(20)])
        kit.logs.flush()
    kept = lines(kit, "/aws/lambda/loud")
    by_stream = {stream: [int(text) for s, text in kept if s == stream] for stream in "abc"}
    assert by_stream == {"a": [*range(40, 60)], "b": [*range(10, 60)], "c": [*range(10, 60)]}


def test_logs_are_capped_all_together_at_the_cost_of_the_largest_group():
    with Kit(caps=Caps(log_events_per_stream=1000, log_events_per_group=1000, log_events=100)) as kit:
        for name, count in (("small", 10), ("large", 80), ("next", 30)):
            kit.logs.write(function(name), "s", [(n + 1, f"{n}") for n in range(count)])
            kit.logs.flush()
        kept = {
            name: [int(text) for _, text in lines(kit, f"/aws/lambda/{name}")]
            for name in ("small", "large", "next")
        }
    assert kept == {"small": [*range(10)], "large": [*range(30, 80)], "next": [*range(30)]}


def test_what_clients_put_themselves_is_capped_too(kit):
    logs = kit.client("logs")
    logs.create_log_group(logGroupName="/own")
    logs.create_log_stream(logGroupName="/own", logStreamName="s")
    now = int(time.time() * 1000)
    for turn in range(3):
        events = [{"timestamp": now, "message": f"{turn}.{n}"} for n in range(40)]
        logs.put_log_events(logGroupName="/own", logStreamName="s", logEvents=events)
    assert len(lines(kit, "/own")) == 50
    metrics = kit.client("cloudwatch")
    for turn in range(4):
        data = [{"MetricName": f"m{turn}", "Value": n} for n in range(40)]
        metrics.put_metric_data(Namespace="Own", MetricData=data)
    names = {metric["MetricName"] for metric in metrics.list_metrics(Namespace="Own")["Metrics"]}
    assert names == {"m2", "m3"}


def recorded(name, **more):
    now = time.time()
    facts = {
        "request_id": "r", "function_name": name, "function_version": "$LATEST",
        "function_arn": f"arn:aws:lambda:us-east-1:1:function:{name}", "environment_id": "e", "log_group": "g", "log_stream": "s",
        "accepted_at": now, "started_at": now, "ended_at": now, "duration_ms": 10.0, "billed_ms": 10, "memory_mb": 128,
        "max_memory_used_mb": 40,
    }  # fmt: skip
    return InvocationRecord(**{**facts, **more})


def statistics(kit, metric, dimensions, names=("Sum", "SampleCount", "Maximum")):
    now = datetime.now(UTC)
    points = kit.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda", MetricName=metric, Dimensions=[{"Name": k, "Value": v} for k, v in dimensions.items()],
        StartTime=now - timedelta(minutes=5), EndTime=now + timedelta(minutes=1), Period=3600, Statistics=list(names),
    )["Datapoints"]  # fmt: skip
    return [tuple(point[name] for name in names) for point in points]


def test_lambdas_metrics_are_there_at_the_next_request_by_exact_dimensions(kit):
    kit.metrics.record(recorded("measured"))
    kit.metrics.record(recorded("measured", outcome="error", duration_ms=30.0))
    kit.metrics.record(recorded("measured", outcome="throttled"))
    by_name, by_version = {"FunctionName": "measured"}, {"FunctionName": "measured", "Resource": "measured"}
    assert statistics(kit, "Invocations", by_name) == [(2.0, 2.0, 1.0)]
    assert statistics(kit, "Invocations", by_version) == [(2.0, 2.0, 1.0)]
    assert statistics(kit, "Errors", by_name) == [(1.0, 2.0, 1.0)]
    assert statistics(kit, "Throttles", by_name) == [(1.0, 3.0, 1.0)]
    assert statistics(kit, "Duration", by_name, ("Average", "Minimum", "Maximum")) == [(20.0, 10.0, 30.0)]
    assert statistics(kit, "ConcurrentExecutions", by_name) == [(2.0, 2.0, 1.0)]
    kit.metrics.record(recorded("measured"))
    assert statistics(kit, "Invocations", by_name) == [(3.0, 3.0, 1.0)]
    assert statistics(kit, "Invocations", {"FunctionName": "another"}) == []


def test_metric_data_queries_match_all_dimensions_too(kit):
    before = queried(kit, {"all": {}})["all"][1]
    kit.metrics.record(recorded("queried"))
    kit.metrics.record(recorded("queried", outcome="error"))
    by_name = {"FunctionName": "queried"}
    results = queried(kit, {"all": {}, "one": by_name, "none": {"Resource": "queried"}}, same="m_one")
    assert results["all"] == ("Invocations Sum", [sum(before) + 2.0])
    assert results["one"] == ("Invocations Sum", [2.0])
    assert results["none"] == ("Invocations Sum", [])
    assert results["same"] == ("same", [2.0])


def queried(kit, asked, **expressions):
    """Label and values of each query; one period covers everything."""
    now = datetime.now(UTC)
    metric = {"Namespace": "AWS/Lambda", "MetricName": "Invocations"}
    queries = [
        {"Id": f"m_{name}", "MetricStat": {"Metric": {**metric, "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()]}, "Period": 3600, "Stat": "Sum"}}
        for name, dimensions in asked.items()
    ] + [{"Id": f"m_{name}", "Expression": text, "Label": name} for name, text in expressions.items()]  # fmt: skip
    results = kit.client("cloudwatch").get_metric_data(
        StartTime=now - timedelta(minutes=30), EndTime=now + timedelta(minutes=1), MetricDataQueries=queries
    )["MetricDataResults"]
    return {result["Id"][2:]: (result["Label"], result["Values"]) for result in results}


def test_metrics_are_capped(kit):
    for turn in range(3):
        made = [
            Statistics(name="n", dimensions=(("d", f"{turn}.{n}"),), unit="Count", at=time.time(), count=1)
            for n in range(40)
        ]
        kit.plug.put_metrics("eu-west-3", "Ours", made)
    from moto.cloudwatch.models import cloudwatch_backends

    kept = cloudwatch_backends[kit.account_id]["eu-west-3"].metric_data
    assert (len(kept), kept[-1].dimensions[0].value) == (60, "2.39")
