"""Which command line and which environment variables start a runtime, as AWS names and orders them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lambada_labs.model import FunctionConfig
from lambada_labs.runtime import language
from lambada_labs.runtime.isolation import SandboxPaths
from lambada_labs.runtime.unavailable import InvalidEntrypoint, RuntimeUnavailable

__all__ = ["InvalidEntrypoint", "LaunchPlan", "RuntimeUnavailable", "launch"]

TASK_ROOT, OPT, RUNTIME_DIR, LANG = "/var/task", "/opt", "/var/runtime", "/var/lang"
WRAPPER_VARIABLE = "AWS_LAMBDA_EXEC_WRAPPER"
#: What is sent to an X-Ray daemon stays on this machine.
XRAY_DAEMON = "127.0.0.1:2000"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchPlan:
    """A command line, its environment variables, its folder, and one sentence where it is not what AWS has."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str
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

    `runtime_api` is `host:port/token`; `variables` are the credentials and addresses of the cloud.

    Raises:
        RuntimeUnavailable: this machine lacks what the runtime needs, or there is no entry point.
    """
    start = language.start(function, paths)
    env = {
        **_defaults(paths, managed=start.managed),
        **function.environment,
        **_reserved(function, managed=start.managed),
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": initialization_type,
        **start.variables,
        **variables,
    }
    wrapper = _wrapper(env, paths) if start.managed else ()
    folder = paths.task_root if paths.remapped else "/"
    return LaunchPlan(argv=(*wrapper, *start.argv), env=env, cwd=folder, note=start.note)


def _wrapper(env: Mapping[str, str], paths: SandboxPaths) -> tuple[str, ...]:
    """The program that a function may put before its runtime, most often one from a layer."""
    wrapper = env.get(WRAPPER_VARIABLE)
    return (_real(wrapper, paths),) if wrapper else ()


def _real(path: str, paths: SandboxPaths) -> str:
    """Where a path of the environment lies when its folders are only pretended."""
    for name, real in ((TASK_ROOT, paths.task_root), (OPT, paths.opt_root)):
        if path == name or path.startswith(name + "/"):
            return real + path[len(name) :]
    return path


def _defaults(paths: SandboxPaths, *, managed: bool) -> dict[str, str]:
    """What a function may override. AWS sets no HOME; here it keeps the user's own out of sight."""
    task, opt = paths.task_root, paths.opt_root
    programs = ["/usr/local/bin", "/usr/bin/", "/bin", f"{opt}/bin"]
    libraries = ["/lib64", "/usr/lib64", RUNTIME_DIR, f"{RUNTIME_DIR}/lib", task, f"{task}/lib", f"{opt}/lib"]
    return {
        "PATH": ":".join([f"{LANG}/bin", *programs] if managed else programs),
        "LD_LIBRARY_PATH": ":".join([f"{LANG}/lib", *libraries] if managed else libraries),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "HOME": paths.tmp,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": XRAY_DAEMON,
    } | ({"TMPDIR": paths.tmp} if paths.remapped else {})


def _reserved(function: FunctionConfig, *, managed: bool) -> dict[str, str]:
    """What a function cannot set. Only managed runtimes have an AWS_EXECUTION_ENV."""
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
        **({"AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}"} if managed else {}),
        **_log_variables(function),
    }


def _log_variables(function: FunctionConfig) -> dict[str, str]:
    """AWS sets the level only together with the JSON format, where it is INFO unless configured."""
    if function.log_format == "Text":
        return {}
    return {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": function.application_log_level or "INFO"}
