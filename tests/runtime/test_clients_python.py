"""Python handlers in real processes: what they see, what they may do, and what comes back when they fail."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from runtime_api import frames, isolation_for_tests

from lambada_labs.runtime.interpreters import own_python, python
from lambada_labs.runtime.isolation import Mounts
from lambada_labs.runtime.runtime_folder import python_libraries

NO_MOUNTS = Mounts(task_root=Path("/"), tmp=Path("/"))
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
OWN = "python{}.{}".format(*sys.version_info[:2])


#: The client with its native half, with our half in pure Python, and our own one.
CLIENTS = {
    "awslambdaric": [],
    "stand-in": ["runtime_client.*.so"],
    "pure": ["runtime_client.*.so", "awslambdaric", "simplejson"],
}


@pytest.fixture(
    scope="module",
    params=["remap awslambdaric", "namespaces awslambdaric", "remap stand-in", "remap pure"],
)
def isolation(request, tmp_path_factory):
    name, client = request.param.split()
    chosen = isolation_for_tests(tmp_path_factory.mktemp("run"), name)
    root = chosen.paths(NO_MOUNTS).runtime_root
    aside = root / "aside"
    aside.mkdir()
    for pattern in CLIENTS[client]:
        for path in (root / python_libraries(root, own_python())).glob(pattern):
            path.rename(aside / path.name)
    return chosen


@pytest.fixture
def run(bench):
    def start(code, *, runtime=OWN, files=None, **settings):
        return bench.start({"app.py": code, **(files or {})}, runtime=runtime, **settings)

    return start


def test_the_event_goes_in_and_the_result_comes_out(run):
    environment = run("def handler(event, context):\n    return {'double': event['n'] * 2, 'text': 'héé'}")
    assert environment.invoke({"n": 21}).json == {"double": 42, "text": "héé"}
    assert environment.invoke({"n": 1}).json == {"double": 2, "text": "héé"}


def test_module_state_and_tmp_stay_warm(run):
    environment = run(
        "import os\ncalls = []\n"
        "def handler(event, context):\n"
        "    calls.append(event)\n"
        "    open('/tmp/seen', 'a').write(event)\n"
        "    return [calls, open('/tmp/seen').read(), os.listdir('/tmp')]"
    )
    environment.invoke("a")
    assert environment.invoke("b").json == [["a", "b"], "ab", ["seen"]]


def test_tmp_is_private_to_the_environment(run, tmp_path):
    code = (
        "import os\ndef handler(event, context):\n    open('/tmp/mine', 'w')\n    return os.listdir('/tmp')"
    )
    first, second = run(code), run(code)
    assert first.invoke().json == second.invoke().json == ["mine"]
    assert [str(p.relative_to(tmp_path)) for p in sorted(tmp_path.glob("tmp*/*"))] == [
        "tmp0/mine",
        "tmp1/mine",
    ]


def test_a_traceback_names_var_task(run):
    environment = run("def handler(event, context):\n    return help_me()\ndef help_me():\n    return 1 / 0")
    answer = environment.invoke()
    assert (answer.kind, answer.json) == (
        "error",
        {
            "errorMessage": "division by zero",
            "errorType": "ZeroDivisionError",
            "requestId": REQUEST_ID,
            "stackTrace": [
                '  File "/var/task/app.py", line 2, in handler\n    return help_me()\n',
                '  File "/var/task/app.py", line 4, in help_me\n    return 1 / 0\n',
            ],
        },
    )
    assert environment.output().startswith("[ERROR] ZeroDivisionError: division by zero\rTraceback")


def test_a_missing_file_is_named_as_the_handler_named_it(run):
    environment = run("def handler(event, context):\n    return open('/tmp/no/such').read()")
    answer = environment.invoke().json
    assert answer["errorMessage"] == "[Errno 2] No such file or directory: '/tmp/no/such'"
    assert [line.split(",")[0].strip() for line in answer["stackTrace"]] == ['File "/var/task/app.py"']


def test_only_tmp_can_be_written(run, isolation):
    if isolation.name == "remap":
        pytest.skip("remap keeps handlers from writing to their code and layers only")
    code = (
        "import os\n"
        "def handler(event, context):\n"
        "    return [path for path in event if os.access(path, os.W_OK)]"
    )
    assert run(code).invoke(["/", "/etc", "/usr/bin", "/var", "/var/runtime", "/opt", "/tmp"]).json == [
        "/tmp"
    ]


@pytest.mark.parametrize("path", ["/var/task/new.txt", "/opt/new.txt", "new.txt"])
def test_the_code_and_the_layers_are_read_only(run, path):
    environment = run(f"def handler(event, context):\n    open({path!r}, 'w')")
    answer = environment.invoke().json
    assert answer["errorType"] == "OSError"
    assert answer["errorMessage"] == f"[Errno 30] Read-only file system: {path!r}"


def test_paths_and_variables_are_awss(run):
    code = (
        "import os, sys\n"
        "def handler(event, context):\n"
        "    return {'env': dict(os.environ), 'path': sys.path[:3], 'cwd': os.getcwd(), 'file': __file__}"
    )
    seen = run(code, environment={"TABLE": "t"}, variables={"AWS_ACCESS_KEY_ID": "ASIA"}).invoke().json
    assert (seen["cwd"], seen["file"]) == ("/var/task", "/var/task/app.py")
    assert seen["path"] == ["/var/task", f"/opt/python/lib/{OWN}/site-packages", "/opt/python"]
    expected = {
        "TABLE": "t",
        "AWS_ACCESS_KEY_ID": "ASIA",
        "_HANDLER": "app.handler",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{OWN}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
    }
    assert {name: seen["env"].get(name) for name in expected} == expected
    assert not {"VIRTUAL_ENV", "USER", "PYTHONPATH"} & set(seen["env"])


def test_the_context_is_awss(run):
    code = (
        "def handler(event, context):\n"
        "    left = context.get_remaining_time_in_millis()\n"
        "    return [context.aws_request_id, context.function_name, context.memory_limit_in_mb,\n"
        "            context.invoked_function_arn, 0 < left <= 3000, context.client_context.custom]"
    )
    header = {"Lambda-Runtime-Client-Context": json.dumps({"custom": {"k": "v"}})}
    answer = run(code).invoke(None, **header)
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    assert answer.json == [REQUEST_ID, "f", "128", arn, True, {"k": "v"}]


@pytest.mark.parametrize(
    ("files", "handler", "error"),
    [
        ({}, "nodots", ("Runtime.MalformedHandlerName", "Bad handler 'nodots'")),
        ({}, "absent.handler", ("Runtime.ImportModuleError", "Unable to import module 'absent'")),
        ({}, "app.absent", ("Runtime.HandlerNotFound", "Handler 'absent' missing on module 'app'")),
        ({"bad.py": "def f(:"}, "bad.f", ("Runtime.UserCodeSyntaxError", "Syntax error in module 'bad'")),
        ({"boom.py": "1/0"}, "boom.f", ("ZeroDivisionError", "division by zero")),
        ({"kit.py": "import pandas"}, "kit.f", ("Runtime.ImportModuleError", "No module named 'pandas'")),
    ],
)
def test_a_function_that_cannot_start_says_so(run, files, handler, error):
    environment = run("def handler(e, c): pass", files=files, handler=handler)
    answer = environment.said()
    assert (answer.kind, answer.json["errorType"]) == ("init/error", error[0])
    assert error[1] in answer.json["errorMessage"]
    assert answer.headers["Lambda-Runtime-Function-Error-Type"] == error[0]
    assert environment.ended() == (1, None)


def test_boto3_is_there_and_the_kit_is_not(run):
    code = (
        "import importlib.metadata, importlib.util, boto3, botocore\n"
        "assert importlib.metadata.version('boto3') == boto3.__version__\n"
        "def handler(event, context):\n"
        "    return [name for name in event if importlib.util.find_spec(name)]"
    )
    names = ["boto3", "botocore", "urllib3", "lambada_labs", "moto", "aiohttp", "pytest", "yaml"]
    assert run(code).invoke(names).json == ["boto3", "botocore", "urllib3"]


def test_layers_come_after_the_function_and_later_ones_win(run):
    layers = [
        {"python/lib_a.py": "x = 'first'", "python/app_data.py": "y = 'layer'", "data.txt": "one"},
        {"python/lib_a.py": "x = 'second'", f"python/lib/{OWN}/site-packages/lib_b.py": "z = 'deep'"},
    ]
    code = (
        "import lib_a, lib_b, app_data\n"
        "def handler(event, context):\n"
        "    return [lib_a.x, lib_b.z, app_data.y, open('/opt/data.txt').read(), lib_a.__file__]"
    )
    environment = run(code, files={"app_data.py": "y = 'task'"}, layers=layers)
    assert environment.invoke().json == ["second", "deep", "task", "one", "/opt/python/lib_a.py"]


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("os._exit(3)", (3, None)),
        ("exit(0)", (0, None)),
        ("os.kill(os.getpid(), 9)", (None, signal.SIGKILL)),
        ("os.abort()", (None, signal.SIGABRT)),
        ("import ctypes; ctypes.string_at(0)", (None, signal.SIGSEGV)),
    ],
)
def test_an_ended_runtime_tells_how_it_ended(run, code, end):
    environment = run(f"import os\ndef handler(event, context):\n    {code}")
    environment.ready()
    environment.post({})
    assert environment.ended() == end
    assert environment.output() == ""


def test_killing_the_group_ends_every_process(run, isolation):
    if isolation.name == "remap":
        pytest.skip("without namespaces a session of its own is found by the engine, not by the group")
    code = (
        "import subprocess, os\n"
        "def handler(event, context):\n"
        "    child = subprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
        "    return [os.getpid() < 100, len([p for p in os.listdir('/proc') if p.isdigit()])]"
    )
    environment = run(code)
    small_pid, processes = environment.invoke().json
    assert small_pid
    assert processes < 6
    names = {p for p in os.listdir("/proc") if p.isdigit() and _runs_in(p, environment.process.pid)}
    environment.stop()
    until = time.monotonic() + 10
    while left := [p for p in names if os.path.exists(f"/proc/{p}")]:
        assert time.monotonic() < until, left
    assert len(names) >= 3


def _runs_in(pid, ancestor):
    while int(pid) > 1:
        if int(pid) == ancestor:
            return True
        try:
            with open(f"/proc/{pid}/stat") as file:
                pid = file.read().rpartition(")")[2].split()[1]
        except OSError:
            return False
    return False


def test_processes_of_a_handler_run_in_var_task(run):
    code = (
        "import subprocess\n"
        "def handler(event, context):\n"
        "    open('/tmp/in', 'w').write('from tmp')\n"
        "    run = lambda *a: subprocess.run(a, capture_output=True, text=True, check=True).stdout\n"
        "    return [run('cat', '/tmp/in'), run('/var/task/tool.sh'), run('ls')]"
    )
    environment = run(code, files={"tool.sh": "#!/bin/sh\necho tool"})
    assert environment.invoke().json == ["from tmp", "tool\n", "app.py\ntool.sh\n"]


def test_file_tools_of_the_standard_library_work_in_tmp(run):
    code = (
        "import pathlib, shutil, sqlite3, tempfile, os\n"
        "def handler(event, context):\n"
        "    folder = pathlib.Path('/tmp/a/b')\n"
        "    folder.mkdir(parents=True)\n"
        "    (folder / 'f').write_text('x')\n"
        "    os.rename('/tmp/a/b/f', '/tmp/a/g')\n"
        "    shutil.copytree('/tmp/a', '/tmp/copy')\n"
        "    db = sqlite3.connect('/tmp/db'); db.execute('create table t (x)'); db.commit(); db.close()\n"
        "    with tempfile.NamedTemporaryFile(dir='/tmp') as file: name = file.name\n"
        "    found = sorted(str(p) for p in pathlib.Path('/tmp').rglob('*'))\n"
        "    shutil.rmtree('/tmp/copy')\n"
        "    return [found, name.startswith('/tmp/'), os.path.exists('/tmp/copy')]"
    )
    found, named, left = run(code).invoke().json
    assert found == ["/tmp/a", "/tmp/a/b", "/tmp/a/g", "/tmp/copy", "/tmp/copy/b", "/tmp/copy/g", "/tmp/db"]
    assert (named, left) == (True, False)


def test_logging_has_awss_text_form(run):
    code = (
        "import logging\nlogging.getLogger().setLevel('INFO')\n"
        "def handler(event, context):\n    logging.info('hello %s', 'you'); print('plain')"
    )
    environment = run(code)
    environment.invoke()
    first, second = environment.output().splitlines()
    assert first.split("\t")[0::2] == ["[INFO]", REQUEST_ID]
    assert (first.split("\t")[3], second) == ("hello you", "plain")


def test_logging_has_awss_json_form(run):
    code = "import logging\ndef handler(event, context):\n    logging.info('seen'); logging.debug('not seen')"
    environment = run(code, log_format="JSON")
    environment.invoke()
    line = json.loads(environment.output())
    assert (line["level"], line["message"], line["requestId"]) == ("INFO", "seen", REQUEST_ID)


def test_a_wrapper_program_starts_the_runtime(run):
    wrapper = {"wrap": '#!/bin/sh\nexport WRAPPED="$#"\nexec "$@"\n'}
    code = "import os\ndef handler(event, context): return int(os.environ['WRAPPED']) > 3"
    settings = {"layers": [wrapper], "environment": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrap"}}
    assert run(code, **settings).invoke().json is True


def test_a_missing_wrapper_ends_with_127(run):
    environment = run("", environment={"AWS_LAMBDA_EXEC_WRAPPER": "/opt/absent"})
    assert environment.ended() == (127, None)


def test_an_interpreter_of_the_runtimes_own_version_is_used(run):
    others = [v for v in ("3.10", "3.12", "3.13", "3.14", "3.11") if python(v)]
    other = next((v for v in others if f"python{v}" != OWN), None)
    if other is None:
        pytest.skip(f"no Python beside {OWN} on this machine")
    code = "import sys, boto3, simplejson\ndef handler(e, c): return '%d.%d' % sys.version_info[:2]"
    environment = run(code, runtime=f"python{other}")
    assert (environment.invoke().json, environment.plan.note) == (other, None)


def test_a_runtime_that_is_not_here_runs_on_the_kits_own_and_says_so(run):
    environment = run("import sys\ndef handler(e, c): return sys.version_info[1]", runtime="python3.8")
    assert environment.invoke().json == sys.version_info[1]
    own = "{}.{}".format(*sys.version_info[:2])
    assert environment.plan.note == f"python3.8 cannot run with today's boto3: ran on Python {own}."


def test_the_log_channel_keeps_messages_whole(run):
    code = (
        "import logging\n"
        "def handler(event, context):\n"
        "    logging.warning('two\\nlines')\n"
        "    raise KeyError('gone')"
    )
    environment = run(code, variables={"_LAMBDA_TELEMETRY_LOG_FD": "1"})
    environment.invoke()
    environment.stop()
    warning, error = frames(environment.printed)
    assert (warning.kind, warning.text.split("\t")[0::3]) == (0xA55A0003, ["[WARNING]", "two\nlines\n"])
    assert (error.kind, error.text.splitlines()[0]) == (0xA55A0017, "[ERROR] KeyError: 'gone'")
    assert abs(warning.at - time.time()) < 60
