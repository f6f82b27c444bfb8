"""`lambada up`, `status`, `logs`, `down`: words, JSON, exit statuses, bad input."""

import json
import os
import re
import signal
import subprocess
import sys
import threading

import pytest
from handlers import create, until

from lambada_labs.cli import main


@pytest.fixture
def lambada(cloud, monkeypatch, capsys):
    """Runs a command against the module's cloud: (status, output, errors)."""
    monkeypatch.setenv("LAMBADA_STATE_DIR", cloud.subprocess_environ()["LAMBADA_STATE_DIR"])

    def run(*words):
        status = main(words)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def nowhere(tmp_path, monkeypatch, capsys):
    """Runs a command where no cloud runs."""
    monkeypatch.setenv("LAMBADA_STATE_DIR", str(tmp_path))

    def run(*words):
        status = main(words)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_up_prints_exactly_these_members(lambada, cloud):
    status, out, _ = lambada("up", "--json")
    told = json.loads(out)
    assert status == 0
    assert list(told) == ["endpoint_url", "access_key_id", "secret_access_key", "region", "account_id", "pid"]
    assert told == cloud.connection()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", told["endpoint_url"])


def test_up_says_the_next_step(lambada, cloud):
    status, out, _ = lambada("up")
    assert status == 0
    assert cloud.endpoint_url in out
    assert 'eval "$(lambada up --export)"' in out


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("sh", "export AWS_REGION=us-east-1"),
        ("fish", "set -gx AWS_REGION 'us-east-1';"),
        ("powershell", "$Env:AWS_REGION = 'us-east-1';"),
    ],
)
def test_every_shell_has_its_own_words(lambada, shell, line):
    assert line in lambada("up", "--export", "--shell", shell)[1].splitlines()


def test_an_unknown_shell_is_told_and_nothing_printed_for_eval(lambada):
    status, out, err = lambada("up", "--export", "--shell", "tcsh")
    assert (status, out) == (2, "")
    assert (
        err
        == "lambada: shell 'tcsh'. Expected: sh or fish or powershell. sh is right for bash and zsh too.\n"
    )


def test_status_says_what_the_cloud_holds(lambada, cloud):
    create(cloud, "counted")
    cloud.client("lambda").invoke(FunctionName="counted")
    assert until(lambda: cloud.life("counted")[-1].phase == "frozen")
    status, out, _ = lambada("status", "--json")
    told = json.loads(out)
    assert status == 0
    assert told["running"] is True
    assert told["functions"] == ["counted"]
    assert told["environments"] == {"frozen": 1}
    assert told["invocations"] == 1
    assert told["pid"] == cloud.pid
    text = lambada("status")[1]
    assert "functions     counted" in text
    assert told["log_file"] in text


def test_status_and_down_where_nothing_runs(nowhere):
    assert nowhere("status") == (1, "No local cloud is running.\n", "")
    assert nowhere("status", "--json") == (1, '{"running": false}\n', "")
    assert nowhere("down") == (0, "No local cloud is running.\n", "")
    assert nowhere("down", "--json") == (0, '{"stopped": false}\n', "")


def test_logs_need_a_cloud(nowhere):
    status, out, err = nowhere("logs", "f")
    assert (status, out) == (3, "")
    assert err == "lambada: No local cloud is running. Start one with lambada up, or open a lab.\n"


def test_logs_of_an_unknown_function(lambada, cloud):
    status, _, err = lambada("logs", "missing")
    arn = f"arn:aws:lambda:{cloud.region}:{cloud.account_id}:function:missing"
    assert (status, err) == (2, f"lambada: Function not found: {arn}.\n")


def test_logs_as_text_and_as_json(lambada, cloud):
    create(cloud, "talks")
    reply = cloud.client("lambda").invoke(FunctionName="talks")
    request_id = reply["ResponseMetadata"]["RequestId"]
    _, out, _ = lambada("logs", "talks")
    words = [line.split(" ", 1)[1].split(" ")[0] for line in out.splitlines()]
    assert [word for word in words if word != "INIT_START"] == ["START", "working", "END", "REPORT"]
    assert request_id in out
    told = [json.loads(line) for line in lambada("logs", "talks", "--json")[1].splitlines()]
    assert told[-1]["message"].startswith(f"REPORT RequestId: {request_id}")
    assert set(told[-1]) == {"timestamp", "stream", "message"}


def test_logs_since(lambada, cloud):
    create(cloud, "older")
    cloud.client("lambda").invoke(FunctionName="older")
    assert "REPORT" in lambada("logs", "older", "--since", "10m")[1]
    assert lambada("logs", "older", "--since", "0s") == (0, "", "")
    status, _, err = lambada("logs", "older", "--since", "soon")
    assert (status, err) == (2, "lambada: --since is 'soon'. Expected: seconds, or 15m, 2h, 1d, never.\n")


def test_follow_goes_on_as_lines_come_and_ends_with_ctrl_c(cloud):
    create(cloud, "followed")
    client = cloud.client("lambda")
    client.invoke(FunctionName="followed", Payload=b'{"name": "first"}')
    argv = [sys.executable, "-m", "lambada_labs.cli", "logs", "followed", "--follow"]
    follower = subprocess.Popen(
        argv, env=cloud.subprocess_environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    seen = []
    reader = threading.Thread(target=lambda: seen.extend(follower.stdout), daemon=True)
    reader.start()
    try:
        assert until(lambda: sum("REPORT" in line for line in seen) == 1)
        client.invoke(FunctionName="followed", Payload=b'{"name": "second"}')
        assert until(lambda: sum("REPORT" in line for line in seen) == 2)
        follower.send_signal(signal.SIGINT)
        assert follower.wait(20) == 130
        assert follower.stderr.read() == ""
    finally:
        follower.kill()
        follower.wait()
        reader.join()
        follower.stdout.close()
        follower.stderr.close()
    assert sum("START" in line and "INIT" not in line for line in seen) == 2, "no line comes twice"


def test_a_reader_that_has_seen_enough_is_no_error(cloud):
    create(cloud, "headed")
    cloud.client("lambda").invoke(FunctionName="headed")
    text = f"{sys.executable} -m lambada_labs.cli logs headed | head -1"
    done = subprocess.run(
        ["sh", "-c", text], env=cloud.subprocess_environ(), capture_output=True, text=True, check=False
    )
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_a_port_beyond_all_ports(nowhere):
    status, _, err = nowhere("up", "--port", "70000")
    assert status == 2
    assert err == "lambada: port 70000. Expected: a number from 1 to 65535, or none for any free port.\n"


def test_a_port_in_use(nowhere):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, out, err = nowhere("up", "--port", str(port), "--json")
    assert (status, out) == (3, "")
    assert err.startswith(f"lambada: port {port} on 127.0.0.1 cannot be used (Address already in use).")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        (
            "LAMBADA_IDLE_EXPIRY",
            "0",
            "LAMBADA_IDLE_EXPIRY is '0'. Expected: a time above 0, such as 90s or 10m.",
        ),
        (
            "LAMBADA_IDLE_STOP",
            "soon",
            "LAMBADA_IDLE_STOP is 'soon'. Expected: seconds, or 15m, 2h, 1d, never.",
        ),
        (
            "LAMBADA_REGION",
            "moon-1",
            "LAMBADA_REGION is 'moon-1'. Expected: an AWS Region such as us-east-1.",
        ),
        (
            "LAMBADA_RECORDS",
            "-1",
            "LAMBADA_RECORDS is '-1'. Expected: a whole number above 0.",
        ),
    ],
)
def test_a_variable_that_cannot_be_read(nowhere, monkeypatch, variable, value, told):
    monkeypatch.setenv(variable, value)
    status, out, err = nowhere("up", "--json")
    assert (status, out, err) == (2, "", f"lambada: {told}\n")


def test_what_the_starting_cloud_says_is_told(nowhere, monkeypatch):
    monkeypatch.setenv("LAMBADA_ISOLATION", "docker")
    told = "isolation 'docker'. Expected: namespaces or remap. Correct or unset LAMBADA_ISOLATION."
    assert nowhere("up", "--json") == (3, "", f"lambada: {told}\n")


def test_a_region_of_ones_own(nowhere, monkeypatch):
    monkeypatch.setenv("LAMBADA_REGION", "eu-central-1")
    try:
        assert json.loads(nowhere("up", "--json")[1])["region"] == "eu-central-1"
    finally:
        assert nowhere("down") == (0, "The local cloud is stopped.\n", "")


def test_commands_of_later_issues_are_not_offered(nowhere, capsys):
    for word in ("simulate", "explain", "sweep", "account", "lint"):
        with pytest.raises(SystemExit) as ended:
            main([word])
        assert ended.value.code == 2
        assert "invalid choice" in capsys.readouterr().err


def test_its_module_and_its_script_are_the_same_command():
    for argv in (
        [sys.executable, "-m", "lambada_labs.cli"],
        [os.path.join(os.path.dirname(sys.executable), "lambada")],
    ):
        done = subprocess.run([*argv, "--help"], capture_output=True, text=True, check=False)
        assert done.returncode == 0
        assert done.stdout.startswith("usage: lambada")
