"""The platform's clock from a terminal, from a notebook and from a variable; who may set it; what waits on it."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from async_kit import FAILS, function, history, send
from functions_kit import answer_of, until

from lambada_labs.cloud import local
from lambada_labs.cloud.local.settings import CloudSettings
from lambada_labs.cloud.local.state import StateFolder
from lambada_labs.errors import BadInput
from lambada_labs.runtime import process_tree

ASKS = """
import os, urllib.request, urllib.error
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session
def handler(event, context):
    request = AWSRequest(method="GET", url=os.environ["AWS_ENDPOINT_URL"] + "/_lambada/clock?speed=9")
    SigV4Auth(Session().get_credentials(), "lambada", os.environ["AWS_REGION"]).add_auth(request)
    try:
        urllib.request.urlopen(urllib.request.Request(request.url, headers=dict(request.headers)))
    except urllib.error.HTTPError as refused:
        return refused.status
"""


def status(cloud):
    command = [sys.executable, "-m", "lambada_labs.cli", "status"]
    shown = subprocess.run(
        command, env=cloud.subprocess_environ(), capture_output=True, text=True, check=True
    )
    return dict(line.split(maxsplit=1) for line in shown.stdout.splitlines())


@pytest.fixture
def clock(cloud):
    """The cloud's clock, at true speed again afterwards."""
    yield cloud.clock
    cloud.clock(speed=1)


def test_it_starts_true_and_status_says_what_it_does(cloud, clock):
    assert status(cloud)["clock"] == "true time"
    clock(speed=0)
    assert clock(turn=3600).ahead_s >= 3590
    assert status(cloud)["clock"] == "stands still, turned by hand, 60 min ahead (platform waits only)"
    found = cloud.status()
    assert (found.clock_speed, found.clock_ahead_s >= 3000) == (0, True)
    assert clock(speed=60).speed == 60
    assert status(cloud)["clock"].startswith("60 times true time")


def test_a_turn_of_the_clock_brings_the_next_try_at_once(cloud):
    client = function(cloud, "turned", FAILS)
    request_id = send(client, "turned")
    for seconds, tries in ((61, 2), (121, 3)):
        until(lambda tries=tries: len(cloud.events("turned")[0].attempts) == tries - 1)
        until(lambda: cloud.events("turned")[0].next_wait_s is not None)
        cloud.clock(turn=seconds)
        until(lambda tries=tries: len(cloud.events("turned")[0].attempts) == tries)
    assert [round(one.waited_s) for one in history(cloud, request_id).attempts] == [0, 60, 120]


def test_a_speed_no_clock_has_is_refused(cloud):
    with pytest.raises(BadInput, match="a clock of speed -1"):
        cloud.clock(speed=-1)


def test_no_handler_may_set_it(cloud):
    client = function(cloud, "asks", ASKS, Timeout=20)
    assert answer_of(client.invoke(FunctionName="asks")) == 403
    assert cloud.clock().speed == 1


def test_a_cloud_with_events_that_wait_does_not_end_for_want_of_requests(tmp_path):
    """The second try comes after 9 s of true time; 4 s without a request end the cloud."""
    tmp_path.chmod(0o700)
    settings = CloudSettings(idle_stop_s=4, clock_speed=60 / 9)
    cloud = local.attach_or_start(settings, folder=StateFolder(path=tmp_path))
    client = function(cloud, "waits", FAILS)
    client.put_function_event_invoke_config(FunctionName="waits", MaximumRetryAttempts=1)
    send(client, "waits")
    sent = time.monotonic()
    until(lambda: process_tree.born(cloud.pid) is None, seconds=60)
    assert time.monotonic() - sent >= 9
