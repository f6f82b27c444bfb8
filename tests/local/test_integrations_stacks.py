"""CloudFormation: functions of a stack are ours, custom resources are really called back, failures roll back."""

import json

import integrations_kit as kit
import pytest

ANSWERS = """
import json, urllib.request
def handler(event, context):
    print("SEEN " + json.dumps(event))
    given = event["ResourceProperties"]
    says = given.get("Says", "ok")
    if event["RequestType"] != "Delete" and says == "nothing":
        return
    failed = event["RequestType"] != "Delete" and says == "fail"
    body = {"Status": "FAILED" if failed else "SUCCESS", "Reason": "no room",
            "PhysicalResourceId": given.get("Id", "thing-1"), "StackId": event["StackId"],
            "RequestId": event["RequestId"], "LogicalResourceId": event["LogicalResourceId"],
            "Data": {"Color": "blue " + given.get("Name", "")}}
    if says == "junk":
        body = ["not", "an object"]
    request = urllib.request.Request(event["ResponseURL"], data=json.dumps(body).encode(), method="PUT",
                                     headers={"Content-Type": ""})
    urllib.request.urlopen(request)
"""


@pytest.fixture(scope="module")
def answers(cloud):
    kit.ready(cloud, "answers", ANSWERS, Timeout=20)
    return kit.function_arn("answers")


def template(token, **properties):
    """A stack of one custom resource, and an output that needs its answer."""
    thing = {"Type": "Custom::Thing", "Properties": {"ServiceToken": token, **properties}}
    outputs = {
        "Color": {"Value": {"Fn::GetAtt": ["Thing", "Color"]}},
        "Id": {"Value": {"Ref": "Thing"}},
    }
    return json.dumps({"Resources": {"Thing": thing}, "Outputs": outputs})


def status(cloud, stack):
    return cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]


def settled(cloud, stack):
    """The stack once nothing is in progress."""
    kit.until(lambda: not status(cloud, stack).endswith("IN_PROGRESS"), seconds=60)
    (found,) = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return found


def create(cloud, name, body, **more):
    return cloud.client("cloudformation").create_stack(StackName=name, TemplateBody=body, **more)["StackId"]


def outputs(found):
    return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}


def seen(cloud, stack, function="answers"):
    """The requests of one stack, oldest first."""
    lines = [text for *_, text in cloud.log_lines(function) if text.startswith("SEEN ")]
    events = [json.loads(line.removeprefix("SEEN ")) for line in lines]
    return [event for event in events if event["StackId"] == stack]


def told(cloud, stack):
    """(logical id, status, reason) of the stack's events, oldest first."""
    events = cloud.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return [
        (one["LogicalResourceId"], one["ResourceStatus"], one.get("ResourceStatusReason", ""))
        for one in events[::-1]
    ]


def test_a_custom_resource_is_called_back_and_gives_its_data(cloud, answers):
    stack = create(cloud, "called", template(answers, Name="sky", Size=3, Round=True))
    found = settled(cloud, stack)
    assert (found["StackStatus"], outputs(found)) == (
        "CREATE_COMPLETE",
        {"Color": "blue sky", "Id": "thing-1"},
    )
    (event,) = seen(cloud, stack)
    assert set(event) == {
        "RequestType",
        "ServiceToken",
        "ResponseURL",
        "StackId",
        "RequestId",
        "LogicalResourceId",
        "ResourceType",
        "ResourceProperties",
    }
    assert (event["RequestType"], event["ResourceType"]) == ("Create", "Custom::Thing")
    assert event["ResourceProperties"] == {
        "ServiceToken": answers,
        "Name": "sky",
        "Size": "3",
        "Round": "true",
    }
    assert [one[:2] for one in told(cloud, stack)] == [
        ("called", "CREATE_IN_PROGRESS"),
        ("Thing", "CREATE_IN_PROGRESS"),
        ("Thing", "CREATE_COMPLETE"),
        ("called", "CREATE_COMPLETE"),
    ]


def test_update_and_delete_carry_what_was_there_before(cloud, answers):
    stack = create(cloud, "changed", template(answers, Name="one"))
    settled(cloud, stack)
    formation = cloud.client("cloudformation")
    formation.update_stack(StackName="changed", TemplateBody=template(answers, Name="two"))
    kit.until(lambda: status(cloud, stack) == "UPDATE_COMPLETE")
    assert outputs(settled(cloud, stack))["Color"] == "blue two"
    formation.delete_stack(StackName="changed")
    kit.until(lambda: status(cloud, stack) == "DELETE_COMPLETE")
    _, update, delete = seen(cloud, stack)
    assert (update["RequestType"], update["PhysicalResourceId"]) == ("Update", "thing-1")
    assert update["OldResourceProperties"]["Name"] == "one"
    assert (delete["RequestType"], delete["ResourceProperties"]["Name"]) == ("Delete", "two")


def test_a_new_physical_id_replaces_the_old_one(cloud, answers):
    stack = create(cloud, "replaced", template(answers, Id="old"))
    settled(cloud, stack)
    cloud.client("cloudformation").update_stack(
        StackName="replaced", TemplateBody=template(answers, Id="new")
    )
    kit.until(lambda: len(seen(cloud, stack)) == 3)
    delete = seen(cloud, stack)[-1]
    assert (delete["RequestType"], delete["PhysicalResourceId"]) == ("Delete", "old")
    assert outputs(settled(cloud, stack))["Id"] == "new"


def test_failed_is_told_and_rolled_back(cloud, answers):
    stack = create(cloud, "sad", template(answers, Says="fail"))
    assert settled(cloud, stack)["StackStatus"] == "ROLLBACK_COMPLETE"
    create_event, delete_event = seen(cloud, stack)
    reason = next(one[2] for one in told(cloud, stack) if one[1] == "CREATE_FAILED")
    assert reason == (
        "Received response status [FAILED] from custom resource. Message returned: no room "
        f"(RequestId: {create_event['RequestId']})"
    )
    assert delete_event["RequestType"] == "Delete"
    assert ("sad", "ROLLBACK_IN_PROGRESS") in [one[:2] for one in told(cloud, stack)]


def test_a_failed_update_goes_back_to_what_was_there(cloud, answers):
    stack = create(cloud, "back", template(answers, Name="one"))
    settled(cloud, stack)
    body = template(answers, Name="two", Says="fail")
    cloud.client("cloudformation").update_stack(StackName="back", TemplateBody=body)
    kit.until(lambda: status(cloud, stack) == "UPDATE_ROLLBACK_COMPLETE")
    requests = seen(cloud, stack)
    assert [event["RequestType"] for event in requests] == ["Create", "Update", "Update"]
    assert requests[-1]["ResourceProperties"]["Name"] == "one"
    assert outputs(settled(cloud, stack))["Color"] == "blue one"


@pytest.mark.parametrize(("more", "seconds"), [({}, 3600), ({"ServiceTimeout": 60}, 60)])
def test_silence_fails_it_after_the_timeout_by_the_clock(cloud, answers, more, seconds):
    cloud.clock(speed=0)
    try:
        stack = create(cloud, f"silent-{seconds}", template(answers, Says="nothing", **more))
        kit.until(lambda: seen(cloud, stack))
        cloud.clock(turn=seconds - 1)
        assert status(cloud, stack) == "CREATE_IN_PROGRESS"
        cloud.clock(turn=1)
        assert settled(cloud, stack)["StackStatus"] == "ROLLBACK_COMPLETE"
    finally:
        cloud.clock(speed=1)
    reason = next(one[2] for one in told(cloud, stack) if one[1] == "CREATE_FAILED")
    request = seen(cloud, stack)[0]["RequestId"]
    assert reason.startswith(
        "CloudFormation did not receive a response from your Custom Resource. Please check your logs for "
        f"requestId [{request}]."
    )


def test_a_response_that_does_not_fit_fails_it(cloud, answers):
    stack = create(cloud, "junk", template(answers, Says="junk"))
    assert settled(cloud, stack)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any(one[1] == "CREATE_FAILED" and "Invalid" in one[2] for one in told(cloud, stack))


def test_a_function_that_is_not_there_fails_it(cloud):
    stack = create(cloud, "nobody", template(kit.function_arn("nobody")))
    assert settled(cloud, stack)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("Function not found" in one[2] for one in told(cloud, stack))


INLINE = """
import cfnresponse
def handler(event, context):
    data = {"Length": len(event["ResourceProperties"].get("Text", ""))}
    cfnresponse.send(event, context, cfnresponse.SUCCESS, data, "inline-1")
"""


def test_a_stack_makes_our_functions_and_takes_them_away(cloud):
    role = kit.service_role(cloud, "stack-worker", "lambda.amazonaws.com", ())
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": "from-a-stack",
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Role": role,
            "MemorySize": "256",
            "Timeout": 20,
            "Code": {"ZipFile": INLINE},
        },
    }
    arn = {"Fn::GetAtt": ["Worker", "Arn"]}
    body = {
        "Resources": {
            "Worker": function,
            "Right": {
                "Type": "AWS::Lambda::Permission",
                "Properties": {
                    "FunctionName": {"Ref": "Worker"},
                    "Action": "lambda:InvokeFunction",
                    "Principal": "s3.amazonaws.com",
                },
            },
            "First": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Worker"}}},
            "Live": {
                "Type": "AWS::Lambda::Alias",
                "Properties": {
                    "FunctionName": {"Ref": "Worker"},
                    "Name": "live",
                    "FunctionVersion": {"Fn::GetAtt": ["First", "Version"]},
                },
            },
            "Text": {
                "Type": "AWS::CloudFormation::CustomResource",
                "Properties": {"ServiceToken": arn, "Text": "hello"},
            },
        },
        "Outputs": {"Length": {"Value": {"Fn::GetAtt": ["Text", "Length"]}}},
    }
    stack = create(cloud, "whole", json.dumps(body))
    found = settled(cloud, stack)
    assert (found["StackStatus"], outputs(found)) == ("CREATE_COMPLETE", {"Length": "5"}), told(cloud, stack)
    client = cloud.client("lambda")
    assert client.get_function_configuration(FunctionName="from-a-stack")["MemorySize"] == 256
    assert client.get_alias(FunctionName="from-a-stack", Name="live")["FunctionVersion"] == "1"
    assert "s3.amazonaws.com" in client.get_policy(FunctionName="from-a-stack")["Policy"]
    function["Properties"]["MemorySize"] = 512
    cloud.client("cloudformation").update_stack(StackName="whole", TemplateBody=json.dumps(body))
    kit.until(lambda: status(cloud, stack) == "UPDATE_COMPLETE", seconds=60)
    assert client.get_function_configuration(FunctionName="from-a-stack")["MemorySize"] == 512
    cloud.client("cloudformation").delete_stack(StackName="whole")
    kit.until(lambda: status(cloud, stack) == "DELETE_COMPLETE", seconds=60)
    refused = kit.refusal(client.get_function, FunctionName="from-a-stack")
    assert refused[0] == "ResourceNotFoundException"


def test_a_change_set_is_done_when_its_functions_have_answered(cloud, answers):
    formation = cloud.client("cloudformation")
    for name, says, status_then in (
        ("set-1", "ok", "CREATE_COMPLETE"),
        ("set-2", "fail", "ROLLBACK_COMPLETE"),
    ):
        formation.create_change_set(
            StackName=name,
            ChangeSetName="first",
            ChangeSetType="CREATE",
            TemplateBody=template(answers, Says=says),
        )
        formation.execute_change_set(StackName=name, ChangeSetName="first")
        assert settled(cloud, name)["StackStatus"] == status_then


def test_what_a_custom_resource_answers_can_be_exported(cloud, answers):
    body = json.loads(template(answers, Name="sea"))
    body["Outputs"]["Color"]["Export"] = {"Name": "the-color"}
    stack = create(cloud, "exporting", json.dumps(body))
    assert settled(cloud, stack)["StackStatus"] == "CREATE_COMPLETE"
    formation = cloud.client("cloudformation")

    def exported():
        return {one["Name"]: one["Value"] for one in formation.list_exports()["Exports"]}

    assert kit.until(exported)["the-color"] == "blue sea"
    assert len(seen(cloud, stack)) == 1
    formation.delete_stack(StackName="exporting")
    kit.until(lambda: "the-color" not in exported())


def test_a_stack_without_functions_is_made_as_before(cloud):
    body = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    stack = create(cloud, "plain", body)
    assert status(cloud, stack) == "CREATE_COMPLETE"
    cloud.client("cloudformation").delete_stack(StackName="plain")
    assert status(cloud, stack) == "DELETE_COMPLETE"


def test_what_lambda_refuses_fails_the_stack_with_lambdas_words(cloud):
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Role": f"arn:aws:iam::{kit.ACCOUNT}:role/none-such",
            "Code": {"ZipFile": INLINE},
        },
    }
    stack = create(cloud, "refused", json.dumps({"Resources": {"Worker": function}}))
    assert settled(cloud, stack)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any("[Worker]" in one[2] for one in told(cloud, stack))


def test_one_request_as_a_sample(cloud, answers):
    ran = cloud.run_integration("cloudformation", "answers", text="sky", wait_s=20)
    assert (ran.outcome, ran.state["Data"]) == ("accepted", {"Color": "blue sky"})
    ran = cloud.run_integration("cloudformation", "answers", request="Update", wait_s=20)
    assert (ran.sent["RequestType"], ran.outcome) == ("Update", "accepted")


def test_nobody_else_may_put_a_response(cloud, answers):
    import urllib.error
    import urllib.request

    cloud.run_integration("cloudformation", "answers", wait_s=0)
    path = "cloudformation-custom-resource-response-useast1/anything"
    request = urllib.request.Request(f"{cloud.endpoint_url}/{path}", data=b"{}", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    refused.value.close()
    assert refused.value.code == 403
