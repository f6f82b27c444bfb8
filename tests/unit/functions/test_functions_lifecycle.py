"""Functions from creation to deletion, with exactly the members AWS answers."""

from __future__ import annotations

import base64
import hashlib

from lambda_room import ACCOUNT, FUNCTIONS, REGION, ROLE, UNTRUSTING, active, archive, create, text_of, until

CREATED = {
    "Architectures",
    "CodeSha256",
    "CodeSize",
    "Description",
    "EphemeralStorage",
    "FunctionArn",
    "FunctionName",
    "Handler",
    "LastModified",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "RevisionId",
    "Role",
    "Runtime",
    "RuntimeVersionConfig",
    "SnapStart",
    "State",
    "StateReason",
    "StateReasonCode",
    "Timeout",
    "TracingConfig",
    "Version",
}
PENDING = {"State", "StateReason", "StateReasonCode"}


def test_create_answers_exactly_the_members_of_aws_with_its_defaults(slow_room):
    answer = create(slow_room.client())
    assert set(answer) == CREATED
    assert answer["State"], answer["StateReasonCode"] == ("Pending", "Creating")
    assert answer["StateReason"] == "The function is being created."
    assert (answer["Timeout"], answer["MemorySize"]) == (3, 128)
    assert answer["FunctionArn"] == f"{FUNCTIONS}:f"
    assert answer["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"}
    assert answer["SnapStart"] == {"ApplyOn": "None", "OptimizationStatus": "Off"}
    digest = hashlib.sha256(archive()).digest()
    assert answer["CodeSha256"] == base64.b64encode(digest).decode()
    assert answer["CodeSize"] == len(archive())


def test_a_function_becomes_active_with_a_new_revision(room, client):
    created = create(client, Environment={"Variables": {}})
    settled = active(client)
    assert set(settled) == (CREATED - PENDING) | {"State", "LastUpdateStatus", "Environment"}
    assert settled["State"] == "Active"
    assert settled["RevisionId"] != created["RevisionId"]
    assert settled["Environment"] == {"Variables": {}}


def test_waiters_of_boto3_see_the_end(client):
    create(client)
    client.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 0.01})
    client.update_function_configuration(FunctionName="f", MemorySize=256)
    client.get_waiter("function_updated_v2").wait(FunctionName="f", WaiterConfig={"Delay": 0.01})
    assert active(client)["MemorySize"] == 256


def test_an_update_is_in_progress_and_the_old_code_serves_until_it_is_through(slow_room):
    client = slow_room.client()
    create(client)
    slow_room.settle()
    changed = client.update_function_configuration(FunctionName="f", Handler="index.other")
    assert changed["State"] == "Active"
    assert changed["LastUpdateStatus"] == "InProgress"
    assert changed["LastUpdateStatusReasonCode"] == "Creating"
    client.invoke(FunctionName="f")
    assert slow_room.engine.invoked[-1].function.handler == "index.handler"
    assert slow_room.engine.retired == []


def test_after_an_update_the_new_code_serves_and_old_environments_are_retired(room, client):
    create(client)
    active(client)
    client.update_function_configuration(FunctionName="f", Handler="index.other")
    active(client)
    client.invoke(FunctionName="f")
    assert room.engine.invoked[-1].function.handler == "index.other"
    assert until(lambda: room.engine.retired) == [(f"{FUNCTIONS}:f", "$LATEST")]


def test_a_second_change_meanwhile_conflicts(slow_room, refused):
    client = slow_room.client()
    create(client)
    assert refused(client.update_function_configuration, FunctionName="f", Timeout=9) == (
        "ResourceConflictException",
        (
            "The operation cannot be performed at this time. "
            "The function is currently in the following state: Pending"
        ),
        409,
    )
    slow_room.settle()
    client.update_function_configuration(FunctionName="f", Timeout=9)
    assert refused(client.update_function_code, FunctionName="f", ZipFile=archive("x = 1")) == (
        "ResourceConflictException",
        (
            "The operation cannot be performed at this time. "
            f"An update is in progress for resource: {FUNCTIONS}:f"
        ),
        409,
    )


def test_update_keeps_what_is_not_named(client):
    create(client, MemorySize=512, Timeout=30, Environment={"Variables": {"AA": "1"}}, Description="d")
    active(client)
    client.update_function_configuration(FunctionName="f", Timeout=31)
    settled = active(client)
    assert (settled["MemorySize"], settled["Timeout"], settled["Description"]) == (512, 31, "d")
    assert settled["Environment"] == {"Variables": {"AA": "1"}}


def test_new_code_changes_sha_and_size_and_dry_run_changes_nothing(client):
    created = create(client)
    active(client)
    code = archive("def handler(event, context): return 'a rather different thing'")
    tried = client.update_function_code(FunctionName="f", ZipFile=code, DryRun=True)
    assert tried["CodeSize"] == len(code)
    assert active(client)["CodeSha256"] == created["CodeSha256"]
    client.update_function_code(FunctionName="f", ZipFile=code, Architectures=["arm64"])
    settled = active(client)
    assert settled["CodeSha256"] == tried["CodeSha256"] != created["CodeSha256"]
    assert settled["Architectures"] == ["arm64"]


def test_code_comes_from_s3_and_its_refusals_carry_the_words_of_s3(room, client, refused):
    room.objects.held["code", "f.zip"] = archive()
    create(client, Code={"S3Bucket": "code", "S3Key": "f.zip"})
    assert refused(create, client=client, name="g", Code={"S3Bucket": "code", "S3Key": "no"})[:2] == (
        "InvalidParameterValueException",
        (
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. "
            "S3 Error Message: The specified key does not exist."
        ),
    )
    assert refused(create, client=client, name="g", Code={"S3Bucket": "nobody", "S3Key": "no"})[1] == (
        "Error occurred while GetObject. S3 Error Code: NoSuchBucket. "
        "S3 Error Message: The specified bucket does not exist"
    )


def test_get_function_gives_the_code_back(room, client):
    create(client)
    location = client.get_function(FunctionName="f")["Code"]["Location"]
    path = location.removeprefix("http://127.0.0.1:1").partition("?")[0]
    assert path.startswith(f"/snapshots/{ACCOUNT}/")
    assert room.answer(room.request("GET", path)).body == archive()
    unknown = room.answer(room.request("GET", f"/snapshots/{ACCOUNT}/{'0' * 64}"))
    assert (unknown.status, "NoSuchKey" in dict(unknown.headers).values()) == (404, True)


def test_logging_goes_json_with_levels_and_back(client):
    create(client)
    active(client)
    client.update_function_configuration(FunctionName="f", LoggingConfig={"LogFormat": "JSON"})
    assert active(client)["LoggingConfig"] == {
        "LogFormat": "JSON",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
        "LogGroup": "/aws/lambda/f",
    }
    client.update_function_configuration(FunctionName="f", LoggingConfig={"LogGroup": "cool"})
    assert active(client)["LoggingConfig"]["LogGroup"] == "cool"
    client.update_function_configuration(FunctionName="f", LoggingConfig={"LogFormat": "Text"})
    assert active(client)["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "cool"}


def test_the_same_name_twice_conflicts(client, refused):
    create(client)
    assert refused(create, client=client) == (
        "ResourceConflictException",
        "Function already exist: f",
        409,
    )


def test_a_role_must_be_there_and_trust_lambda(client, refused):
    cannot = (
        "InvalidParameterValueException",
        "The role defined for the function cannot be assumed by Lambda.",
    )
    assert refused(create, client=client, Role=ROLE + "-gone")[:2] == cannot
    assert refused(create, client=client, Role=UNTRUSTING)[:2] == cannot


def test_delete_forgets_the_function_and_ends_its_environments(room, client, refused):
    create(client)
    assert client.delete_function(FunctionName="f")["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert until(lambda: room.engine.retired) == [(f"{FUNCTIONS}:f", None)]
    not_found = ("ResourceNotFoundException", f"Function not found: {FUNCTIONS}:f", 404)
    assert refused(client.get_function, FunctionName="f") == not_found
    assert refused(client.delete_function, FunctionName="f") == not_found


def test_a_function_made_anew_is_not_settled_by_its_predecessor(slow_room):
    client = slow_room.client()
    create(client)
    client.delete_function(FunctionName="f")
    create(client)
    assert client.get_function_configuration(FunctionName="f")["State"] == "Pending"


def test_a_wrong_revision_is_refused(client, refused):
    create(client)
    revision = active(client)["RevisionId"]
    assert refused(client.update_function_configuration, FunctionName="f", RevisionId="old") == (
        "PreconditionFailedException",
        (
            "The Revision Id provided does not match the latest Revision Id. "
            "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
        ),
        412,
    )
    client.update_function_configuration(FunctionName="f", RevisionId=revision, Timeout=4)
    assert active(client)["Timeout"] == 4


def test_names_may_be_arns_in_this_region_and_account_only(client, refused):
    create(client, name=f"{ACCOUNT}:function:f")
    for name in ("f", f"{FUNCTIONS}:f", f"{ACCOUNT}:function:f", "function:f"):
        assert client.get_function(FunctionName=name)["Configuration"]["FunctionArn"] == f"{FUNCTIONS}:f"
    elsewhere = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"
    assert refused(client.get_function, FunctionName=elsewhere)[:2] == (
        "ResourceNotFoundException",
        f"Functions from 'eu-west-1' are not reachable in this region ('{REGION}')",
    )
    stranger = f"arn:aws:lambda:{REGION}:999999999999:function:f"
    assert refused(client.get_function, FunctionName=stranger)[0] == "AccessDeniedException"


def test_regions_do_not_see_each_other(room, client, refused):
    create(client)
    assert refused(room.client(region="eu-west-1").get_function, FunctionName="f")[0] == (
        "ResourceNotFoundException"
    )


def test_lists_come_in_pages_that_survive_a_deletion(client):
    for number in range(7):
        create(client, name=f"f{number}")
    first = client.list_functions(MaxItems=3)
    assert [found["FunctionName"] for found in first["Functions"]] == ["f0", "f1", "f2"]
    client.delete_function(FunctionName="f2")
    second = client.list_functions(MaxItems=3, Marker=first["NextMarker"])
    assert [found["FunctionName"] for found in second["Functions"]] == ["f3", "f4", "f5"]
    third = client.list_functions(MaxItems=3, Marker=second["NextMarker"])
    assert [found["FunctionName"] for found in third["Functions"]] == ["f6"]
    assert "NextMarker" not in third
    assert not {"State", "LastUpdateStatus", "RuntimeVersionConfig"} & set(third["Functions"][0])


def test_account_settings_tell_real_numbers(client):
    create(client)
    create(client, name="g")
    active(client)
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=40)
    client.publish_version(FunctionName="f")
    settings = client.get_account_settings()
    assert settings["AccountLimit"] == {
        "TotalCodeSize": 322122547200,
        "CodeSizeUnzipped": 262144000,
        "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": 1000,
        "UnreservedConcurrentExecutions": 960,
    }
    assert settings["AccountUsage"] == {"FunctionCount": 2, "TotalCodeSize": 3 * len(archive())}


def test_what_is_not_built_yet_says_so_and_which_lab_brings_it(client, refused):
    code, text, status = refused(client.list_event_source_mappings)
    assert (code, status) == ("NotImplementedByLocalCloud", 501)
    assert "lab 06 (event_source_mappings)" in text
    code, text, _ = refused(create, client=client, TracingConfig={"Mode": "Active"})
    assert (code, "TracingConfig" in text, "lab 11" in text) == ("NotImplementedByLocalCloud", True, True)
    code, text, _ = refused(create, client=client, PackageType="Image", Code={"ImageUri": "1.dkr.ecr/x:1"})
    assert (code, "container images" in text) == ("NotImplementedByLocalCloud", True)


def test_settings_that_change_nothing_are_taken(client):
    create(
        client,
        VpcConfig={"SubnetIds": [], "SecurityGroupIds": []},
        TracingConfig={"Mode": "PassThrough"},
        SnapStart={"ApplyOn": "None"},
    )
    assert active(client)["TracingConfig"] == {"Mode": "PassThrough"}


def test_an_unknown_path_is_an_honest_error(room):
    answer = room.answer(room.request("GET", "/2015-03-31/functionz/f"))
    assert answer.status == 404
    assert dict(answer.headers)["x-amzn-ErrorType"] == "UnknownOperationException"


def test_invoking_needs_no_json_body_of_the_right_shape(client):
    create(client)
    active(client)
    assert text_of(client.invoke(FunctionName="f")["Payload"]) == {}
