"""The small parts of the cloud's process: journal, activity, log file, settings, private operations."""

import dataclasses
import logging
import subprocess
import sys

import pytest
from handlers import HELLO, create, until

from lambada_labs.cloud.local import private_client
from lambada_labs.cloud.local.activity import Activity
from lambada_labs.cloud.local.journal import (
    Journal,
    life_from_json,
    life_to_json,
    record_from_json,
    record_to_json,
)
from lambada_labs.cloud.local.process import find
from lambada_labs.cloud.local.settings import CloudSettings, read_duration
from lambada_labs.cloud.local.state import state_folder
from lambada_labs.errors import BadInput, CloudUnavailable
from lambada_labs.model import InvocationRecord, LifeEvent


def record(name="f", ended_at=2.0):
    return InvocationRecord(
        request_id="r",
        function_name=name,
        function_version="$LATEST",
        function_arn=f"arn:aws:lambda:us-east-1:123456789012:function:{name}",
        environment_id="e",
        log_group=f"/aws/lambda/{name}",
        log_stream="s",
        accepted_at=1.0,
        started_at=1.0,
        ended_at=ended_at,
        duration_ms=3.5,
        billed_ms=4,
        memory_mb=128,
        max_memory_used_mb=40,
    )


def life(at, name="f"):
    return LifeEvent(environment_id="e", function_name=name, function_version="1", phase="init", at=at)


def test_the_journal_forgets_the_oldest():
    journal = Journal(3)
    for at in range(5):
        journal.record(record(ended_at=float(at)))
        journal.life(life(float(at)))
    assert [one.ended_at for one in journal.records()] == [2.0, 3.0, 4.0]
    assert [one.at for one in journal.events()] == [2.0, 3.0, 4.0]
    assert journal.invocations == 5


def test_the_journal_is_asked_by_function_and_time():
    journal = Journal(10)
    for at, name in enumerate(["f", "g", "f"]):
        journal.record(record(name, float(at)))
        journal.life(life(float(at), name))
    assert [one.ended_at for one in journal.records("f")] == [0.0, 2.0]
    assert [one.ended_at for one in journal.records(since=1.0)] == [1.0, 2.0]
    assert [one.at for one in journal.events("g", 1.0)] == [1.0]


def test_records_travel_unchanged():
    assert record_from_json(record_to_json(record())) == record()
    assert life_from_json(life_to_json(life(1.5))) == life(1.5)


def test_idle_time_starts_when_the_last_request_ends():
    now = [0.0]
    activity = Activity(lambda: now[0])
    now[0] = 5.0
    assert activity.idle_s == 5.0
    activity.began()
    activity.began()
    activity.ended()
    now[0] = 50.0
    assert activity.idle_s == 0.0
    activity.ended()
    now[0] = 57.0
    assert activity.idle_s == 7.0
    activity.noticed()
    assert activity.idle_s == 0.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90.0),
        ("90s", 90.0),
        ("15m", 900.0),
        ("2h", 7200.0),
        ("1d", 86400.0),
        ("1.5h", 5400.0),
        ("Never", 0.0),
    ],
)
def test_durations(text, seconds):
    assert read_duration(text, "x") == seconds


@pytest.mark.parametrize("text", ["", "-1", "1w", "h", "1 h 2 m", "inf"])
def test_what_is_no_duration(text):
    with pytest.raises(BadInput):
        read_duration(text, "x")


def test_settings_survive_the_way_to_the_server():
    wanted = CloudSettings.from_environ(
        {
            "LAMBADA_IDLE_STOP": "never",
            "LAMBADA_IDLE_EXPIRY": "30s",
            "LAMBADA_LOG_EVENTS": "100",
            "OTHER": "1",
        },
        port=99,
    )
    assert wanted == CloudSettings(port=99, idle_stop_s=0.0, idle_expiry_s=30.0, log_events_kept=100)
    assert CloudSettings.from_json(wanted.to_json()) == wanted


def test_the_log_turns_over_and_what_is_printed_follows(tmp_path):
    code = f"""
import logging, os, sys
from pathlib import Path
from lambada_labs.cloud.local import log_file
log_file.LARGEST_BYTES = 2000
path = Path({str(tmp_path / "cloud.log")!r})
os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
log_file.start(path)
for number in range(200):
    logging.getLogger("x").info("line %d", number)
os.write(2, b"printed at the end\\n")
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert (tmp_path / "cloud.log").read_text().endswith("line 199\nprinted at the end\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cloud.log", "cloud.log.1", "cloud.log.2"]
    assert all(path.stat().st_size < 3000 for path in tmp_path.iterdir())


def test_only_the_owner_may_use_private_operations(cloud):
    iam = cloud.client("iam")
    iam.create_user(UserName="guest")
    key = iam.create_access_key(UserName="guest")["AccessKey"]
    state = find(state_folder({"LAMBADA_STATE_DIR": cloud.subprocess_environ()["LAMBADA_STATE_DIR"]}))
    guest = dataclasses.replace(
        state, access_key_id=key["AccessKeyId"], secret_access_key=key["SecretAccessKey"]
    )
    assert private_client.call(state, "ping") == {}
    with pytest.raises(CloudUnavailable, match=r"answered 403 .*user/guest does not own this cloud"):
        private_client.call(guest, "records")
    with pytest.raises(CloudUnavailable, match="answered 403"):
        private_client.call(dataclasses.replace(state, secret_access_key="wrong"), "ping")
    with pytest.raises(BadInput, match="is no operation"):
        private_client.call(state, "format-disk")


def test_a_handler_may_not_use_them_either(cloud):
    source = """
import os, urllib.request
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session
def handler(event, context):
    url = os.environ["AWS_ENDPOINT_URL"] + "/_lambada/stop"
    request = AWSRequest("GET", url)
    SigV4Auth(Session().get_credentials(), "lambada", os.environ["AWS_REGION"]).add_auth(request)
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=dict(request.headers))).status
    except urllib.error.HTTPError as error:
        return error.code
"""
    create(cloud, "attacker", source)
    assert cloud.client("lambda").invoke(FunctionName="attacker")["Payload"].read() == b"403"
    assert cloud.status().functions == ("attacker",)


def test_records_and_life_reach_the_caller(cloud):
    create(cloud, "kept", HELLO)
    reply = cloud.client("lambda").invoke(FunctionName="kept")
    (found,) = cloud.records("kept")
    assert found.request_id == reply["ResponseMetadata"]["RequestId"]
    assert cloud.records("kept", since=found.ended_at + 1) == []
    assert until(lambda: cloud.life("kept")[-1].phase == "frozen")
    assert [event.phase for event in cloud.life("kept")][:2] == ["init", "invoke"]
    assert logging.getLogger().level != logging.INFO, "the server's logging is the server's alone"
