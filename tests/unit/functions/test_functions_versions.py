"""Versions, aliases, layers, policies, tags, concurrency: what hangs on a function."""

from __future__ import annotations

import json

import pytest
from lambda_room import ACCOUNT, FUNCTIONS, LAYERS, active, archive, create


@pytest.fixture
def function(client):
    create(client, Description="first")
    return active(client)


def _numbers(client):
    return [found["Version"] for found in client.list_versions_by_function(FunctionName="f")["Versions"]]


def test_publishing_freezes_code_and_settings_under_a_number(client, function):
    version = client.publish_version(FunctionName="f", Description="one")
    assert (version["Version"], version["FunctionArn"]) == ("1", f"{FUNCTIONS}:f:1")
    assert (version["State"], version["LastUpdateStatus"]) == ("Active", "Successful")
    client.update_function_configuration(FunctionName="f", MemorySize=1024)
    active(client)
    frozen = client.get_function_configuration(FunctionName="f", Qualifier="1")
    assert (frozen["MemorySize"], frozen["Description"]) == (128, "one")
    assert frozen["RevisionId"] == version["RevisionId"]


def test_publishing_again_without_a_change_answers_the_same_version(client, function):
    first = client.publish_version(FunctionName="f")
    again = client.publish_version(FunctionName="f")
    assert (again["Version"], again["RevisionId"]) == (first["Version"], first["RevisionId"])
    assert _numbers(client) == ["$LATEST", "1"]


def test_publishing_changes_the_revision_of_latest(client, function):
    client.publish_version(FunctionName="f")
    assert active(client)["RevisionId"] != function["RevisionId"]


def test_publishing_checks_sha_and_revision(client, function, refused):
    assert refused(client.publish_version, FunctionName="f", CodeSha256="other")[:2] == (
        "InvalidParameterValueException",
        (
            f"CodeSHA256 (other) is different from current CodeSHA256 in $LATEST ({function['CodeSha256']}). "
            "Please try again with the CodeSHA256 in $LATEST."
        ),
    )
    assert (
        refused(client.publish_version, FunctionName="f", RevisionId="old")[0]
        == "PreconditionFailedException"
    )


def test_publish_on_creation_and_with_new_code(slow_room):
    client = slow_room.client()
    created = create(client, Publish=True)
    assert (created["Version"], created["FunctionArn"]) == ("1", f"{FUNCTIONS}:f")
    slow_room.settle()
    updated = client.update_function_code(FunctionName="f", ZipFile=archive("b = 2"), Publish=True)
    assert (updated["Version"], updated["State"], updated["FunctionArn"]) == (
        "2",
        "Pending",
        f"{FUNCTIONS}:f:2",
    )
    latest = client.get_function_configuration(FunctionName="f", Qualifier="$LATEST")
    assert (latest["LastUpdateStatus"], latest["FunctionArn"]) == ("InProgress", f"{FUNCTIONS}:f:$LATEST")
    slow_room.settle()
    assert client.get_function_configuration(FunctionName="f", Qualifier="2")["State"] == "Active"


def test_a_number_is_never_used_twice_and_versions_can_go(room, client, function, refused):
    client.publish_version(FunctionName="f")
    client.delete_function(FunctionName="f", Qualifier="1")
    assert _numbers(client) == ["$LATEST"]
    assert client.publish_version(FunctionName="f")["Version"] == "2"
    client.delete_function(FunctionName="f", Qualifier="99")  # nothing to delete is fine
    assert refused(client.delete_function, FunctionName="f", Qualifier="$LATEST")[1] == (
        "$LATEST version cannot be deleted without deleting the function."
    )
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="2")
    assert refused(client.delete_function, FunctionName="f", Qualifier="2") == (
        "ResourceConflictException",
        "Unable to delete version because the following aliases reference it: [live]",
        409,
    )
    assert refused(client.delete_function, FunctionName="f", Qualifier="live")[1] == (
        "Deletion of aliases is not currently supported."
    )


def test_list_functions_all_shows_every_version(client, function):
    client.publish_version(FunctionName="f")
    shown = client.list_functions(FunctionVersion="ALL")["Functions"]
    assert [found["FunctionArn"] for found in shown] == [f"{FUNCTIONS}:f:$LATEST", f"{FUNCTIONS}:f:1"]


def test_an_alias_lives(client, function, refused):
    client.publish_version(FunctionName="f")
    client.update_function_configuration(FunctionName="f", MemorySize=256)
    active(client)
    client.publish_version(FunctionName="f")
    routing = {"AdditionalVersionWeights": {"2": 0.2}}
    made = client.create_alias(FunctionName="f", Name="live", FunctionVersion="1", RoutingConfig=routing)
    made.pop("ResponseMetadata")
    assert made == {
        "AliasArn": f"{FUNCTIONS}:f:live",
        "Name": "live",
        "FunctionVersion": "1",
        "Description": "",
        "RoutingConfig": routing,
        "RevisionId": made["RevisionId"],
    }
    through = client.get_function_configuration(FunctionName="f", Qualifier="live")
    assert (through["Version"], through["FunctionArn"]) == ("1", f"{FUNCTIONS}:f:live")
    moved = client.update_alias(FunctionName="f", Name="live", FunctionVersion="2", RoutingConfig={})
    assert ("RoutingConfig" in moved, moved["FunctionVersion"]) == (False, "2")
    assert moved["RevisionId"] != made["RevisionId"]
    stale = refused(client.update_alias, FunctionName="f", Name="live", RevisionId=made["RevisionId"])
    assert stale[0] == "PreconditionFailedException"
    listed = client.list_aliases(FunctionName="f", FunctionVersion="2")["Aliases"]
    assert [alias["Name"] for alias in listed] == ["live"]
    client.delete_alias(FunctionName="f", Name="live")
    client.delete_alias(FunctionName="f", Name="live")
    assert refused(client.get_alias, FunctionName="f", Name="live")[:2] == (
        "ResourceNotFoundException",
        f"Cannot find alias arn: {FUNCTIONS}:f:live",
    )
    assert (
        refused(client.update_alias, FunctionName="f", Name="live")[1]
        == f"Alias not found: {FUNCTIONS}:f:live"
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"FunctionVersion": "10"}, f"Function not found: {FUNCTIONS}:f:10"),
        (
            {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}},
            "Invalid function version 1. Function version 1 is already included in routing configuration.",
        ),
        (
            {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5, "3": 0.1}}},
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ),
        (
            {"FunctionVersion": "$LATEST", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}},
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ),
        (
            {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 2.0}}},
            "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
        ),
        (
            {"FunctionVersion": "1", "Name": "2024"},
            "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
        ),
    ],
)
def test_bad_aliases_are_refused(unchecked, function, refused, settings, said):
    unchecked.publish_version(FunctionName="f")
    assert refused(unchecked.create_alias, **({"FunctionName": "f", "Name": "live"} | settings))[1] == said


def test_an_alias_twice_conflicts(client, function, refused):
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="$LATEST")
    again = refused(client.create_alias, FunctionName="f", Name="live", FunctionVersion="$LATEST")
    assert again == ("ResourceConflictException", f"Alias already exists: {FUNCTIONS}:f:live", 409)


def test_a_layer_lives_in_versions(room, client, refused):
    content = {"ZipFile": archive("y = 1", "python/y.py")}
    made = client.publish_layer_version(
        LayerName="l", Content=content, Description="d", LicenseInfo="MIT", CompatibleRuntimes=["python3.12"]
    )
    assert (made["LayerArn"], made["LayerVersionArn"], made["Version"]) == (f"{LAYERS}:l", f"{LAYERS}:l:1", 1)
    assert made["Content"]["CodeSize"] == len(content["ZipFile"])
    path = made["Content"]["Location"].removeprefix("http://127.0.0.1:1").partition("?")[0]
    assert room.answer(room.request("GET", path)).body == content["ZipFile"]
    client.publish_layer_version(LayerName="l", Content=content)
    shown = client.list_layer_versions(LayerName="l")["LayerVersions"]
    assert [found["Version"] for found in shown] == [2, 1]
    fitting = client.list_layers(CompatibleRuntime="python3.12")["Layers"]
    assert [found["LatestMatchingVersion"]["Version"] for found in fitting] == [1]
    by_arn = client.get_layer_version_by_arn(Arn=f"{LAYERS}:l:1")
    assert by_arn["Content"]["CodeSha256"] == made["Content"]["CodeSha256"]
    client.delete_layer_version(LayerName="l", VersionNumber=2)
    client.delete_layer_version(LayerName="l", VersionNumber=2)
    assert client.publish_layer_version(LayerName="l", Content=content)["Version"] == 3
    assert refused(client.get_layer_version, LayerName="l", VersionNumber=2)[:2] == (
        "ResourceNotFoundException",
        "The resource you requested does not exist.",
    )
    assert refused(client.get_layer_version, LayerName="l", VersionNumber=0)[1] == (
        "Layer Version Cannot be less than 1"
    )


def test_a_function_keeps_a_layer_that_was_deleted(room, client):
    made = client.publish_layer_version(LayerName="l", Content={"ZipFile": archive("y = 1", "python/y.py")})
    create(client, Layers=[made["LayerVersionArn"]])
    client.delete_layer_version(LayerName="l", VersionNumber=1)
    shown = active(client)["Layers"]
    assert shown == [{"Arn": made["LayerVersionArn"], "CodeSize": made["Content"]["CodeSize"]}]
    client.invoke(FunctionName="f")
    assert room.engine.invoked[-1].function.layers == (made["Content"]["CodeSha256"],)


def test_a_permission_is_stored_as_aws_writes_it(client, function, refused):
    added = client.add_permission(
        FunctionName="f",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::bucket",
        SourceAccount=ACCOUNT,
    )
    assert json.loads(added["Statement"]) == {
        "Sid": "s3",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"{FUNCTIONS}:f",
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": ACCOUNT},
            "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"},
        },
    }
    answer = client.get_policy(FunctionName="f")
    policy = json.loads(answer["Policy"])
    assert (policy["Version"], policy["Id"]) == ("2012-10-17", "default")
    assert answer["RevisionId"] == active(client)["RevisionId"] != function["RevisionId"]
    client.remove_permission(FunctionName="f", StatementId="s3")
    assert refused(client.get_policy, FunctionName="f")[1] == "The resource you requested does not exist."


@pytest.mark.parametrize(
    ("settings", "principal", "condition"),
    [
        (
            {"Principal": "*", "FunctionUrlAuthType": "NONE"},
            "*",
            {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        ),
        (
            {"Principal": "*", "InvokedViaFunctionUrl": True},
            "*",
            {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
        ),
        ({"Principal": "999999999999"}, {"AWS": "arn:aws:iam::999999999999:root"}, None),
        (
            {"Principal": "arn:aws:iam::999999999999:user/ann"},
            {"AWS": "arn:aws:iam::999999999999:user/ann"},
            None,
        ),
        (
            {"Principal": "*", "PrincipalOrgID": "o-1234567890"},
            "*",
            {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}},
        ),
    ],
)
def test_principals_and_conditions_become_what_aws_makes_of_them(
    client, function, settings, principal, condition
):
    added = client.add_permission(
        FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", **settings
    )
    statement = json.loads(added["Statement"])
    assert (statement["Principal"], statement.get("Condition")) == (principal, condition)


def test_policies_of_versions_and_aliases_are_their_own(client, function, refused):
    client.publish_version(FunctionName="f")
    grant = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com", "FunctionName": "f"}
    client.add_permission(**grant, StatementId="one", Qualifier="1")
    resource = json.loads(client.get_policy(FunctionName="f", Qualifier="1")["Policy"])["Statement"][0][
        "Resource"
    ]
    assert resource == f"{FUNCTIONS}:f:1"
    assert refused(client.get_policy, FunctionName="f")[0] == "ResourceNotFoundException"
    refusals = {
        "$LATEST": "We currently do not support adding policies for $LATEST.",
        "42": f"Function not found: {FUNCTIONS}:f:42",
        "nobody": f"Cannot find alias arn: {FUNCTIONS}:f:nobody",
    }
    for qualifier, said in refusals.items():
        assert refused(client.add_permission, **grant, StatementId="x", Qualifier=qualifier)[1] == said


def test_bad_permissions_are_refused(client, unchecked, function, refused):
    grant = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com", "FunctionName": "f"}
    client.add_permission(**grant, StatementId="s3")
    assert refused(client.add_permission, **grant, StatementId="s3") == (
        "ResourceConflictException",
        (
            "The statement id (s3) provided already exists. "
            "Please provide a new statement id, or remove the existing statement."
        ),
        409,
    )
    assert refused(client.add_permission, **(grant | {"Principal": "mars.example.com"}), StatementId="x")[
        1
    ] == ("The provided principal was invalid. Please check the principal and try again.")
    assert refused(client.add_permission, **grant, StatementId="x", RevisionId="old")[1].endswith(
        "Call the GetPolicy API to retrieve the latest Revision Id"
    )
    assert refused(unchecked.add_permission, **grant, StatementId="example.com")[0] == "ValidationException"
    assert refused(client.remove_permission, FunctionName="f", StatementId="none")[1] == (
        "Statement none is not found in resource policy."
    )
    assert refused(client.remove_permission, FunctionName="none", StatementId="s3")[1] == (
        f"No policy found for: {FUNCTIONS}:none"
    )


def test_a_policy_has_its_size(client, function, refused):
    grant = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com", "FunctionName": "f"}

    def fill():
        for number in range(400):
            client.add_permission(**grant, StatementId=f"statement-{number:090d}")

    assert refused(fill)[0] == "PolicyLengthExceededException"


def test_reserved_concurrency_leaves_a_hundred(client, function, refused):
    assert (
        client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=900)[
            "ReservedConcurrentExecutions"
        ]
        == 900
    )
    assert client.get_function(FunctionName="f")["Concurrency"] == {"ReservedConcurrentExecutions": 900}
    create(client, name="g")
    assert refused(client.put_function_concurrency, FunctionName="g", ReservedConcurrentExecutions=1)[1] == (
        "Specified ReservedConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of [100]."
    )
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    assert client.get_function_concurrency(FunctionName="f")["ReservedConcurrentExecutions"] == 0
    client.delete_function_concurrency(FunctionName="f")
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName="f")
    assert refused(client.put_function_concurrency, FunctionName="f:1", ReservedConcurrentExecutions=1)[
        1
    ] == (
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
        "Please specify either a function name or an unqualified function ARN."
    )


def test_tags_come_and_go(client, refused):
    create(client, Tags={"A": "a"})
    arn = f"{FUNCTIONS}:f"
    client.tag_resource(Resource=arn, Tags={"A": "aa", "B": "b"})
    assert client.list_tags(Resource=arn)["Tags"] == {"A": "aa", "B": "b"}
    assert client.get_function(FunctionName="f")["Tags"] == {"A": "aa", "B": "b"}
    client.untag_resource(Resource=arn, TagKeys=["A", "none"])
    assert client.list_tags(Resource=arn)["Tags"] == {"B": "b"}
    many = {f"key{number}": "v" for number in range(50)}
    assert (
        refused(client.tag_resource, Resource=arn, Tags=many)[1]
        == "Number of tags exceeds resource tag limit."
    )
    assert refused(client.tag_resource, Resource=f"{arn}:1", Tags={"A": "a"})[1] == (
        "Tags on function aliases and versions are not supported. Please specify a function ARN."
    )
    assert refused(client.list_tags, Resource=f"{arn}-none")[1] == f"Function not found: {arn}-none"
