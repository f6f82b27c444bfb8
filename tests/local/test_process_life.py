"""The cloud's process: found again, started once, gone when it is over, and no stale state believed."""

import json
import os
import signal
import stat
import subprocess
import sys
import time

import pytest
from handlers import create

from lambada_labs.cloud import local
from lambada_labs.cloud.local import process
from lambada_labs.cloud.local.settings import CloudSettings
from lambada_labs.cloud.local.state import StateFolder, read_state, write_state
from lambada_labs.errors import CloudUnavailable
from lambada_labs.runtime import process_tree


@pytest.fixture
def folder(tmp_path):
    tmp_path.chmod(0o700)
    folder = StateFolder(path=tmp_path)
    yield folder
    process.stop(folder)


def until(condition, seconds=20):
    """Whether the condition comes true before the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def start(folder, **settings):
    return local.attach_or_start(CloudSettings(**settings), folder=folder)


def test_it_answers_and_is_found_again(folder):
    first = start(folder)
    again = start(folder)
    assert again.connection() == first.connection()
    assert first.status().pid == first.pid
    assert first.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_it_listens_on_loopback_only(folder):
    cloud = start(folder)
    port = int(cloud.endpoint_url.rsplit(":", 1)[1])
    import psutil

    listening = [c.laddr for c in psutil.Process(cloud.pid).net_connections() if c.status == "LISTEN"]
    assert port in [address.port for address in listening]
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_its_keys_are_random_and_its_files_private(folder, tmp_path_factory):
    other_path = tmp_path_factory.mktemp("other")
    other_path.chmod(0o700)
    other = StateFolder(path=other_path)
    try:
        one, two = start(folder).connection(), start(other).connection()
    finally:
        process.stop(other)
    assert one["access_key_id"] != two["access_key_id"]
    assert one["secret_access_key"] != two["secret_access_key"]
    assert one["endpoint_url"] != two["endpoint_url"]
    assert stat.S_IMODE(folder.state_file.stat().st_mode) == 0o600


def test_two_starters_at_once_get_one_cloud(folder):
    code = (
        "from lambada_labs.cloud import local\n"
        "import json\n"
        "print(json.dumps(local.attach_or_start().connection()))\n"
    )
    environ = {**os.environ, "LAMBADA_STATE_DIR": str(folder.path)}
    starters = [
        subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE) for _ in range(4)
    ]
    answers = [json.loads(starter.communicate(timeout=60)[0]) for starter in starters]
    assert all(answer == answers[0] for answer in answers)
    assert len(servers(folder)) == 1


def servers(folder):
    """The process numbers of clouds whose state is in this folder."""
    import psutil

    found = []
    for one in psutil.process_iter(["cmdline"]):
        if process.SERVER not in (one.info["cmdline"] or ()):
            continue
        try:
            if one.environ().get("LAMBADA_STATE_DIR") == str(folder.path):
                found.append(one.pid)
        except psutil.Error:
            continue
    return found


def test_stop_ends_it_and_says_whether_there_was_one(folder):
    cloud = start(folder)
    assert cloud.stop() is True
    assert process_tree.born(cloud.pid) is None
    assert not folder.state_file.exists()
    assert list(folder.run_dir.iterdir()) == []
    assert process.stop(folder) is False
    with pytest.raises(CloudUnavailable, match="does not answer"):
        cloud.status()


def test_a_state_file_that_outlived_its_cloud_is_not_believed(folder):
    cloud = start(folder)
    os.kill(cloud.pid, signal.SIGKILL)
    assert until(lambda: process_tree.born(cloud.pid) is None)
    assert folder.state_file.exists()
    assert process.find(folder) is None
    again = start(folder)
    assert again.pid != cloud.pid
    assert again.connection()["access_key_id"] != cloud.connection()["access_key_id"]


def test_a_process_number_that_somebody_else_has_now_is_not_killed(folder):
    cloud = start(folder)
    state = read_state(folder)
    cloud.stop()
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        write_state(folder, replace(state, pid=stranger.pid))
        assert process.find(folder) is None
        assert process.stop(folder) is False
        assert start(folder).pid != stranger.pid
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def replace(state, **changes):
    import dataclasses

    return dataclasses.replace(state, **changes)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', "\x00\xff"])
def test_a_damaged_state_file_is_no_cloud(folder, content):
    folder.state_file.write_text(content)
    assert process.find(folder) is None
    assert process.stop(folder) is False


def test_a_cloud_that_hangs_is_replaced(folder):
    cloud = start(folder)
    os.kill(cloud.pid, signal.SIGSTOP)
    again = process.start_or_find(folder, CloudSettings(), patience_s=0.5)
    assert again.pid != cloud.pid
    assert process_tree.born(cloud.pid) is None


def test_sigterm_ends_it_cleanly(folder):
    cloud = start(folder)
    os.kill(cloud.pid, signal.SIGTERM)
    assert until(lambda: process_tree.born(cloud.pid) is None)
    assert not folder.state_file.exists()
    assert "over" in folder.log_file.read_text().splitlines()[-1]


def test_it_ends_when_nobody_asks_anything(folder):
    cloud = start(folder, idle_stop_s=0.5)
    assert until(lambda: process_tree.born(cloud.pid) is None)
    assert "nobody asked for anything" in folder.log_file.read_text()


def test_it_ends_when_its_state_file_is_gone(folder):
    cloud = start(folder)
    folder.state_file.unlink()
    assert until(lambda: process_tree.born(cloud.pid) is None)


def test_a_port_in_use_is_told_in_a_sentence(folder):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CloudUnavailable) as told:
            start(folder, port=port)
    assert str(told.value) == (
        f"port {port} on 127.0.0.1 cannot be used (Address already in use). Expected: a free port. "
        "Name another with --port, or none."
    )
    assert process.find(folder) is None


def test_a_wanted_port_is_used_and_another_one_refused(folder):
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cloud = start(folder, port=port)
    assert cloud.endpoint_url == f"http://127.0.0.1:{port}"
    with pytest.raises(CloudUnavailable, match=f"already runs on port {port}"):
        start(folder, port=port + 1 if port < 65535 else port - 1)


def test_a_start_that_fails_names_the_log(folder):
    folder.run_dir.write_text("not a folder")
    with pytest.raises(CloudUnavailable) as told:
        start(folder)
    assert "the local cloud failed: FileExistsError" in str(told.value)
    assert f"Read {folder.log_file}" in str(told.value)
    assert "Traceback" in folder.log_file.read_text()
    folder.run_dir.unlink()


def test_a_server_that_cannot_even_be_imported_is_told(folder, tmp_path_factory, monkeypatch):
    broken = tmp_path_factory.mktemp("broken")
    (broken / "aiohttp.py").write_text("raise RuntimeError('this package is broken')\n")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    with pytest.raises(CloudUnavailable) as told:
        start(folder)
    assert "RuntimeError: this package is broken" in str(told.value)


def test_a_silent_cloud_is_told_by_those_who_do_not_start_one(folder, monkeypatch):
    cloud = start(folder)
    monkeypatch.setenv("LAMBADA_STATE_DIR", str(folder.path))
    state = read_state(folder)
    write_state(folder, replace(state, secret_access_key="not its secret"))
    with pytest.raises(CloudUnavailable, match=f"process {cloud.pid}.* does not answer"):
        local.attach()
    with pytest.raises(CloudUnavailable, match="does not answer"):
        local.status()


def test_it_ignores_the_aws_settings_of_whoever_starts_it(folder, monkeypatch):
    import psutil

    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    cloud = start(folder)
    names = psutil.Process(cloud.pid).environ()
    assert [name for name in names if name.startswith("AWS_")] == []


def test_idle_expiry_can_be_set(folder):
    cloud = start(folder, idle_expiry_s=0.4)
    create(cloud, "short")
    cloud.client("lambda").invoke(FunctionName="short")
    assert until(lambda: [event.phase for event in cloud.life("short")][-1] == "killed")


def test_a_starter_that_is_killed_leaves_its_cloud_to_the_next_one(folder):
    environ = {**os.environ, "LAMBADA_STATE_DIR": str(folder.path)}
    code = "from lambada_labs.cloud import local; local.attach_or_start()"
    starter = subprocess.Popen([sys.executable, "-c", code], env=environ, stderr=subprocess.DEVNULL)
    assert until(lambda: servers(folder))
    starter.kill()
    starter.wait()
    (started,) = servers(folder)
    assert start(folder).pid == started
    assert servers(folder) == [started]
