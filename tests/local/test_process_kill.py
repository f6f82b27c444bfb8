"""Whoever is killed, and however: no process of a handler outlives its cloud."""

import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest
from handlers import create, until

from lambada_labs.cloud import local
from lambada_labs.cloud.local import process
from lambada_labs.cloud.local.settings import CloudSettings
from lambada_labs.cloud.local.state import StateFolder
from lambada_labs.runtime import process_tree

#: A handler that works for long, with a child of its own in a session of its own, as daemons do.
BUSY = """
import subprocess, time
def handler(event, context):
    subprocess.Popen(["sleep", "3600.{mark}"], start_new_session=True)
    print("busy", flush=True)
    time.sleep(25)
"""


@pytest.fixture(params=["namespaces", "remap"])
def folder(request, tmp_path, monkeypatch):
    monkeypatch.setenv("LAMBADA_ISOLATION", request.param)
    tmp_path.chmod(0o700)
    folder = StateFolder(path=tmp_path)
    yield folder
    process.stop(folder)


def start(folder):
    from lambada_labs.errors import LambadaError

    try:
        return local.attach_or_start(CloudSettings(), folder=folder)
    except LambadaError as error:
        if "namespaces" in str(error):
            pytest.skip(f"no namespaces on this machine: {error}")
        raise


def busy_cloud(folder):
    """A cloud with one handler at work; the cloud, and the processes under it."""
    cloud = start(folder)
    mark = str(os.getpid()) + str(cloud.pid)
    create(cloud, "busy", BUSY.replace("{mark}", mark))
    create(cloud, "idle")
    cloud.client("lambda").invoke(FunctionName="idle")
    invoke_in_background(cloud, "busy")
    assert until(lambda: sleepers(mark)), "the handler did not start its child"
    below = [psutil.Process(pid) for pid in process_tree.descendants(cloud.pid)]
    assert len(below) >= 3
    return cloud, [*below, *sleepers(mark)]


def invoke_in_background(cloud, name):
    def invoke():
        try:
            cloud.client("lambda").invoke(FunctionName=name)
        except Exception:
            return  # the cloud is about to die under it

    threading.Thread(target=invoke, daemon=True).start()


def sleepers(mark):
    return [one for one in psutil.process_iter(["cmdline"]) if f"3600.{mark}" in (one.info["cmdline"] or ())]


def gone(processes):
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []


@pytest.mark.skipif(sys.platform != "linux", reason="the parent's death is a signal on Linux only")
def test_sigkill_of_the_cloud_leaves_no_process(folder):
    cloud, below = busy_cloud(folder)
    os.kill(cloud.pid, signal.SIGKILL)
    assert until(lambda: process_tree.born(cloud.pid) is None)
    if os.environ["LAMBADA_ISOLATION"] == "remap":
        again = start(folder)  # what left its parent's process group is found by the sweep
        assert again.pid != cloud.pid
    assert until(lambda: gone(below)), [one for one in below if one.is_running()]


def test_sigterm_leaves_no_process(folder):
    cloud, below = busy_cloud(folder)
    os.kill(cloud.pid, signal.SIGTERM)
    assert until(lambda: process_tree.born(cloud.pid) is None)
    assert until(lambda: gone(below)), [one for one in below if one.is_running()]


def test_down_leaves_no_process_and_no_files(folder):
    cloud, below = busy_cloud(folder)
    assert cloud.stop()
    assert until(lambda: gone(below)), [one for one in below if one.is_running()]
    assert list(folder.run_dir.iterdir()) == []


def test_the_end_of_whoever_started_it_is_not_its_end(tmp_path):
    """A kernel restart must not lose the cloud: neither the starter's exit nor its terminal's Ctrl-C reaches it."""
    code = "from lambada_labs.cloud import local; print(local.attach_or_start().pid, flush=True); input()"
    environ = {**os.environ, "LAMBADA_STATE_DIR": str(tmp_path)}
    starter = subprocess.Popen(
        [sys.executable, "-c", code],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    pid = int(starter.stdout.readline())
    os.killpg(starter.pid, signal.SIGINT)
    os.killpg(starter.pid, signal.SIGKILL)
    starter.communicate()
    folder = StateFolder(path=tmp_path)
    try:
        assert process.find(folder).pid == pid
    finally:
        assert process.stop(folder)
