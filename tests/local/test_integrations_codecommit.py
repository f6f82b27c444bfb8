"""CodeCommit through boto3: what changes a branch runs the triggers that are for it."""

from __future__ import annotations

import itertools

import pytest
from botocore.config import Config
from functions_kit import ready, refusal
from integrations_kit import answering, permitted
from producers_kit import ACCOUNT, REGION, arn, listener, permit, seen

SERVICE = "codecommit.amazonaws.com"
numbers = itertools.count()


@pytest.fixture(scope="module")
def git(cloud):
    return cloud.client("codecommit")


@pytest.fixture
def repository(git):
    """The name of a new repository."""
    name = f"repository-{next(numbers)}"
    git.create_repository(repositoryName=name)
    return name


def trigger(function, *events, branches=(), **more):
    return {
        "name": f"to-{function}",
        "destinationArn": arn(function),
        "branches": list(branches),
        "events": list(events) or ["all"],
        **more,
    }


def source(repository):
    return f"arn:aws:codecommit:{REGION}:{ACCOUNT}:{repository}"


def heard(cloud, repository, name):
    """A function that this repository may call."""
    listener(cloud, name)
    permit(cloud, name, SERVICE, source(repository))
    return name


def put(git, repository, path="readme", content=b"hello", branch="main", **more):
    return git.put_file(
        repositoryName=repository, branchName=branch, filePath=path, fileContent=content, **more
    )["commitId"]


def references(events):
    return [one for event in events for one in event["Records"][0]["codecommit"]["references"]]


def test_a_function_hears_of_every_change_of_a_branch(cloud, git, repository):
    name = heard(cloud, repository, "hears-all")
    kept = git.put_repository_triggers(repositoryName=repository, triggers=[trigger(name, customData="7")])
    first = put(git, repository)
    second = put(git, repository, content=b"hello again", parentCommitId=first)
    git.create_branch(repositoryName=repository, branchName="feature", commitId=first)
    git.delete_branch(repositoryName=repository, branchName="feature")
    events = seen(cloud, name, count=4)
    told = sorted(references(events), key=str)  # events side by side may run in any order
    expected = [
        {"commit": first, "created": True, "ref": "refs/heads/main"},
        {"commit": second, "ref": "refs/heads/main"},
        {"commit": first, "created": True, "ref": "refs/heads/feature"},
        {"commit": first, "deleted": True, "ref": "refs/heads/feature"},
    ]
    assert told == sorted(expected, key=str)
    (record,) = events[0]["Records"]
    assert {key: record[key] for key in record if key not in ("codecommit", "eventId", "eventTime")} == {
        "awsRegion": REGION,
        "customData": "7",
        "eventName": "ReferenceChanges",
        "eventPartNumber": 1,
        "eventSource": "aws:codecommit",
        "eventSourceARN": source(repository),
        "eventTotalParts": 1,
        "eventTriggerConfigId": kept["configurationId"],
        "eventTriggerName": f"to-{name}",
        "eventVersion": "1.0",
        "userIdentityARN": f"arn:aws:iam::{ACCOUNT}:root",
    }
    (history, *_) = cloud.events(name)
    assert history.producer == SERVICE


def test_a_trigger_is_for_its_events_and_branches(cloud, git, repository):
    news, main = heard(cloud, repository, "hears-new"), heard(cloud, repository, "hears-main")
    triggers = [trigger(news, "createReference"), trigger(main, "updateReference", branches=["main"])]
    git.put_repository_triggers(repositoryName=repository, triggers=triggers)
    assert git.get_repository_triggers(repositoryName=repository)["triggers"] == triggers
    first = put(git, repository)
    git.create_branch(repositoryName=repository, branchName="other", commitId=first)
    put(git, repository, path="b", branch="other", parentCommitId=first)
    second = git.create_commit(
        repositoryName=repository,
        branchName="main",
        parentCommitId=first,
        putFiles=[{"filePath": "c", "fileContent": b"c"}],
        deleteFiles=[{"filePath": "readme"}],
    )
    assert [one["absolutePath"] for one in second["filesAdded"]] == ["c"]
    assert [one["absolutePath"] for one in second["filesDeleted"]] == ["readme"]
    created = references(seen(cloud, news, count=2))
    assert {one["ref"] for one in created} == {"refs/heads/main", "refs/heads/other"}
    (pushed,) = references(seen(cloud, main))
    assert pushed == {"commit": second["commitId"], "ref": "refs/heads/main"}


def test_a_trigger_may_be_tried_and_says_what_stands_against_it(cloud, git, repository):
    name = heard(cloud, repository, "tried")
    ready(cloud, "not-for-git")
    triggers = [trigger(name), trigger("not-for-git")]
    tested = git.test_repository_triggers(repositoryName=repository, triggers=triggers)
    assert tested["successfulExecutions"] == ["to-tried"]
    (failed,) = tested["failedExecutions"]
    assert failed["trigger"] == "to-not-for-git"
    assert (
        "codecommit.amazonaws.com is not authorized to perform: lambda:InvokeFunction"
        in failed["failureMessage"]
    )
    (event,) = seen(cloud, name)
    assert event["Records"][0]["eventName"] == "TriggerEventTest"
    assert references([event]) == [{"commit": "0" * 40, "ref": "refs/heads/main"}]


def test_what_codecommit_refuses(git, repository):
    commit = put(git, repository)
    named = {"repositoryName": repository}
    cases = {
        "RepositoryDoesNotExistException": lambda: put(git, "nowhere"),
        "ParentCommitIdRequiredException": lambda: put(git, repository, path="b"),
        "ParentCommitIdOutdatedException": lambda: put(git, repository, path="b", parentCommitId="0" * 40),
        "NoChangeException": lambda: put(git, repository, parentCommitId=commit),
        "BranchNameExistsException": lambda: git.create_branch(**named, branchName="main", commitId=commit),
        "CommitDoesNotExistException": lambda: git.create_branch(**named, branchName="b", commitId="1" * 40),
        "BranchDoesNotExistException": lambda: git.get_branch(**named, branchName="b"),
        "DefaultBranchCannotBeDeletedException": lambda: git.delete_branch(**named, branchName="main"),
        "InvalidRepositoryTriggerEventsException": lambda: git.put_repository_triggers(
            **named, triggers=[trigger("f", "pull")]
        ),
        "InvalidRepositoryTriggerDestinationArnException": lambda: git.put_repository_triggers(
            **named, triggers=[{**trigger("f"), "destinationArn": "arn:aws:sqs:us-east-1:1:q"}]
        ),
        "MaximumRepositoryTriggersExceededException": lambda: git.put_repository_triggers(
            **named, triggers=[{**trigger("f"), "name": f"t{number}"} for number in range(11)]
        ),
    }
    assert {code: refusal(call)[0] for code, call in cases.items()} == {code: code for code in cases}


def test_what_is_missing_is_named(cloud, repository):
    careless = cloud.client("codecommit", config=Config(parameter_validation=False))
    code, text, _ = refusal(lambda: careless.create_branch(repositoryName=repository, commitId="x"))
    assert (code, text) == ("BranchNameRequiredException", "branchName is required, but was not specified.")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("new branch", {"created": True, "ref": "refs/heads/feature"}),
        ("new tag", {"created": True, "ref": "refs/tags/v1.0.0"}),
        ("push", {"ref": "refs/heads/main"}),
    ],
)
def test_a_change_by_one_call(cloud, change, told):
    name = permitted(cloud, answering(cloud, f"change-{next(numbers)}"), "codecommit")
    ran = cloud.run_integration("codecommit", name, change=change)
    assert ran.outcome == "queued"
    (event,) = seen(cloud, name)
    assert event == ran.sent
    (reference,) = references([event])
    assert {**told, "commit": reference["commit"]} == reference
