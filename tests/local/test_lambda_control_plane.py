"""Functions through a local cloud: states, revisions, code in every form, layers, lists, settings of the account."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.error
import urllib.request

import pytest
from functions_kit import ECHO, answer_of, archive, create, ready, refusal, wait


@pytest.fixture(scope="module")
def client(cloud):
    return cloud.client("lambda")


def test_a_new_function_is_pending_then_active(cloud, client):
    created = create(cloud, "states")
    assert (created["State"], created["StateReasonCode"]) == ("Pending", "Creating")
    wait(client, "states")
    settled = client.get_function_configuration(FunctionName="states")
    assert (settled["State"], settled["LastUpdateStatus"]) == ("Active", "Successful")
    assert "StateReason" not in settled


def test_an_update_is_in_progress_then_successful_and_binds_the_next_invocation(cloud):
    client = ready(
        cloud,
        "updates",
        "import os\ndef handler(event, context):\n    return os.environ['WHO']\n",
        Environment={"Variables": {"WHO": "first"}},
    )
    assert answer_of(client.invoke(FunctionName="updates")) == "first"
    changed = client.update_function_configuration(
        FunctionName="updates", Environment={"Variables": {"WHO": "second"}}
    )
    assert (changed["State"], changed["LastUpdateStatus"]) == ("Active", "InProgress")
    wait(client, "updates")
    assert answer_of(client.invoke(FunctionName="updates")) == "second"


def test_revision_id_changes_with_every_change_and_guards_against_lost_ones(cloud):
    client = ready(cloud, "revisions")
    before = client.get_function_configuration(FunctionName="revisions")["RevisionId"]
    client.update_function_configuration(FunctionName="revisions", RevisionId=before, Timeout=4)
    wait(client, "revisions")
    assert client.get_function_configuration(FunctionName="revisions")["RevisionId"] != before
    assert refusal(client.update_function_configuration, FunctionName="revisions", RevisionId=before)[
        ::2
    ] == (
        "PreconditionFailedException",
        412,
    )


def test_code_sha256_is_the_digest_of_the_archive(cloud):
    code = archive()
    created = create(cloud, "digest", Code={"ZipFile": code})
    assert created["CodeSha256"] == base64.b64encode(hashlib.sha256(code).digest()).decode()


def test_code_from_s3_runs(cloud, client):
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="packages")
    s3.put_object(Bucket="packages", Key="echo.zip", Body=archive())
    ready(cloud, "from-s3", Code={"S3Bucket": "packages", "S3Key": "echo.zip"})
    assert answer_of(client.invoke(FunctionName="from-s3", Payload=b"[3]")) == [3]
    assert refusal(create, cloud=cloud, name="nothing", Code={"S3Bucket": "packages", "S3Key": "none.zip"})[
        :2
    ] == (
        "InvalidParameterValueException",
        (
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. "
            "S3 Error Message: The specified key does not exist."
        ),
    )


def test_get_function_gives_an_address_from_which_the_code_downloads(cloud, client):
    ready(cloud, "download")
    location = client.get_function(FunctionName="download")["Code"]["Location"]
    with urllib.request.urlopen(location) as answer:
        assert answer.read() == archive()
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(location.partition("?")[0])
    assert caught.value.code in {401, 403}
    caught.value.close()


def test_publishing_unchanged_code_answers_the_same_version(cloud):
    client = ready(cloud, "publish")
    numbers = [client.publish_version(FunctionName="publish")["Version"] for _ in range(2)]
    assert numbers == ["1", "1"]
    client.update_function_code(FunctionName="publish", ZipFile=archive(ECHO + "# changed\n"))
    wait(client, "publish")
    assert client.publish_version(FunctionName="publish")["Version"] == "2"
    listed = client.list_versions_by_function(FunctionName="publish")["Versions"]
    assert [version["Version"] for version in listed] == ["$LATEST", "1", "2"]


def test_a_layer_is_merged_under_opt_and_can_be_imported(cloud, client):
    layer = client.publish_layer_version(
        LayerName="greetings",
        Content={
            "ZipFile": archive({"python/greetings.py": "HELLO = 'hello from a layer'\n", "data.txt": "text"})
        },
        CompatibleRuntimes=["python3.12"],
    )
    code = "import greetings\ndef handler(event, context):\n    return [greetings.HELLO, open('/opt/data.txt').read()]\n"
    ready(cloud, "layered", code, Layers=[layer["LayerVersionArn"]])
    assert answer_of(client.invoke(FunctionName="layered")) == ["hello from a layer", "text"]
    client.delete_layer_version(LayerName="greetings", VersionNumber=layer["Version"])
    assert answer_of(client.invoke(FunctionName="layered"))[0] == "hello from a layer"
    with urllib.request.urlopen(layer["Content"]["Location"]) as answer:
        assert len(answer.read()) == layer["Content"]["CodeSize"]


def test_a_permission_is_stored_as_aws_writes_it(cloud):
    client = ready(cloud, "shared")
    client.add_permission(
        FunctionName="shared",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::bucket",
    )
    (statement,) = json.loads(client.get_policy(FunctionName="shared")["Policy"])["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Condition"] == {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}}
    client.remove_permission(FunctionName="shared", StatementId="s3")
    assert refusal(client.get_policy, FunctionName="shared")[0] == "ResourceNotFoundException"


def test_lists_come_in_pages(cloud, client):
    for number in range(3):
        create(cloud, f"page-{number}")
    pages = client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
    names = [[found["FunctionName"] for found in page["Functions"]] for page in pages]
    assert all(len(page) <= 2 for page in names)
    assert {"page-0", "page-1", "page-2"} <= {name for page in names for name in page}


def test_account_settings_count_what_is_really_there(cloud, client):
    before = client.get_account_settings()
    create(cloud, "counted")
    after = client.get_account_settings()
    assert after["AccountUsage"]["FunctionCount"] == before["AccountUsage"]["FunctionCount"] + 1
    assert after["AccountUsage"]["TotalCodeSize"] == before["AccountUsage"]["TotalCodeSize"] + len(archive())
    assert after["AccountLimit"]["ConcurrentExecutions"] == 1000
    assert after["AccountLimit"]["CodeSizeZipped"] == 52428800


def test_tags_are_found_again(cloud, client):
    arn = create(cloud, "tagged", Tags={"course": "lambda"})["FunctionArn"]
    client.tag_resource(Resource=arn, Tags={"lab": "01"})
    assert client.list_tags(Resource=arn)["Tags"] == {"course": "lambda", "lab": "01"}


def test_a_deleted_function_is_gone(cloud, client):
    ready(cloud, "gone")
    client.delete_function(FunctionName="gone")
    assert refusal(client.invoke, FunctionName="gone")[0] == "ResourceNotFoundException"
    assert refusal(client.get_function, FunctionName="gone")[0] == "ResourceNotFoundException"


def test_what_comes_later_says_so(client):
    code, text, status = refusal(client.list_event_source_mappings)
    assert (code, status) == ("NotImplementedByLocalCloud", 501)
    assert "lab 06 (event_source_mappings)" in text
