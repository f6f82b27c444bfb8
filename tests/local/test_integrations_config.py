"""AWS Config through boto3: a custom rule's function judges resources, and brings its token back."""

from __future__ import annotations

import itertools
import json

import pytest
from functions_kit import make_role, ready, refusal, until
from integrations_kit import answering, permitted
from producers_kit import arn, seen

SERVICE, ACCOUNT = "config.amazonaws.com", "123456789012"
numbers = itertools.count()
JUDGES = """
import json, boto3
def handler(event, context):
    print("SEEN " + json.dumps(event))
    item = json.loads(event["invokingEvent"])["configurationItem"]
    wanted = json.loads(event["ruleParameters"])["prefix"]
    fits = item["resourceName"].startswith(wanted)
    boto3.client("config").put_evaluations(
        ResultToken=event["resultToken"],
        Evaluations=[{
            "ComplianceResourceType": item["resourceType"],
            "ComplianceResourceId": item["resourceId"],
            "ComplianceType": "COMPLIANT" if fits else "NON_COMPLIANT",
            "Annotation": "its name begins with " + wanted if fits else "its name does not begin with " + wanted,
            "OrderingTimestamp": item["configurationItemCaptureTime"],
        }],
    )
"""
ANSWERS_BACK = """
import boto3
def handler(event, context):
    one = {"ComplianceResourceType": "AWS::S3::Bucket", "ComplianceResourceId": "sample-bucket",
           "ComplianceType": "COMPLIANT", "OrderingTimestamp": 0}
    boto3.client("config").put_evaluations(ResultToken=event["resultToken"], Evaluations=[one])
"""


@pytest.fixture(scope="module")
def config(cloud):
    """A client, in an account with a recorder."""
    client = cloud.client("config")
    client.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": make_role(cloud, "config-role")}
    )
    return client


@pytest.fixture
def judge(cloud):
    """Makes a function that Config may call; its name."""

    def make(code):
        name = f"judge-{next(numbers)}"
        ready(cloud, name, code, Timeout=20)
        cloud.client("lambda").add_permission(
            FunctionName=name,
            StatementId="config",
            Action="lambda:InvokeFunction",
            Principal=SERVICE,
            SourceAccount=ACCOUNT,
        )
        return name

    return make


def rule(name, function, message="ConfigurationItemChangeNotification", types=(), **more):
    details = [{"EventSource": "aws.config", "MessageType": message}]
    source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": arn(function), "SourceDetails": details}
    scope = {"Scope": {"ComplianceResourceTypes": list(types)}} if types else {}
    return {"ConfigRuleName": name, "Source": source, **scope, **more}


def results(config, name):
    found = config.get_compliance_details_by_config_rule(ConfigRuleName=name)["EvaluationResults"]
    return {
        one["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]: one["ComplianceType"]
        for one in found
    }


def compliance(config, name):
    (found,) = config.describe_compliance_by_config_rule(ConfigRuleNames=[name])["ComplianceByConfigRules"]
    return found["Compliance"]


def test_a_rule_judges_the_buckets_that_are_there(cloud, config, judge):
    s3 = cloud.client("s3")
    for bucket in ("team-a", "team-b", "other"):
        s3.create_bucket(Bucket=bucket)
    name = judge(JUDGES)
    parameters = json.dumps({"prefix": "team-"})
    wanted = rule("bucket-names", name, types=["AWS::S3::Bucket"], InputParameters=parameters)
    config.put_config_rule(ConfigRule=wanted)
    judged = until(lambda: found if len(found := results(config, "bucket-names")) == 3 else None)
    assert judged == {"team-a": "COMPLIANT", "team-b": "COMPLIANT", "other": "NON_COMPLIANT"}
    assert compliance(config, "bucket-names") == {
        "ComplianceType": "NON_COMPLIANT",
        "ComplianceContributorCount": {"CappedCount": 1, "CapExceeded": False},
    }
    s3.delete_bucket(Bucket="other")
    s3.create_bucket(Bucket="team-c")
    config.start_config_rules_evaluation(ConfigRuleNames=["bucket-names"])
    until(lambda: "team-c" in results(config, "bucket-names"))
    event = seen(cloud, name)[0]
    (known,) = config.describe_config_rules(ConfigRuleNames=["bucket-names"])["ConfigRules"]
    assert (event["configRuleName"], event["configRuleArn"]) == ("bucket-names", known["ConfigRuleArn"])
    assert (event["accountId"], event["version"], event["eventLeftScope"]) == (ACCOUNT, "1.0", False)
    assert event["executionRoleArn"] == f"arn:aws:iam::{ACCOUNT}:role/config-role"
    assert event["ruleParameters"] == parameters
    invoking = json.loads(event["invokingEvent"])
    assert invoking["messageType"] == "ConfigurationItemChangeNotification"
    assert invoking["configurationItem"]["resourceType"] == "AWS::S3::Bucket"


def test_functions_are_resources_too(cloud, config, judge):
    name = judge(JUDGES)
    wanted = rule(
        "function-names", name, types=["AWS::Lambda::Function"], InputParameters='{"prefix": "judge-"}'
    )
    config.put_config_rule(ConfigRule=wanted)
    judged = until(lambda: found if name in (found := results(config, "function-names")) else None)
    assert judged[name] == "COMPLIANT"


def test_a_periodic_rule_gets_no_resource(cloud, config, judge):
    name = judge("import json\ndef handler(event, context):\n    print('SEEN ' + json.dumps(event))\n")
    wanted = rule("hourly", name, "ScheduledNotification", MaximumExecutionFrequency="One_Hour")
    config.put_config_rule(ConfigRule=wanted)
    (event,) = seen(cloud, name)
    invoking = json.loads(event["invokingEvent"])
    assert (invoking["messageType"], invoking["awsAccountId"]) == ("ScheduledNotification", ACCOUNT)
    assert "configurationItem" not in invoking
    config.start_config_rules_evaluation(ConfigRuleNames=["hourly"])
    assert len(seen(cloud, name, count=2)) == 2
    assert compliance(config, "hourly") == {"ComplianceType": "INSUFFICIENT_DATA"}
    cloud.clock(speed=0)
    try:
        cloud.clock(turn=3601)
        assert len(seen(cloud, name, count=3)) == 3
        config.delete_config_rule(ConfigRuleName="hourly")
        cloud.clock(turn=7200)
    finally:
        cloud.clock(speed=1)
    config.put_config_rule(ConfigRule=wanted)
    assert len(seen(cloud, name, count=4)) == 4


def test_a_token_is_wanted_and_only_for_a_test_any_will_do(config):
    one = {
        "ComplianceResourceType": "AWS::S3::Bucket",
        "ComplianceResourceId": "x",
        "ComplianceType": "COMPLIANT",
        "OrderingTimestamp": 0,
    }
    put = lambda **more: config.put_evaluations(Evaluations=[{**one, **more}], ResultToken="made up")  # noqa: E731
    code, text, _ = refusal(put)
    assert (code, text) == ("InvalidResultTokenException", "The specified ResultToken is invalid.")
    assert refusal(lambda: put(ComplianceType="GOOD"))[0] == "ValidationException"
    tested = config.put_evaluations(Evaluations=[one], ResultToken="made up", TestMode=True)
    assert tested["FailedEvaluations"] == []


def test_a_rule_wants_a_function_that_config_may_call(cloud, config):
    ready(cloud, "not-for-config")
    code, text, _ = refusal(lambda: config.put_config_rule(ConfigRule=rule("shut", "not-for-config")))
    assert code == "InsufficientPermissionsException"
    assert text.startswith(f"The AWS Lambda function {arn('not-for-config')} cannot be invoked.")
    assert "shut" not in [one["ConfigRuleName"] for one in config.describe_config_rules()["ConfigRules"]]


def test_a_rule_wants_a_recorder(cloud, judge):
    elsewhere = cloud.client("config", region_name="eu-west-1")
    name = judge(JUDGES)
    refused = refusal(lambda: elsewhere.put_config_rule(ConfigRule=rule("early", name)))
    assert refused[0] == "NoAvailableConfigurationRecorderException"


def test_a_rule_that_is_not_there_is_not_evaluated(config):
    for call in (
        lambda: config.start_config_rules_evaluation(ConfigRuleNames=["gone"]),
        lambda: config.get_compliance_details_by_config_rule(ConfigRuleName="gone"),
    ):
        assert refusal(call)[0] == "NoSuchConfigRuleException"


def test_a_sample_waits_for_its_token(cloud, judge):
    name = judge(ANSWERS_BACK)
    ran = cloud.run_integration("config", name, wait_s=30)
    assert ran.outcome == "accepted"
    assert ran.state["evaluations"][0]["ComplianceType"] == "COMPLIANT"
    silent = permitted(cloud, answering(cloud, "config-silent"), "config")
    left = cloud.run_integration("config", silent, wait_s=0.2, message="ScheduledNotification")
    assert left.outcome == "waiting"
    assert left.text == "No PutEvaluations came with the event's resultToken within 0.2 seconds."
