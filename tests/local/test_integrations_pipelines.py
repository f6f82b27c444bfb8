"""CodePipeline: an action of a function stays in progress until the function says how it went."""

import json

import integrations_kit as kit
import pytest

SAYS = """
import boto3
def handler(event, context):
    job = event["CodePipeline.job"]
    says = job["data"]["actionConfiguration"]["configuration"].get("UserParameters", "")
    pipeline = boto3.client("codepipeline")
    if says == "fail":
        pipeline.put_job_failure_result(jobId=job["id"], failureDetails={"type": "JobFailed", "message": "no good"})
    elif says == "again" and "continuationToken" not in job["data"]:
        pipeline.put_job_success_result(jobId=job["id"], continuationToken="half way")
    elif says != "nothing":
        pipeline.put_job_success_result(jobId=job["id"], outputVariables={"said": says or "yes"})
    return "not looked at"
"""
READS = """
import boto3
def handler(event, context):
    job = event["CodePipeline.job"]
    place = job["data"]["inputArtifacts"][0]["location"]["s3Location"]
    keys = job["data"]["artifactCredentials"]
    s3 = boto3.client("s3", aws_access_key_id=keys["accessKeyId"], aws_secret_access_key=keys["secretAccessKey"],
                      aws_session_token=keys["sessionToken"])
    text = s3.get_object(Bucket=place["bucketName"], Key=place["objectKey"])["Body"].read().decode()
    boto3.client("codepipeline").put_job_success_result(jobId=job["id"], outputVariables={"read": text})
"""
PUTS = ("codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult")


@pytest.fixture(scope="module")
def role(cloud):
    return kit.service_role(cloud, "pipeline", "codepipeline.amazonaws.com")


@pytest.fixture(scope="module")
def says(cloud):
    worker = kit.service_role(cloud, "job-worker", "lambda.amazonaws.com", PUTS)
    kit.ready(cloud, "says", SAYS, Role=worker, Timeout=30)
    kit.ready(cloud, "reads", READS, Role=worker, Timeout=30)
    cloud.client("s3").create_bucket(Bucket="artifacts")
    cloud.client("s3").put_object(Bucket="artifacts", Key="source.txt", Body=b"hello")
    return "says"


def action(name, provider, category, **configuration):
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actionTypeId": kind, "configuration": configuration}


def pipeline(cloud, name, role, *actions):
    """A pipeline of a source and these actions in one stage."""
    source = action("Fetch", "S3", "Source", S3Bucket="artifacts", S3ObjectKey="source.txt")
    declared = {
        "name": name,
        "roleArn": role,
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": [
            {"name": "Source", "actions": [{**source, "outputArtifacts": [{"name": "Code"}]}]},
            {"name": "Work", "actions": list(actions)},
        ],
    }
    cloud.client("codepipeline").create_pipeline(pipeline=declared)
    return name


def start(cloud, name):
    return cloud.client("codepipeline").start_pipeline_execution(name=name)["pipelineExecutionId"]


def status(cloud, name, execution):
    found = cloud.client("codepipeline").get_pipeline_execution(
        pipelineName=name, pipelineExecutionId=execution
    )
    return found["pipelineExecution"]["status"]


def ended(cloud, name, execution):
    """The status at the end, and the state of the last stage's first action."""
    kit.until(lambda: status(cloud, name, execution) != "InProgress", seconds=60)
    state = cloud.client("codepipeline").get_pipeline_state(name=name)
    return status(cloud, name, execution), state["stageStates"][1]["actionStates"][0]["latestExecution"]


def test_an_action_succeeds_when_its_function_says_so(cloud, role, says):
    name = pipeline(cloud, "glad", role, action("Call", "Lambda", "Invoke", FunctionName=says))
    seen, run = ended(cloud, name, start(cloud, name))
    assert (seen, run["status"]) == ("Succeeded", "Succeeded")
    (record,) = cloud.records(says)[-1:]
    assert (record.type, record.producer) == ("Event", "codepipeline.amazonaws.com")
    listed = cloud.client("codepipeline").list_action_executions(pipelineName=name)["actionExecutionDetails"]
    assert listed[0]["output"]["outputVariables"] == {"said": "yes"}
    assert [one["actionName"] for one in listed] == ["Call", "Fetch"]


def test_an_action_fails_when_its_function_says_so(cloud, role, says):
    call = action("Call", "Lambda", "Invoke", FunctionName=says, UserParameters="fail")
    name = pipeline(cloud, "sad", role, call)
    seen, run = ended(cloud, name, start(cloud, name))
    assert (seen, run["errorDetails"]) == ("Failed", {"code": "JobFailed", "message": "no good"})


def test_a_silent_function_keeps_it_in_progress_until_twenty_minutes_are_over(cloud, role, says):
    call = action("Call", "Lambda", "Invoke", FunctionName=says, UserParameters="nothing")
    name = pipeline(cloud, "silent", role, call)
    before = len(cloud.records(says))
    cloud.clock(speed=0)
    try:
        execution = start(cloud, name)
        kit.until(lambda: len(cloud.records(says)) > before)
        cloud.clock(turn=1199)
        assert status(cloud, name, execution) == "InProgress"
        cloud.clock(turn=1)
        seen, run = ended(cloud, name, execution)
    finally:
        cloud.clock(speed=1)
    assert seen == "Failed"
    assert run["errorDetails"]["message"].startswith(
        "The AWS Lambda function says failed to return a result. Check the function to verify that it has "
    )


def test_a_continuation_token_has_it_called_again(cloud, role, says):
    call = action("Call", "Lambda", "Invoke", FunctionName=says, UserParameters="again")
    name = pipeline(cloud, "again", role, call)
    before = len(cloud.records(says))
    cloud.clock(speed=60)
    try:
        seen, _ = ended(cloud, name, start(cloud, name))
    finally:
        cloud.clock(speed=1)
    assert (seen, len(cloud.records(says)) - before) == ("Succeeded", 2)


def test_the_function_reads_its_artifact_with_the_pipelines_keys(cloud, role, says):
    call = action("Call", "Lambda", "Invoke", FunctionName="reads")
    name = pipeline(cloud, "reading", role, {**call, "inputArtifacts": [{"name": "Code"}]})
    seen, _ = ended(cloud, name, start(cloud, name))
    details = cloud.client("codepipeline").list_action_executions(pipelineName=name)
    variables = details["actionExecutionDetails"][0]["output"]["outputVariables"]
    assert (seen, variables) == ("Succeeded", {"read": "hello"})


def test_a_role_without_the_right_fails_the_action(cloud, says):
    poor = kit.service_role(cloud, "poor-pipeline", "codepipeline.amazonaws.com", ())
    name = pipeline(cloud, "poor", poor, action("Call", "Lambda", "Invoke", FunctionName=says))
    before = len(cloud.records(says))
    seen, run = ended(cloud, name, start(cloud, name))
    assert (seen, run["errorDetails"]["code"]) == ("Failed", "PermissionError")
    assert len(cloud.records(says)) == before


def test_a_function_without_the_right_cannot_say(cloud, role, says):
    """The mistake that everybody makes once: the job hangs, the function's log says why."""
    mute = kit.service_role(cloud, "mute-worker", "lambda.amazonaws.com", ())
    kit.ready(cloud, "mute", SAYS, Role=mute, Timeout=30)
    cloud.client("lambda").put_function_event_invoke_config(FunctionName="mute", MaximumRetryAttempts=0)
    ran = cloud.run_integration("codepipeline", "mute", role=role, wait_s=0)
    assert (ran.outcome, ran.code) == ("waiting", "InProgress")
    kit.until(
        lambda: any(
            "not authorized to perform: codepipeline:PutJobSuccessResult" in text
            for *_, text in cloud.log_lines("mute")
        )
    )


def test_a_job_is_answered_once(cloud, role, says):
    ran = cloud.run_integration("codepipeline", says, role=role, wait_s=30)
    assert (ran.outcome, ran.state["outputVariables"]) == ("accepted", {"said": "yes"})
    job = ran.sent["CodePipeline.job"]["id"]
    put = cloud.client("codepipeline").put_job_success_result
    assert kit.refusal(put, jobId=job)[0] == "InvalidJobStateException"
    assert kit.refusal(put, jobId="0" * 8 + "-0000-0000-0000-" + "0" * 12)[0] == "JobNotFoundException"
    assert json.dumps(ran.sent)


def test_what_is_not_there_is_said(cloud):
    client = cloud.client("codepipeline")
    refused = kit.refusal(client.start_pipeline_execution, name="none")
    assert refused[:2] == (
        "PipelineNotFoundException",
        "Account '123456789012' does not have a pipeline with name 'none'",
    )
